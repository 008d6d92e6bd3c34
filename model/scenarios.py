"""Scenarios: stated futures and other sets of parameters that lie over every regime alike, kept as data.

A scenario file has tables of parameters, and may have a title and a one-sentence summary. Those that come
with the model say what happens after 2025, where the figures end, so they tell on longer horizons only.
"""

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from model.near_names import or_near
from model.registry import ParameterError
from model.settings import NamedSettings

SHIPPED_SCENARIOS = ("level", "squeeze", "recovery")
"""The scenarios that come with the model; `level` is what the defaults say."""


class Scenario(NamedSettings):
    """A set of parameters that lies over every regime alike."""

    introduced = False


@cache
def shipped_scenario(name: str) -> Scenario:
    """One of the scenarios that come with the model."""
    with as_file(files("model").joinpath(f"data/scenarios/{name}.toml")) as path:
        return Scenario.read(path, f"scenario {name}")


def find_scenario(name: str | Path) -> Scenario:
    """A scenario by name, or read from a file when a path is given or the name ends in `.toml`.

    Raises:
        ParameterError: when there is none; the nearest names are given.
    """
    if isinstance(name, Path) or name.endswith(".toml"):
        return Scenario.read(Path(name))
    if name in SHIPPED_SCENARIOS:
        return shipped_scenario(name)
    allowed = f"allowed is one of {', '.join(SHIPPED_SCENARIOS)}, or a file ending in .toml"
    raise ParameterError(f"no scenario is called {name!r}{or_near(name, SHIPPED_SCENARIOS, allowed)}")
