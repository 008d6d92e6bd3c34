"""The record beside simulated histories: for each figure the data, median, intervals and a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl

from experiments.hindcast.targets import MEASURES
from experiments.hindcast.tolerances import tolerances

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Verdict = Literal["pass", "within luck", "fail"]

ENDS = (25.0, 75.0, 5.0, 95.0)
"""Percentiles: ends of the intervals of 50% and of 90%."""


@dataclass(frozen=True)
class Compared:
    """One figure of the record, and what simulated histories show of it.

    Attributes:
        measure: to which it belongs.
        figure: its name there.
        unit: its unit.
        data: of the record.
        median: of the histories.
        low_50, high_50: of the central half of them.
        low_90, high_90: of the central nine in ten.
        p_value: share of histories at least as far out as the record, on its side, doubled, at most 1.
        tolerance: how near the median must come.
        fitted: whether calibration looked at the figure's measure.
        seen: share of histories in which the figure could be measured.
    """

    measure: str
    figure: str
    unit: str
    data: float
    median: float
    low_50: float
    high_50: float
    low_90: float
    high_90: float
    p_value: float
    tolerance: float
    fitted: bool
    seen: float

    @property
    def verdict(self) -> Verdict:
        """Whether the median is near enough; if not, whether luck may explain it."""
        if abs(self.median - self.data) <= self.tolerance:
            return "pass"
        return "within luck" if self.low_90 <= self.data <= self.high_90 else "fail"


def compared(record: Mapping[str, float], histories: Mapping[str, Numbers]) -> list[Compared]:
    """Compare every figure that the record has.

    Args:
        record: figures of the record by `measure: figure`; those not a number are left out.
        histories: the same figures, shape (histories,).
    """
    found = []
    for name, data in record.items():
        values = histories[name][~np.isnan(histories[name])]
        if np.isnan(data) or len(values) == 0:
            continue
        measure, _, figure = name.partition(": ")
        tolerance = tolerances()[measure]
        below, above = (values <= data).mean(), (values >= data).mean()
        low_50, high_50, low_90, high_90 = np.percentile(values, ENDS).tolist()
        found.append(
            Compared(
                measure=measure,
                figure=figure,
                unit=MEASURES[measure].unit,
                data=data,
                median=float(np.median(values)),
                low_50=low_50,
                high_50=high_50,
                low_90=low_90,
                high_90=high_90,
                p_value=min(1.0, 2.0 * float(min(below, above))),
                tolerance=tolerance.of_figure(figure),
                fitted=tolerance.fitted,
                seen=len(values) / len(histories[name]),
            )
        )
    return found


def table_of(found: list[Compared]) -> pl.DataFrame:
    """A row a figure."""
    return pl.DataFrame([{**vars(one), "verdict": one.verdict} for one in found])
