"""Scenarios: stated futures and other sets of parameters that lie over every regime alike, kept as data.

A scenario file has tables of parameters, and may have a title and a one-sentence summary. Those that come
with the model say what happens after 2025, where the figures end, so they tell on longer horizons only.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from model.parameters import read_toml, settings_of
from model.registry import ParameterError

SHIPPED_SCENARIOS = ("level", "squeeze", "recovery")
"""The scenarios that come with the model; `level` is what the defaults say."""


@dataclass(frozen=True)
class Scenario:
    """A set of parameters that lies over every regime alike.

    Attributes:
        name: for commands and tables.
        title: for people.
        summary: one sentence, empty when the file gives none.
        settings: what it sets, by dotted name.
        origin: where it was read, for messages.
    """

    name: str
    title: str
    summary: str
    settings: Mapping[str, object]
    origin: str


def read_scenario(path: Path, origin: str | None = None) -> Scenario:
    """Read a scenario from a TOML file.

    Raises:
        ParameterError: when the file cannot be read, or its title or summary is not text.
    """
    tables = read_toml(path)
    title, summary = tables.pop("title", path.stem), tables.pop("summary", "")
    if not isinstance(title, str) or not isinstance(summary, str):
        raise ParameterError(f"{path}: title and summary must be text in quotes")
    return Scenario(path.stem, title, summary, settings_of(tables), origin or str(path))


@cache
def shipped_scenario(name: str) -> Scenario:
    """One of the scenarios that come with the model."""
    with as_file(files("model").joinpath(f"data/scenarios/{name}.toml")) as path:
        return read_scenario(path, f"scenario {name}")


def find_scenario(name: str | Path) -> Scenario:
    """A scenario by name, or read from a file when a path is given or the name ends in `.toml`.

    Raises:
        ParameterError: when there is none; the nearest names are given.
    """
    if isinstance(name, Path) or name.endswith(".toml"):
        return read_scenario(Path(name))
    if name in SHIPPED_SCENARIOS:
        return shipped_scenario(name)
    near = difflib.get_close_matches(name, SHIPPED_SCENARIOS, n=2)
    hint = f"; did you mean {' or '.join(near)}?" if near else ";"
    raise ParameterError(
        f"no scenario is called {name!r}{hint} allowed is one of {', '.join(SHIPPED_SCENARIOS)},"
        " or a file ending in .toml"
    )
