"""The parameters of a run: every value resolved, checked, and known by where it came from.

A default gives way to a regime, a regime to a scenario file, a scenario to what is set by hand. Parameters
are immutable; a changed copy is made with `changed`.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from model.codes import Support
from model.reading import read_tables
from model.registry import MIXTURES, ParameterError, Value, parameter_dtype, registry, store_value


class ReadOnly:
    """Values by attribute, which cannot be set."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Hold the values as attributes."""
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: parameters do not change during a run."""
        raise AttributeError(f"parameters are immutable; {name} cannot be set")


class Values(ReadOnly):
    """The values of one group by attribute; to the type checker all are floats, whole numbers included."""

    if TYPE_CHECKING:  # the registry, which is data, says what there is
        support_mix: Sequence[float]
        takeover_mix: Sequence[float]

        def __getattr__(self, name: str) -> float: ...


class ParameterGroup(ReadOnly):
    """The parameters of a run as the rules read them, `p.group.name`; those of arrangements by `Support`."""

    if TYPE_CHECKING:
        arrangement: Sequence[Values]

        def __getattr__(self, name: str) -> Values: ...


@dataclass(frozen=True)
class Parameters:
    """A complete, checked set of values.

    Attributes:
        values: value of every parameter of the registry, by dotted name.
        origins: where each value came from: `default`, or what the caller called it.
    """

    values: Mapping[str, Value]
    origins: Mapping[str, str] = field(compare=False)

    @classmethod
    def defaults(cls) -> "Parameters":
        """The registry's defaults."""
        values = {name: entry.default for name, entry in registry().items()}
        return cls(MappingProxyType(values), MappingProxyType(dict.fromkeys(values, "default")))

    def changed(self, settings: Mapping[str, object], origin: str, check: bool = True) -> "Parameters":
        """A copy with some values changed.

        Args:
            settings: new values by dotted name.
            origin: what to call the place they came from.
            check: whether to look for settings that contradict each other; False between steps.

        Raises:
            ParameterError: for an unknown name, a value not allowed, or settings that contradict each other;
                every problem found is listed.
        """
        values, origins = dict(self.values), dict(self.origins)
        problems = []
        for name, given in settings.items():
            if name not in registry():
                problems.append(registry().unknown(name, origin))
                continue
            try:
                values[name] = registry()[name].value(given, origin)
                origins[name] = origin
            except ParameterError as problem:
                problems.append(str(problem))
        if not problems and check:
            problems = [f"{problem} ({origin})" for problem in contradictions(values)]
        if problems:
            raise ParameterError("\n".join(problems))
        return Parameters(MappingProxyType(values), MappingProxyType(origins))

    @cached_property
    def record(self) -> np.ndarray[Any, Any]:
        """The values as a record with `parameter_dtype`, shape ()."""
        record = np.zeros((), parameter_dtype())
        for name, value in self.values.items():
            store_value(record, name, value)
        record.flags.writeable = False
        return record

    @cached_property
    def rules_view(self) -> ParameterGroup:
        """The values as the interpreted rules read them: plain Python numbers by attribute."""
        return _rules_view(self.record)

    def __hash__(self) -> int:
        """Equal values hash alike."""
        return hash(self.record.tobytes())

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as plain dictionaries."""
        return _unpacked, (dict(self.values), dict(self.origins))

    def __getitem__(self, name: str) -> Value:
        """The value of a parameter, or a `ParameterError` with the nearest names."""
        registry()[name]
        return self.values[name]


def _unpacked(values: dict[str, Value], origins: dict[str, str]) -> Parameters:
    return Parameters(MappingProxyType(values), MappingProxyType(origins))


def _rules_view(record: np.ndarray[Any, Any]) -> ParameterGroup:
    groups: dict[str, Any] = {}
    for name in record.dtype.names or ():
        part = record[name]
        groups[name] = tuple(_values(item) for item in part) if part.ndim else _values(part)
    return ParameterGroup(groups)


def _values(record: np.ndarray[Any, Any]) -> Values:
    names = record.dtype.names or ()
    return Values({name: _plain(record[name]) for name in names})


def _plain(value: np.ndarray[Any, Any]) -> Any:
    return tuple(value.tolist()) if value.ndim else value.item()


def contradictions(values: Mapping[str, Value]) -> list[str]:
    """What, in a set of values that are allowed one by one, cannot stand together."""
    problems = []
    for mixture in MIXTURES:
        parts = {name: value for name, value in values.items() if name.startswith(mixture + ".")}
        total = sum(parts.values())
        if abs(total - 1.0) > 1e-9:
            shares = ", ".join(
                f"{name.rsplit('.', 1)[-1]} {chance:g}" for name, chance in parts.items() if chance
            )
            problems.append(
                f"the probabilities of {mixture} add to {total:g} and must add to 1: {shares};"
                " own_plan is 1 unless it is set"
            )
        for name, chance in parts.items():
            problems += _missing_for(name.rsplit(".", 1)[-1], name, chance > 0, values)
    heights = [values[f"inspection.{bar}"] for bar in _BARS]
    heights[2] += min(0.0, values["inspection.ilacs_outstanding_shift"])
    if sorted(set(heights)) != heights:
        problems.append(
            "the bars of inspection must rise from inspection.inadequate_bar by inspection.good_bar to"
            f" inspection.outstanding_bar (with its shift under ILACS); they are {heights}"
        )
    for low, high in _ORDERED:
        if values[low] > values[high]:
            problems.append(f"{low} = {values[low]:g} must not exceed {high} = {values[high]:g}")
    for lever in _HELPERS:
        kind = Support(int(values[lever]))
        used = lever != "regime.early_support_kind" or values["regime.early_support"] > 0
        problems += _missing_for(kind.name.lower(), f"{lever} = {kind.name.lower()}", used, values)
        if lever != "regime.early_support_kind" and kind not in _STAND_INS:
            allowed = ", ".join(kind.name.lower() for kind in _STAND_INS)
            problems.append(f"{lever} = {kind.name.lower()} cannot stand in; allowed is {allowed}")
    if values["regime.sector_first"] and not values["regime.alliance"]:
        problems.append("regime.sector_first asks the alliance first but regime.alliance is 0")
    if values["regime.early_support"] > 0 and values["regime.early_support_kind"] <= Support.OWN_PLAN:
        problems.append("regime.early_support asks for help but regime.early_support_kind names none")
    for lever in _IN_A_MARKET:
        if values[lever] > 0 and not values["regime.market"]:
            problems.append(f"{lever} = {values[lever]:g} does nothing while regime.market is 0")
    return problems


def constrained_names() -> frozenset[str]:
    """Names of the parameters of which `contradictions` takes note; all others may have any allowed value."""
    mixed = [name for name in registry() if name.startswith(MIXTURES)]
    paired = [name for pair in _ORDERED for name in pair]
    bars = [f"inspection.{name}" for name in (*_BARS, "ilacs_outstanding_shift")]
    levers = [*_HELPERS, *_IN_A_MARKET, "regime.early_support", "regime.sector_first", "regime.alliance"]
    return frozenset((*mixed, *paired, *bars, *levers, *_NEEDS.values()))


_BARS = ("inadequate_bar", "good_bar", "outstanding_bar")
_HELPERS = ("regime.fallback", "regime.first_response", "regime.early_support_kind")

_STAND_INS = (
    Support.NONE,
    Support.ADVISER,
    Support.ALLIANCE,
    Support.PARTNER_IN_PRACTICE,
    Support.SPECIALIST,
)
"""Arrangements that leave the council in charge, and so can be ended when somebody bids."""

_NEEDS = {
    "alliance": "regime.alliance",
    "partner_in_practice": "regime.partners_in_practice",
    "private": "regime.market",
    "trust": "regime.market",
    "partner_council": "regime.partners_in_practice",
    "specialist": "support.specialist_places",
    "commissioner": "support.commissioner_count",
    "mutual": "regime.market",
}
_GIVERS = {
    "regime.alliance": "councils of the alliance",
    "regime.partners_in_practice": "partners in practice",
    "regime.market": "providers and trusts in a market",
    "support.specialist_places": "specialists",
    "support.commissioner_count": "commissioners",
}
"""Who could take on what needs a switch, while it is on."""

_IN_A_MARKET = ("regime.spin_out", "regime.voluntary_outsourcing", "regime.must_serve")
"""Levers that a regime would set in vain without a market; what `market.*` says just lies idle there."""

_ORDERED = (
    ("market.cost_low", "market.cost_high"),
    ("market.margin_low", "market.margin_high"),
    ("support.expertise_lowest", "support.expertise_highest"),
    ("start.tenure_lowest", "start.tenure_highest"),
)


def _missing_for(kind: str, what: str, used: bool, values: Mapping[str, Value]) -> Iterator[str]:
    switch = _NEEDS.get(kind)
    if used and switch and not values[switch]:
        yield f"{what} is used but {switch} is 0, and only {_GIVERS[switch]} could take it on"


def settings_of(tables: Mapping[str, Any], prefix: str = "") -> dict[str, object]:
    """Nested tables of a TOML file as settings by dotted name."""
    settings: dict[str, object] = {}
    for key, value in tables.items():
        if isinstance(value, Mapping):
            settings |= settings_of(value, f"{prefix}{key}.")
        else:
            settings[prefix + key] = value
    return settings


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        ParameterError: when the file cannot be read or is not TOML, naming file and place.
    """
    try:
        return read_tables(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ParameterError(f"{path}: cannot be read: {reason}") from error
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(f"{path}: not a TOML file: {error}") from error


def parse_setting(text: str) -> tuple[str, object]:
    """Read `name=value` as given on a command line.

    Raises:
        ParameterError: when it has no such form.
    """
    name, equals, value = (part.strip() for part in text.partition("="))
    if not (name and equals and value):
        raise ParameterError(f"{text!r}: allowed is name=value, such as director.blame=0.9")
    if registry()[name].type == "arrangement":
        return name, value
    if registry()[name].type == "switch" and value in ("true", "false"):
        return name, value == "true"
    try:
        return name, float(value)
    except ValueError:
        return name, value


def parse_settings(texts: Sequence[str]) -> dict[str, object]:
    """Read texts of the form `name=value`.

    Raises:
        ParameterError: when one has no such form, or two set the same parameter.
    """
    settings: dict[str, object] = {}
    for text in texts:
        name, value = parse_setting(text)
        if name in settings:
            raise ParameterError(f"{name} is set by hand twice, to {settings[name]!r} and to {value!r}")
        settings[name] = value
    return settings
