"""The strokes of small drawings in SVG, which carry their own colours and need no library of charts."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape


@dataclass(frozen=True)
class Scale:
    """Places values from `low` to `high` between two ends of a drawing; what lies beyond goes to the end."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value stands, in pixels."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def corners(places: Sequence[tuple[float, float]]) -> str:
    """Places as the corners of a polygon or of a line."""
    return " ".join(f"{x},{y}" for x, y in places)


def line(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "", width: float = 1.0) -> str:
    """A straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"{dashes}/>'


def text(x: float, y: float, words: str, colour: str, anchor: str, size: float | None = None) -> str:
    """Words that start, end or have their middle at a place, in the size of the drawing unless told."""
    sized = "" if size is None else f' font-size="{size:g}"'
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}"{sized} text-anchor="{anchor}">{escape(words)}</text>'
