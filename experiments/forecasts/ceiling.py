"""The noise ceiling: what even a forecaster who knows every council's true state must lose to inspection.

In the model's own histories the true state at the next inspection is known, and with bars and noise the
probability of each judgement. Expected scores follow without drawing a judgement. Beside that perfect
forecaster stand one who knows what the record says, which is the forecast itself, and one who expects
no change.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from experiments.arrays import Numbers
from experiments.forecasts.schema import INADEQUATE, JUDGED, Prophecy
from experiments.forecasts.simulated import Part
from model.facts import load_facts
from model.history import grades_in_force

INTERVAL = (0.05, 0.95)

FORECASTERS = {
    "perfect": "knows the true state of the council at the inspection",
    "record": "knows what the record says: this forecast",
    "no change": "expects the judgement in force at the origin",
}


def expected_rps(forecast: Numbers, truth: Numbers) -> Numbers:
    """Expected ranked probability score of a forecast where judgements are drawn from the truth.

    Sum over grades of (F - T)^2 + T (1 - T), with F and T the cumulated probabilities; shape (..., 4).
    """
    below, true = np.cumsum(forecast, axis=-1)[..., :-1], np.cumsum(truth, axis=-1)[..., :-1]
    score: Numbers = ((below - true) ** 2 + true * (1.0 - true)).sum(axis=-1)
    return score


def expected_brier(forecast: Numbers, truth: Numbers) -> Numbers:
    """Expected Brier score for inadequate where judgements are drawn from the truth: shape (..., 4)."""
    said, true = forecast[..., INADEQUATE], truth[..., INADEQUATE]
    score: Numbers = (said - true) ** 2 + true * (1.0 - true)
    return score


def noise_ceiling(
    parts: Sequence[Part], prophecy: Prophecy, origin: int, parameters_vary: bool
) -> pl.DataFrame:
    """Expected scores at next inspections in the model's own histories, by forecaster.

    Args:
        parts: of the forecast, a part a set of parameters.
        prophecy: the forecast.
        origin: last quarter of record.
        parameters_vary: whether sets differ in parameters, or in luck only.

    Returns:
        A row a score and forecaster: mean over sets and the interval that holds 90% of them.
    """
    last = grades_in_force(load_facts(), origin)
    found: dict[tuple[str, str], list[float]] = {}
    inspections = 0
    for part in parts:
        draw, council = np.nonzero((part.next_quarter >= 0) & (last > 0))
        if not len(draw):
            continue
        inspections += len(draw)
        truth = part.next_chance[draw, council]
        said = {
            "perfect": truth,
            "record": prophecy.next_inspection[part.next_quarter[draw, council], council],
            "no change": np.eye(len(JUDGED))[last[council] - 1],
        }
        for score, expected in (
            ("ranked probability score", expected_rps),
            ("Brier, inadequate", expected_brier),
        ):
            for forecaster in FORECASTERS:
                mean = float(expected(said[forecaster], truth).mean())
                found.setdefault((score, forecaster), []).append(mean)
    over = "sets of parameters" if parameters_vary else "groups of luck, parameters fixed"
    rows = [
        (
            score,
            forecaster,
            FORECASTERS[forecaster],
            float(np.mean(means)),
            *np.quantile(means, INTERVAL),
            over,
            inspections,
        )
        for (score, forecaster), means in found.items()
    ]
    columns = (
        "score",
        "forecaster",
        "meaning",
        "expected",
        "low_90",
        "high_90",
        "interval_over",
        "inspections",
    )
    return pl.DataFrame(rows, schema=list(columns), orient="row")
