"""Regimes: named sets of lever values over the defaults, kept as data so that users add their own.

A regime file has a title, a one-sentence summary, and tables of parameters; it may set any parameter, though
the levers are those of the groups `regime` and `arrangement`. With `base = "ad_hoc"` it departs from a regime
that comes with the model, and sets what differs; without a base, from the defaults, under which nobody
intervenes. An installed extension may bring regimes too.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Self

from model.extensions import THE_MODEL, ExtensionError, installed_extensions, refuse_clashes
from model.near_names import or_near
from model.parameters import Parameters, parse_settings
from model.reading import tables_of
from model.registry import ParameterError, registry
from model.scenarios import Scenario, find_scenario
from model.settings import NamedSettings

SHIPPED = (
    "no_intervention",
    "ad_hoc",
    "sector_led",
    "partners_in_practice",
    "private_provider",
    "trust",
    "mixed",
    "broad_alliance",
    "licensed_outsourcing",
)
"""The regimes of the debate, in the order in which they are shown."""


@dataclass(frozen=True)
class Regime(NamedSettings):
    """A way of dealing with councils that fail.

    Attributes:
        base: the regime from which it departs; None where that is doing nothing.
    """

    base: "Regime | None" = None
    introduced = True

    @classmethod
    def of(cls, tables: dict[str, Any], name: str, where: str, origin: str | None = None) -> Self:
        """Make one of the tables of a TOML text, over the regime that its `base` names, if any.

        Raises:
            ParameterError: as `NamedSettings.of`, and for a base that does not come with the model.
        """
        base = tables.pop("base", None)
        made = super().of(tables, name, where, origin)
        for setting in made.settings:
            if setting.endswith(".base") and setting not in registry():
                table = setting.removesuffix(".base")
                raise ParameterError(f"{where}: base stands under [{table}]; it belongs above all tables")
        if base is None:
            return made
        if base not in SHIPPED:
            near = or_near(str(base), SHIPPED, f"allowed is one of {', '.join(SHIPPED)}")
            raise ParameterError(f"{where}: base = {base!r}{near}")
        return replace(made, base=shipped_regime(base))


@cache
def regime_names() -> tuple[str, ...]:
    """Regimes that are found by name: those of the debate, then those of installed extensions.

    Raises:
        ExtensionError: when an extension's regime has the name of another.
    """
    added = [(name, str(extension)) for extension in installed_extensions() for name in extension.regimes]
    refuse_clashes("regime", [*((name, THE_MODEL) for name in SHIPPED), *added])
    return SHIPPED + tuple(name for name, _ in added)


@cache
def added_regime(name: str) -> Regime:
    """A regime of an installed extension.

    Raises:
        ExtensionError: when its text is not TOML.
        ParameterError: when it is not a regime.
    """
    (extension,) = (extension for extension in installed_extensions() if name in extension.regimes)
    where = f"{extension}, regime {name}"
    try:
        tables = tables_of(extension.regimes[name])
    except tomllib.TOMLDecodeError as error:
        raise ExtensionError(f"{where}: not TOML: {error}") from error
    return Regime.of(tables, name, where)


@cache
def shipped_regime(name: str) -> Regime:
    """One of the regimes that come with the model."""
    with as_file(files("model").joinpath(f"data/regimes/{name}.toml")) as path:
        return Regime.read(path, f"regime {name}")


def find_regime(name: str) -> Regime:
    """A regime by name, or read from a file when the name ends in `.toml`.

    Raises:
        ParameterError: when there is none; the nearest names are given.
    """
    if name.endswith(".toml"):
        return Regime.read(Path(name))
    known = regime_names()
    if name in known:
        return shipped_regime(name) if name in SHIPPED else added_regime(name)
    allowed = f"allowed is one of {', '.join(known)}, or a file ending in .toml"
    raise ParameterError(f"no regime is called {name!r}{or_near(name, known, allowed)}")


def resolve(
    regime: str | Regime = "ad_hoc",
    scenarios: Sequence[str | Path | Scenario] = (),
    settings: Mapping[str, object] | Sequence[str] = (),
) -> Parameters:
    """Resolve the parameters of a run: defaults, then regime, then scenario files, then settings by hand.

    Args:
        regime: a regime, its name, or the path of its file.
        scenarios: scenarios, their names, or TOML files of parameters, later ones overriding earlier ones.
        settings: values by dotted name, or texts such as `director.blame=0.9`.

    Raises:
        ParameterError: for anything unknown, not allowed or contradictory, naming where it was given.
    """
    chosen = find_regime(regime) if isinstance(regime, str) else regime
    parameters = Parameters.defaults()
    if chosen.base is not None:
        parameters = parameters.changed(chosen.base.settings, chosen.base.origin, check=False)
    parameters = parameters.changed(chosen.settings, chosen.origin)
    for given in scenarios:
        scenario = given if isinstance(given, Scenario) else find_scenario(given)
        parameters = parameters.changed(scenario.settings, scenario.origin, check=False)
    if not isinstance(settings, Mapping):
        settings = parse_settings(settings)
    return parameters.changed(settings, "set by hand")
