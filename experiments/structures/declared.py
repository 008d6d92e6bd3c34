"""Submodels and alternative structures: read from the file that declares them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from experiments.errors import StudyError
from model.near_names import or_near
from model.registry import registry

Kind = Literal["model", "submodel", "alternative"]

DECLARED = "structures.toml"
ALL = "all"


@dataclass(frozen=True)
class Structure:
    """A model that differs from the model as it is in some settings.

    Attributes:
        name: by which it is asked for.
        kind: the model as it is, one of its submodels switched off, or an alternative.
        title: in a few words.
        says: what is so under it.
        reason: why one would look.
        source: on what an alternative rests; empty for a submodel.
        rules: functions of the rulebook that carry it.
        settings: values by parameter.
        free: parameters among these that are fitted anew, when the structure is.
    """

    name: str
    kind: Kind
    title: str
    says: str
    reason: str
    source: str
    rules: tuple[str, ...]
    settings: Mapping[str, float]
    free: tuple[str, ...]

    @property
    def held(self) -> dict[str, float]:
        """Settings that a fit leaves alone."""
        return {name: value for name, value in self.settings.items() if name not in self.free}


AS_IT_IS = Structure(
    "as_it_is", "model", "The model as it is", "Every submodel is there.", "To compare with.", "", (), {}, ()
)


@cache
def structures() -> dict[str, Structure]:
    """All that are declared, by name: submodels first, in the order of the file."""
    read = tomllib.loads(_text())
    found = [
        _structure(name, kind, table)
        for kind in ("submodel", "alternative")
        for name, table in read[kind].items()
    ]
    return {one.name: one for one in found}


def submodels() -> list[Structure]:
    """Submodels, each as the model without it."""
    return [one for one in structures().values() if one.kind == "submodel"]


def alternatives() -> list[Structure]:
    """Alternative structures."""
    return [one for one in structures().values() if one.kind == "alternative"]


@cache
def not_switched() -> dict[str, str]:
    """Parts of the model that no setting switches off, or none that the hindcast would feel, and why."""
    return dict(tomllib.loads(_text())["not_switched"])


def find_structures(names: Sequence[str], among: Sequence[Structure]) -> list[Structure]:
    """Those of some names, each once and in their order; all when none is named, or `all` is.

    Raises:
        StudyError: for a name that none of them has, with those nearest to it.
    """
    known = {one.name: one for one in among}
    wanted = [name.strip() for name in names if name.strip() != ALL]
    for name in wanted:
        if name not in known:
            allowed = f"allowed are {ALL}, {', '.join(known)}"
            raise StudyError(f"no structure is called {name!r}{or_near(name, known, allowed)}")
    everything = not wanted or any(name.strip() == ALL for name in names)
    return [one for one in among if everything or one.name in wanted]


def _structure(name: str, kind: Any, table: Mapping[str, Any]) -> Structure:
    settings = {setting: float(value) for setting, value in table["settings"].items()}
    where = f"{DECLARED}, {kind} {name}"
    for setting, value in settings.items():
        entry = registry()[setting]
        if kind == "alternative":
            entry.value(value, where)
    free = tuple(table.get("free", ()))
    if unknown := set(free) - set(settings):
        raise ValueError(f"{where}: free names {', '.join(sorted(unknown))}, which settings do not set")
    return Structure(
        name,
        kind,
        table["title"],
        table["says"],
        table["reason"],
        table.get("source", ""),
        tuple(table["rules"]),
        settings,
        free,
    )


def _text() -> str:
    return files(__package__).joinpath(DECLARED).read_text("utf-8")
