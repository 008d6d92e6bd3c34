"""What all pages of findings share: their head, and how numbers are written."""

import math
from collections.abc import Iterable
from typing import Any

from experiments.prose import MINUS, brief

Row = dict[str, Any]
COMMAND = "make findings"


def page(title: str, made: Row, lines: Iterable[str]) -> str:
    """A page: its title, what it was made from and with which model, and its lines."""
    where = f"Made by `{COMMAND}` from what `{made['command']}` left"
    model = f" (model {made['model_hash'][:12]})" if "model_hash" in made else ""
    return "\n".join([f"# {title}", "", f"{where}{model}; edits here are lost.", "", *lines]) + "\n"


def listed(words: list[str]) -> str:
    """Parts of a sentence that have commas of their own."""
    return "; ".join(words)


def number(value: float | None) -> str:
    """Three digits; nothing for what is missing."""
    if value is None:
        return ""
    return "infinite" if math.isinf(value) else brief(value, 3)


def between(low: float | None, high: float | None) -> str:
    """An interval; nothing where it is missing."""
    return "" if low is None or high is None else f"{number(low)} to {number(high)}"


def signed(value: float | None, digits: int = 0) -> str:
    """A change, with its sign."""
    if value is None:
        return ""
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}".replace("-", MINUS) if rounded else "0"
