"""Markdown for the tables of `docs/tables`: tables, pages, and names that link to the code."""

import inspect
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from model.registry import Entry

FOLDER = Path(__file__).parents[1] / "docs" / "tables"
COMMAND = "python -m experiments.document"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table, bars inside cells escaped."""
    lines = ["| " + " | ".join(headings) + " |", "| " + " | ".join("---" for _ in headings) + " |"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return lines


def page(title: str, introduction: str, *parts: Iterable[str]) -> str:
    """A page: title, where it comes from, what it holds."""
    lines = [f"# {title}", "", introduction, "", f"Made from the code by `{COMMAND}`; edits here are lost."]
    for part in parts:
        lines += ["", *part]
    return "\n".join(lines) + "\n"


def range_of(entry: Entry) -> str:
    """The bounds of a parameter, short."""
    if entry.type == "arrangement":
        return "any arrangement"
    return "0 or 1" if entry.type == "switch" else f"{entry.low:g} to {entry.high:g}"


def path_of(function: Callable[..., object]) -> str:
    """The file of a rule, as a link from the folder of tables."""
    module = sys.modules[function.__module__]
    file = Path(inspect.getfile(module)).relative_to(FOLDER.parents[1])
    return f"[{file.name if file.name != '__init__.py' else 'rules/__init__.py'}](../../{file.as_posix()})"
