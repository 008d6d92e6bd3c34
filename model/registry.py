"""The registry of parameters: every number of the model that is not a fact, with unit, bounds and source.

The entries are data (`model/data/parameters/*.toml`); one registry feeds validation, sampling, sliders,
command line and documents. A parameter's name is dotted: group, then name, as the rules read it.
"""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from model.codes import Support
from model.near_names import OFFERED, or_meant
from model.reading import tables_of

Value = float | int
Kind = Literal["number", "integer", "switch", "arrangement"]

ARRANGEMENTS = {kind.name.lower(): int(kind) for kind in Support}
"""Names of arrangements in files and on the command line, with their codes."""

LISTED = "allowed is what `turnaround parameters` lists"

MIXTURES = ("regime.support_mix", "regime.takeover_mix")
"""Probabilities by arrangement: entries such as `regime.support_mix.adviser`, one array in the record."""


class ParameterError(ValueError):
    """What was given for a parameter is not allowed; the message says what, where, and what is."""


class Entry(BaseModel):
    """One parameter: its value, what it means, how far it may vary, and how it is known.

    Attributes:
        name: dotted name.
        default: value when nothing else is said; arrangements as their code.
        low: least value allowed.
        high: greatest value allowed.
        type: number, integer, switch (0 or 1) or the name of an arrangement.
        unit: in words.
        distribution: how it is drawn between the bounds when it is uncertain; `fixed` is not drawn.
        grade: how well it is known.
        source: where it comes from.
        meaning: one line.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    default: float | int
    low: float
    high: float
    type: Kind = "number"
    unit: str
    distribution: Literal["uniform", "triangular", "fixed"]
    grade: Literal["measured", "calibrated", "literature", "assumed"]
    source: str
    meaning: str

    def value(self, given: object, where: str) -> Value:
        """Check a value and return it in the parameter's type.

        Args:
            given: a number, a truth value for a switch, or the name of an arrangement.
            where: what to call the place it came from, in a message.

        Raises:
            ParameterError: naming the parameter, the value, the place and what is allowed.
        """
        value = self._typed(given)
        if value is None or not self.low <= value <= self.high:
            raise ParameterError(f"{self.name} = {given!r} ({where}): allowed is {self.allowed()}")
        return value

    def _typed(self, given: object) -> Value | None:
        if self.type == "arrangement":
            return ARRANGEMENTS.get(given) if isinstance(given, str) else None
        if isinstance(given, bool):
            return int(given) if self.type == "switch" else None
        if not isinstance(given, int | float | np.integer | np.floating) or given != given:
            return None
        if self.type == "number":
            return float(given)
        return int(given) if abs(given) != float("inf") and given == int(given) else None

    def allowed(self) -> str:
        """What is allowed, in words."""
        if self.type == "arrangement":
            return "one of " + ", ".join(ARRANGEMENTS)
        if self.type == "switch":
            return "0 or 1"
        span = f"{self.low:g} to {self.high:g}"
        return (
            f"a whole number from {span} ({self.unit})" if self.type == "integer" else f"{span} ({self.unit})"
        )

    def shown(self, value: Value) -> str:
        """A value as a person would write it."""
        return Support(int(value)).name.lower() if self.type == "arrangement" else f"{value:g}"


class Registry(Mapping[str, Entry]):
    """All parameters by dotted name, in a fixed order."""

    def __init__(self, entries: list[Entry]) -> None:
        """Collect entries, whose names must differ."""
        self._entries = {entry.name: entry for entry in entries}
        if len(self._entries) < len(entries):
            raise ParameterError("two parameters have the same name")

    def __getitem__(self, name: str) -> Entry:
        """The entry of a name, or a `ParameterError` with the nearest names."""
        if name not in self._entries:
            raise ParameterError(self.unknown(name))
        return self._entries[name]

    def unknown(self, name: str, origin: str = "") -> str:
        """What to say of a name that no parameter has, and of where it was given: the nearest ones."""
        where = f" ({origin})" if origin else ""
        return f"no parameter is called {name!r}{where}{or_meant(self._nearest(name), LISTED)}"

    def __iter__(self) -> Iterator[str]:
        """Names, in order."""
        return iter(self._entries)

    def __len__(self) -> int:
        """The number of parameters."""
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        """Whether there is a parameter of that name."""
        return name in self._entries

    def search(self, words: str) -> list[Entry]:
        """Entries in which every word occurs, in name, meaning, unit, grade or source."""
        wanted = words.lower().split()
        return [
            entry
            for entry in self._entries.values()
            if all(
                word in " ".join((entry.name, entry.meaning, entry.unit, entry.grade, entry.source)).lower()
                for word in wanted
            )
        ]

    def _nearest(self, name: str) -> list[str]:
        """Parameters of which the whole name resembles one, then those whose last part does."""
        leaves = {known.rsplit(".", 1)[-1]: known for known in self._entries}
        near = difflib.get_close_matches(name, self._entries, n=OFFERED)
        last = name.rsplit(".", 1)[-1]
        near += [leaves[leaf] for leaf in difflib.get_close_matches(last, leaves, n=OFFERED)]
        return list(dict.fromkeys(near))[:OFFERED]


def read_entries(text: str, where: str) -> list[Entry]:
    """The entries of a parameter file: tables nested by the dots of their names.

    Raises:
        ParameterError: naming file and entry, when something is missing or not as it should be.
    """
    try:
        tables = tables_of(text)
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(f"{where}: its parameters are not TOML: {error}") from error
    return [_entry(name, table, where) for name, table in _leaf_tables(tables, "", where)]


def _leaf_tables(tables: Mapping[str, Any], prefix: str, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise ParameterError(
                f"{where}: {prefix}{key} stands in no entry; allowed is a table [group.name] with a meaning"
            )
        if "meaning" in table:
            yield prefix + key, table
        else:
            yield from _leaf_tables(table, f"{prefix}{key}.", where)


def _entry(name: str, table: dict[str, Any], where: str) -> Entry:
    if table.get("type") == "arrangement":
        table = table | {"low": min(ARRANGEMENTS.values()), "high": max(ARRANGEMENTS.values())}
        table["default"] = ARRANGEMENTS.get(table["default"], table["default"])
    try:
        entry = Entry(name=name, **table)
    except ValidationError as error:
        said = [f"{'.'.join(map(str, found['loc']))}: {found['msg'].lower()}" for found in error.errors()]
        raise ParameterError(f"{where}, entry {name}: {'; '.join(said)}") from error
    if not entry.low <= entry.default <= entry.high:
        raise ParameterError(
            f"{where}, entry {name}: the default {entry.default:g} lies outside its own bounds,"
            f" {entry.low:g} to {entry.high:g}"
        )
    return entry


def _arrangement_entries(text: str, where: str) -> list[Entry]:
    """The levers of arrangements, stated once with a default for each arrangement."""
    entries = []
    for lever, table in tomllib.loads(text).items():
        common = {key: value for key, value in table.items() if key != "default"}
        for kind, default in table["default"].items():
            entries.append(_entry(f"arrangement.{kind}.{lever}", common | {"default": default}, where))
    return entries


@cache
def registry() -> Registry:
    """All parameters: the project's own, then those of installed extensions."""
    from model.extensions import THE_MODEL, installed_extensions, is_name, refuse_clashes

    entries: list[Entry] = []
    for file in sorted(files("model").joinpath("data/parameters").iterdir(), key=lambda file: file.name):
        read = _arrangement_entries if file.name == "arrangement.toml" else read_entries
        entries += read(file.read_text("utf-8"), file.name)
    groups = [(group, THE_MODEL) for group in dict.fromkeys(entry.name.split(".")[0] for entry in entries)]
    for extension in installed_extensions():
        added = read_entries(extension.parameters, str(extension))
        for entry in added:
            if len(entry.name.split(".")) != 2 or not all(map(is_name, entry.name.split("."))):
                raise ParameterError(
                    f"{extension}, entry {entry.name}: allowed is a name such as strike.pressure, a group and"
                    " a word, in small letters"
                )
        groups += [(group, str(extension)) for group in dict.fromkeys(e.name.split(".")[0] for e in added)]
        entries += added
    refuse_clashes("group of parameters", groups)
    return Registry(entries)


@cache
def parameter_dtype() -> np.dtype[Any]:
    """The record of one run's parameters: a part for each group, arrangements as an array by code."""
    groups: dict[str, list[tuple[Any, ...]]] = {}
    levers: dict[str, str] = {}
    for entry in registry().values():
        group, rest = entry.name.split(".", 1)
        scalar = "f8" if entry.type == "number" else "i8"
        if group == "arrangement":
            levers[rest.split(".", 1)[1]] = scalar
        elif entry.name.startswith(MIXTURES):
            mixture = (rest.split(".", 1)[0], "f8", (len(Support),))
            if mixture not in groups[group]:
                groups[group].append(mixture)
        else:
            groups.setdefault(group, []).append((rest, scalar))
    fields: list[tuple[Any, ...]] = [(name, np.dtype(parts, align=True)) for name, parts in groups.items()]
    fields.append(("arrangement", np.dtype(list(levers.items()), align=True), (len(Support),)))
    return np.dtype(fields, align=True)


def store_value(record: np.ndarray[Any, Any], name: str, value: Value) -> None:
    """Write a parameter into a structured array of shape () or (n,) with `parameter_dtype`."""
    group, rest = name.split(".", 1)
    if group == "arrangement":
        kind, lever = rest.split(".", 1)
        record["arrangement"][lever][..., ARRANGEMENTS[kind]] = value
    elif name.startswith(MIXTURES):
        mixture, kind = rest.split(".", 1)
        record[group][mixture][..., ARRANGEMENTS[kind]] = value
    else:
        record[group][rest] = value
