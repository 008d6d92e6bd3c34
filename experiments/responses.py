"""How does each submodel's main parameter move the outcome that it should move?

The parameter is varied over its bounds, everything else held at the default under one regime, and each value
meets the same luck. What is kept is the difference from the value under the regime, replicate by replicate:
its mean with the interval that 95 of 100 such studies would have around the true one, and where 95 of 100
histories lie.

Run as `python -m experiments.responses`, which prints the table; `make stored` keeps it in
docs/submodels/responses.csv.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from io import StringIO
from pathlib import Path

import numpy as np

from experiments.arrays import Numbers, mean_of_known
from experiments.comparison import mean_of
from experiments.horizon import USUAL_QUARTERS
from experiments.layers import CENTRAL
from experiments.submodels import Response, submodels
from model.ensemble import Block, draw_luck, run_block
from model.parameters import Parameters
from model.regimes import resolve

TABLE = Path(__file__).parents[1] / "docs" / "submodels" / "responses.csv"
SEED = 1
REPLICATES = 100
POINTS = 9
CHUNK = 20


@dataclass(frozen=True)
class Point:
    """What was found at one value of a submodel's parameter.

    Attributes:
        submodel: whose.
        value: of its parameter; an arrangement or a switch as its code.
        level: mean of the outcome.
        difference: mean of the differences from the default, paired by replicate.
        low, high: ends of the 95% interval of that mean.
        low_history, high_history: between which 95% of the single differences lie.
        pairs: histories in which the outcome could be taken at this value and at the default.
    """

    submodel: str
    value: float
    level: float
    difference: float
    low: float
    high: float
    low_history: float
    high_history: float
    pairs: int


def values_of(response: Response, points: int = POINTS) -> list[float]:
    """The values tried: evenly over the bounds, and the default among them."""
    entry = response.entry
    even = np.linspace(entry.low, entry.high, points).tolist()
    if entry.type != "number":
        even = [round(value) for value in even]
    return sorted({*even, response.value})


def measure(replicates: int = REPLICATES, points: int = POINTS) -> list[Point]:
    """Measure every submodel's response."""
    asked = {name: one.response for name, one in submodels().items() if one.response is not None}
    tried = {name: values_of(response, points) for name, response in asked.items()}
    found: dict[str, list[Numbers]] = {name: [] for name in asked}
    for first in range(0, replicates, CHUNK):
        luck = draw_luck(SEED, range(first, min(first + CHUNK, replicates)), USUAL_QUARTERS)
        for name, response in asked.items():
            block = run_block(_sets(response, tried[name]), luck, USUAL_QUARTERS)
            found[name].append(_taken(response, block).reshape(len(tried[name]), -1))
    return [
        point
        for name, response in asked.items()
        for point in _points(name, response, tried[name], np.concatenate(found[name], axis=1))
    ]


def _sets(response: Response, values: Sequence[float]) -> list[Parameters]:
    whole = response.entry.type != "number"
    return [
        resolve(response.regime, settings={response.parameter: int(value) if whole else value})
        for value in values
    ]


def _taken(response: Response, block: Block) -> Numbers:
    """The outcome of every run; not a number where there was nothing to take it of."""
    if response.taken == "run":
        return np.asarray(block.outcomes[response.outcome], float)
    by_quarter = np.asarray(block.quarters[response.outcome], float)
    return by_quarter[:, -1] if response.taken == "end" else mean_of_known(by_quarter)


def _points(name: str, response: Response, values: Sequence[float], taken: Numbers) -> Iterator[Point]:
    at_default = taken[values.index(response.value)]
    for value, outcomes in zip(values, taken, strict=True):
        there = np.isfinite(outcomes) & np.isfinite(at_default)
        yield point_of(name, value, outcomes[there], at_default[there])


def point_of(name: str, value: float, outcomes: Numbers, at_default: Numbers) -> Point:
    """What paired outcomes say of one value.

    Args:
        name: of the submodel.
        value: of its parameter.
        outcomes: one a replicate, at least two.
        at_default: of the same replicates.
    """
    differences = outcomes - at_default
    mean = mean_of(differences)
    low, high = np.quantile(differences, CENTRAL).tolist()
    level = float(outcomes.mean())
    return Point(name, value, level, mean.mean, mean.low, mean.high, low, high, mean.n)


def is_visible(response: Response, points: Sequence[Point]) -> bool:
    """Whether some value within the bounds moves the outcome by what matters, surely."""
    return any(point.low > response.smallest or point.high < -response.smallest for point in points)


def as_csv(points: Sequence[Point]) -> str:
    """Points as a table."""
    lines = [",".join(field.name for field in fields(Point))]
    for point in points:
        cells = (f"{cell:.6g}" if isinstance(cell, float) else str(cell) for cell in astuple(point))
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


def read(text: str | None = None) -> dict[str, list[Point]]:
    """The points kept, by submodel, in rising order of the parameter.

    Args:
        text: of a table; that of the documents when None.
    """
    text = TABLE.read_text("utf-8") if text is None else text
    names, *rows = (line.rstrip("\n").split(",") for line in StringIO(text))
    assert names == [field.name for field in fields(Point)]
    found: dict[str, list[Point]] = {}
    for name, value, level, difference, low, high, low_history, high_history, pairs in rows:
        point = Point(
            name,
            value=float(value),
            level=float(level),
            difference=float(difference),
            low=float(low),
            high=float(high),
            low_history=float(low_history),
            high_history=float(high_history),
            pairs=int(pairs),
        )
        found.setdefault(name, []).append(point)
    return found


if __name__ == "__main__":
    sys.stdout.write(as_csv(measure()))
