"""The differences between regimes as one small picture that stands by itself: for documents and notebooks.

`python -m dashboards.picture` makes `docs/differences.svg`, which the README shows, from nine regimes under
200 histories. The picture brings its own white ground, so that it reads on light and on dark pages alike, and
it holds nothing but shapes and text. In a notebook:

    from IPython.display import SVG
    SVG(draw_differences(compare(["ad_hoc", "trust"], replicates=40)))
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from dashboards.compared import Compared
from dashboards.page import render_drawing
from dashboards.style import BAND, FONT, INK, PAPER, QUIET, RULE, RegimeStyle, regime_styles
from dashboards.words import OUTCOMES
from experiments.compare import compare
from experiments.comparison import Comparison
from experiments.effects import EFFECTS
from experiments.ending import Script
from experiments.prose import MINUS
from experiments.writing import write_text

SHOWN = ("inadequate_mean", "good_or_better_end")
"""The outcomes that are drawn unless others are named."""

PICTURE = Path(__file__).parents[1] / "docs/differences.svg"

NAMES, PANEL, GAP = 200, 285, 60
"""Widths in pixels: of the names, of a panel, and between panels."""
TOP, ROW = 105, 28
"""Middle of the first row and distance of rows, in pixels."""
BELOW = 94
"""Height of axis and notes, in pixels."""
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
MOST_TICKS = 7
BETTER = {"higher": "to the right is better", "lower": "to the left is better", None: "neither is better"}


def draw_differences(comparison: Comparison, outcomes: Sequence[str] = SHOWN) -> str:
    """The differences of regimes from the baseline, with their intervals, as an SVG document.

    Args:
        comparison: as `experiments.compare.compare` returns it.
        outcomes: names of those to draw, side by side.
    """
    compared = Compared(comparison)
    styles = regime_styles(list(compared.titles))
    places = {name: TOP + i * ROW for i, name in enumerate(compared.others)}
    bottom = TOP + (len(places) - 1) * ROW + ROW // 2 + 4
    title = f"What regimes change, against {compared.baseline_title.lower()}"
    histories, quarters = comparison.results.manifest["replicates"], comparison.results.manifest["quarters"]
    context = {
        "title": title,
        "said": f"{title}: {'; '.join(OUTCOMES[name].titled for name in outcomes)}",
        "width": NAMES + len(outcomes) * (PANEL + GAP),
        "height": bottom + BELOW,
        "bottom": bottom,
        "rows": [
            {"style": styles[name], "title": compared.titles[name], "y": y} for name, y in places.items()
        ],
        "panels": [
            _panel(comparison, outcome, NAMES + i * (PANEL + GAP), places, styles)
            for i, outcome in enumerate(outcomes)
        ],
        "notes": (
            _what_lines_are(comparison),
            f"Grey: too small to matter. {histories} histories of {quarters / 4:g} years.",
        ),
    }
    looks = {"font": FONT, "ink": INK, "quiet": QUIET, "rule": RULE, "paper": PAPER, "band": BAND}
    return render_drawing("differences", looks | context)


def _what_lines_are(comparison: Comparison) -> str:
    if comparison.on_sets:
        return (
            "Thick: 95% of what is to be expected, given sets of parameters fitted to the record."
            " Thin: of single histories, with their luck."
        )
    return "Lines: 95%, from luck alone, for the mean over histories; parameters as they are."


def _panel(
    comparison: Comparison,
    outcome: str,
    left: int,
    places: Mapping[str, int],
    styles: Mapping[str, RegimeStyle],
) -> dict[str, Any]:
    rows = {
        row["regime"]: row
        for row in comparison.differences.iter_rows(named=True)
        if row["outcome"] == outcome
    }
    smallest = next(iter(rows.values()))["smallest_effect"]
    drawn = {name: _ends(rows[name]) for name in places}
    ends = [end for three in drawn.values() for pair in three for end in pair] + [-smallest, smallest]
    low, high = min(ends), max(ends)

    def across(value: float) -> float:
        return float(round((value - low) / (high - low) * PANEL, 1))

    return {
        "x": left,
        "title": OUTCOMES[outcome].titled,
        "better": BETTER[EFFECTS[outcome].better],
        "zero": across(0.0),
        "band": (across(-smallest), round(across(smallest) - across(-smallest), 1)),
        "ticks": [{"x": across(value), "label": _signed(value)} for value in _ticks(low, high)],
        "intervals": [
            {
                "y": places[name],
                "colour": styles[name].colour,
                "outline": styles[name].outline,
                "x": across(middle[0]),
                "sets": tuple(map(across, sets)),
                "both": tuple(map(across, both)),
            }
            for name, (middle, sets, both) in drawn.items()
        ],
    }


Pair = tuple[float, float]


def _ends(row: Mapping[str, Any]) -> tuple[Pair, Pair, Pair]:
    """The difference twice, and the ends of its intervals; what is not known is the difference itself."""
    middle = 0.0 if row["difference"] is None else row["difference"]

    def ends(name: str) -> Pair:
        low, high = row.get(f"{name}low"), row.get(f"{name}high")
        return (middle, middle) if low is None or high is None or low != low else (low, high)

    sets = ends("")
    both = ends("both_")
    return (middle, middle), sets, (min(*sets, *both), max(*sets, *both))


def _ticks(low: float, high: float) -> list[float]:
    step = next((step for step in STEPS if (high - low) / step <= MOST_TICKS), STEPS[-1])
    first = -int(-low // step)
    return [i * step for i in range(first, int(high // step) + 1)]


def _signed(value: float) -> str:
    return f"{value:+g}".replace("-", MINUS) if value else "0"


@click.command("python -m dashboards.picture", cls=Script)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=PICTURE, help="The file.")
def main(out: Path) -> None:
    """Make the picture that the README shows: nine regimes, 200 histories each."""
    drawing = draw_differences(compare(tables=("runs",)))
    write_text(out, drawing)


if __name__ == "__main__":
    main()
