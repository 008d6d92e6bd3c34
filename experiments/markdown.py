"""Markdown for documents made from the code: tables, pages, and names that link to the code."""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
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


def paragraphs(texts: Iterable[str]) -> Iterator[str]:
    """Lines of some paragraphs, an empty one between each two."""
    for i, text in enumerate(texts):
        if i:
            yield ""
        yield text


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


def plain(words: str) -> str:
    """Words in which nothing is taken for a mark of Markdown, but for names in backticks."""
    return "`".join(
        re.sub(r"([*<\[])", r"\\\1", part) if i % 2 == 0 else part for i, part in enumerate(words.split("`"))
    )


def anchor_of(heading: str) -> str:
    """The anchor that a heading gets, on GitHub as on the site."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
