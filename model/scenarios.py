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
from typing import ClassVar, Self

from model.parameters import read_toml, settings_of
from model.registry import ParameterError

SHIPPED_SCENARIOS = ("level", "squeeze", "recovery")
"""The scenarios that come with the model; `level` is what the defaults say."""

EXAMPLE = "funding_shift = -0.01 under [nation]"


@dataclass(frozen=True)
class NamedSettings:
    """Settings that have a name: a regime or a scenario.

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
    introduced: ClassVar[bool]
    """Whether a file must give a title and a summary."""

    @classmethod
    def read(cls, path: Path, origin: str | None = None) -> Self:
        """Read them from a TOML file; the title is the file's name where it may be left out.

        Raises:
            ParameterError: when the file cannot be read, a title or summary is missing that must be there or
                is not text, or the file sets nothing.
        """
        tables = read_toml(path)
        title, summary = tables.pop("title", None), tables.pop("summary", None)
        if not cls.introduced:
            title, summary = path.stem if title is None else title, "" if summary is None else summary
        if not isinstance(title, str) or not isinstance(summary, str):
            wrong = "needs a title and a summary" if cls.introduced else "title and summary must be text"
            raise ParameterError(f"{path}: {wrong}, in quotes, at the top")
        settings = settings_of(tables)
        if not settings:
            raise ParameterError(f"{path}: it sets no parameter; allowed is one or more, such as {EXAMPLE}")
        return cls(path.stem, title, summary, settings, origin or str(path))


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
    near = difflib.get_close_matches(name, SHIPPED_SCENARIOS, n=2)
    hint = f"; did you mean {' or '.join(near)}?" if near else ";"
    raise ParameterError(
        f"no scenario is called {name!r}{hint} allowed is one of {', '.join(SHIPPED_SCENARIOS)},"
        " or a file ending in .toml"
    )
