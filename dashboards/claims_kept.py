"""What is said of the claims, kept beside the pages as data, so that the dashboards show the same.

The file holds texts, tables of texts and drawings. Whoever opens it takes nothing on trust: a shape that is
not ours, or a drawing with anything in it that we do not draw, is refused.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup

from experiments.claims import CLAIMS
from experiments.claims.judging import VERDICTS
from experiments.errors import StudyError
from experiments.reading import read_json
from experiments.writing import write_text

KEPT = "debate.json"
VERDICTS_TABLE, STRUCTURES_TABLE = "verdicts.csv", "structures.csv"
"""Beside it, as numbers: a row a claim, and a row a claim and structure of the model."""
SHIPPED = Path(__file__).with_name("verdicts")
"""The folder of the verdicts that come with the project: `make findings` writes it."""
LAYOUT = 3
MOST_BYTES = 20_000_000
"""A file of all claims under all structures has half a million."""

TABLE = [[str]]
CLAIM: Mapping[str, Any] = {
    **dict.fromkeys(("claim", "id", "says", "who", "sides_in_words", "question", "compared", "measure"), str),
    **dict.fromkeys(("meaning", "expected", "reason", "doubt", "verdict", "true", "sentence", "stays"), str),
    **dict.fromkeys(("direction", "figure", "strength", "strength_sentence", "dependence", "rests"), str),
    **dict.fromkeys(("rests_on", "worth"), str),
    **dict.fromkeys(("intervals", "chances", "worths", "under", "tried", "beside"), TABLE),
}
CASE: Mapping[str, Any] = {
    **dict.fromkeys(("side", "name", "tried", "most", "least"), str),
    **dict.fromkeys(("true_most", "true_usual", "true_least"), int),
    "leanings": TABLE,
    "told": [str],
    "rows": [
        {
            **dict.fromkeys(("claim", "id", "says", "measure", "expected"), str),
            "effects": [str],
            "chances": [str],
        }
    ],
}
SHAPE: Mapping[str, Any] = {
    "sets": int,
    "command": str,
    "model_hash": str,
    "false_verdicts": str,
    "resting": str,
    "again": str,
    "facts": TABLE,
    "claims": [CLAIM],
    "cases": [CASE],
}
"""What the file holds, by key."""

DRAWN = {"svg", "rect", "line", "circle", "text", "polygon", "polyline"}
"""Elements of our drawings."""
ATTRIBUTES = {
    *(
        "class",
        "viewBox",
        "role",
        "aria-label",
        "x",
        "y",
        "width",
        "height",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
    ),
    *("r", "points", "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "text-anchor"),
}
"""And what is said of them: nothing that could do more than draw."""


@dataclass(frozen=True)
class Kept:
    """What is said of the claims of a results folder.

    Attributes:
        claims: what the page tells of each, by its number.
        cases: of the sides, by side.
        sets: of parameters on which they were tried.
        command: that tried them.
        model_hash: of the rules with which they were tried.
        again: options of it that a further claim must share.
        false_verdicts: how many to expect, in a sentence.
        resting: which rest on what the record cannot inform, in a sentence; empty for none.
        facts: how it was made, as names and values.
    """

    claims: Mapping[str, Mapping[str, Any]]
    cases: Mapping[str, Mapping[str, Any]]
    sets: int
    command: str
    model_hash: str
    again: str
    false_verdicts: str
    resting: str
    facts: Sequence[Sequence[str]]


def write_kept(found: Mapping[str, Any], folder: Path) -> Path:
    """Keep what is said; keys beyond those of the file are left out."""
    text = json.dumps({"layout": LAYOUT, **_cut(found, SHAPE)}, ensure_ascii=False, indent=1)
    path = folder / KEPT
    write_text(path, text)
    return path


def _cut(value: Any, shape: Any) -> Any:
    """The part of a value that a shape speaks of; missing texts are empty."""
    if isinstance(shape, Mapping):
        return {key: _cut(value[key], inner) for key, inner in shape.items()}
    if isinstance(shape, list):
        return [_cut(one, shape[0]) for one in value]
    return str(value or "") if shape is str else value


def read_kept(folder: Path) -> Kept:
    """What is said of the claims of a results folder.

    Raises:
        StudyError: when there is nothing of the kind, or not as we write it.
    """
    path = folder / KEPT
    if not path.is_file():
        raise StudyError(
            f"{folder.name}: holds no verdicts that this page can show; `turnaround claims --out FOLDER`"
            " leaves them, and makes no run again that is there already"
        )
    if path.stat().st_size > MOST_BYTES:
        raise StudyError(f"{path.name} in {folder.name}: has more than {MOST_BYTES:,} bytes")
    try:
        found = read_json(path)
    except (OSError, ValueError) as problem:
        raise StudyError(f"{path.name} in {folder.name}: cannot be read ({problem})") from problem
    if not isinstance(found, dict) or found.get("layout") != LAYOUT:
        raise StudyError(
            f"{path.name} in {folder.name}: written in another layout than {LAYOUT}, which is read here;"
            " the same `turnaround claims` command writes it anew, and runs nothing again"
        )
    wrong = _astray(found, SHAPE, path.name)
    if wrong:
        raise StudyError(f"{path.name} in {folder.name}: {wrong} is not as `turnaround claims` writes it")
    return Kept(
        claims={one["claim"]: _opened(one, folder) for one in found["claims"]},
        cases={one["side"]: one for one in found["cases"]},
        **{name: found[name] for name in SHAPE if name not in ("claims", "cases")},
    )


def _astray(value: Any, shape: Any, where: str) -> str:
    """The first place at which a value has not its shape; empty where it has."""
    if isinstance(shape, Mapping) and isinstance(value, dict):
        parts = [(value.get(key), inner, f"{where}.{key}") for key, inner in shape.items()]
    elif isinstance(shape, list) and isinstance(value, list):
        parts = [(one, shape[0], f"{where}[{place}]") for place, one in enumerate(value)]
    else:
        return "" if type(value) is shape else where
    return next(filter(None, (_astray(*part) for part in parts)), "")


def _opened(one: dict[str, Any], folder: Path) -> dict[str, Any]:
    if one["claim"] not in CLAIMS or one["id"] != one["claim"].lower() or one["verdict"] not in VERDICTS:
        raise StudyError(f"{KEPT} in {folder.name}: {one['claim'][:20]!r} is no claim with a verdict")
    return one | {name: drawing(one[name], folder.name) for name in ("figure", "strength")}


def drawing(text: str, origin: str) -> Markup:
    """One of our drawings, looked through: no element or attribute that could do more than draw.

    Raises:
        StudyError: for anything else.
    """
    if not text:
        return Markup("")
    try:
        if "<!" in text or "<?" in text:
            raise StudyError(f"{KEPT} in {origin}: a drawing declares what is none of ours")
        parts = list(ElementTree.fromstring(text).iter())
    except ElementTree.ParseError as problem:
        raise StudyError(f"{KEPT} in {origin}: a drawing cannot be read ({problem})") from problem
    for part in parts:
        foreign = part.tag not in DRAWN or any(name not in ATTRIBUTES for name in part.attrib)
        if foreign or any("url(" in value.lower() for value in part.attrib.values()):
            raise StudyError(f"{KEPT} in {origin}: a drawing holds what is none of ours ({part.tag[:40]})")
    return Markup(text)
