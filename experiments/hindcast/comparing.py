"""The record beside simulated histories: for each figure the data, median, intervals and a verdict."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
import polars as pl

from experiments.arrays import Numbers
from experiments.hindcast.targets import MEASURES, Measure
from experiments.hindcast.tolerances import tolerances

Verdict = Literal["pass", "within luck", "fail", "given"]
JUDGED: tuple[Verdict, ...] = ("pass", "within luck", "fail")
"""Those of figures that were simulated."""

ENDS = (25.0, 75.0, 5.0, 95.0)
"""Percentiles: ends of the intervals of 50% and of 90%."""

OUTSIDE = "outside 90%"
AT_NO_EFFECT = "as no effect would"
"""Remarks on a pass: the tolerance is wide against what luck allows, or against the effect."""

KINDS: dict[Any, Any] = {str: pl.String, float: pl.Float64, int | None: pl.Int64, bool: pl.Boolean}
"""Of columns, by the annotations of `Compared`."""


@dataclass(frozen=True)
class Compared:
    """One figure of the record, and what simulated histories show of it.

    Attributes:
        measure: to which it belongs.
        figure: its name there.
        unit: its unit.
        data: of the record.
        cases: behind it in the record; None for plain counts.
        median: of the histories; not a number, as all that follows from it, when none shows the figure.
        low_50, high_50: of the central half of them.
        low_90, high_90: of the central nine in ten.
        p_value: share of histories at least as far out as the record, on its side, the record counted among
            them so that few histories give no 0, doubled, at most 1.
        tolerance: how near the median must come.
        fitted: whether calibration looked at the figure's measure.
        seen: share of histories in which the figure could be measured.
        given: whether the histories hold the figure as the record had it before they began.
        outside: whether the record lies outside the central nine in ten histories, though it may pass.
        at_no_effect: whether the figure would pass in a model in which what it measures has no effect.
    """

    measure: str
    figure: str
    unit: str
    data: float
    cases: int | None
    median: float
    low_50: float
    high_50: float
    low_90: float
    high_90: float
    p_value: float
    tolerance: float
    fitted: bool
    seen: float
    given: bool
    outside: bool
    at_no_effect: bool

    @property
    def verdict(self) -> Verdict:
        """Whether the median is near enough; if not, whether luck may explain it."""
        if self.given:
            return "given"
        if abs(self.median - self.data) <= self.tolerance:
            return "pass"
        return "within luck" if self.low_90 <= self.data <= self.high_90 else "fail"

    @property
    def remark(self) -> str:
        """What makes a pass worth less than it looks; empty for nothing."""
        if self.verdict != "pass":
            return ""
        words = (OUTSIDE if self.outside else "", AT_NO_EFFECT if self.at_no_effect else "")
        return ", ".join(word for word in words if word)


def _passes_at_no_effect(measure: Measure, data: float, tolerance: float) -> bool:
    return measure.neutral is not None and abs(data - measure.neutral) <= tolerance


def compared(
    record: Mapping[str, float],
    histories: Mapping[str, Numbers],
    cases: Mapping[str, int] | None = None,
    given: Collection[str] = (),
) -> list[Compared]:
    """Compare every figure that the record has; one that no history shows is a miss.

    Args:
        record: figures of the record by `measure: figure`; those not a number are left out.
        histories: the same figures, shape (histories,).
        cases: behind figures of the record.
        given: names of the figures that rest on quarters before the histories begin, the record's own.
    """
    found = []
    for name, data in record.items():
        values = histories[name][~np.isnan(histories[name])]
        if np.isnan(data):
            continue
        seen = len(values) / len(histories[name])
        p_value = _predictive_p(values, data)
        values = values if len(values) else np.array([np.nan])
        measure, _, figure = name.partition(": ")
        tolerance = tolerances()[measure]
        low_50, high_50, low_90, high_90 = np.percentile(values, ENDS).tolist()
        found.append(
            Compared(
                measure=measure,
                figure=figure,
                unit=MEASURES[measure].unit,
                data=data,
                cases=(cases or {}).get(name),
                median=float(np.median(values)),
                low_50=low_50,
                high_50=high_50,
                low_90=low_90,
                high_90=high_90,
                p_value=p_value,
                tolerance=tolerance.of_figure(figure),
                fitted=tolerance.fitted,
                seen=seen,
                given=name in given,
                outside=not low_90 <= data <= high_90,
                at_no_effect=_passes_at_no_effect(MEASURES[measure], data, tolerance.of_figure(figure)),
            )
        )
    return found


def _predictive_p(values: Numbers, data: float) -> float:
    if not len(values):
        return np.nan
    beyond = min(int((values <= data).sum()), int((values >= data).sum()))
    return min(1.0, 2.0 * (1 + beyond) / (1 + len(values)))


def table_of(found: Sequence[Compared]) -> pl.DataFrame:
    """A row a figure."""
    schema = {field.name: KINDS[field.type] for field in fields(Compared)}
    rows = [{**vars(one), "verdict": one.verdict, "remark": one.remark} for one in found]
    return pl.DataFrame(rows, schema=schema | {"verdict": pl.String, "remark": pl.String})
