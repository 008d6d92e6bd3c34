"""Scores of forecasts on what happened: small is good, and only saying what one believes makes them small.

The library `scoringrules` reckons ranked probability, continuous ranked probability and Brier scores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import scoringrules

from experiments.arrays import Codes, Numbers
from experiments.errors import StudyError
from experiments.forecasts.outcomes import Outcomes, next_judgements, observed
from experiments.forecasts.schema import INADEQUATE, JUDGED, STANDING, Forecast, council_names
from experiments.intervals import share_of
from model.quarters import format_quarter

RANKED, BRIER, LOG = "ranked probability score", "Brier, inadequate", "log score"
COLUMN_OF = {RANKED: "ranked_probability", BRIER: "brier_inadequate", LOG: "log"}
SCORES = tuple(COLUMN_OF)

NEW_INADEQUATE = "new inadequate"
QUANTITIES = (*JUDGED, NEW_INADEQUATE)

BIN_EDGES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
PIT_BINS = 5
INTERVAL = (0.025, 0.975)
RESAMPLES = 4000
FEWEST_COUNCILS = 10
"""Below which resampling them says next to nothing of how scores vary, and no interval is given."""


# ---- At each council's next inspection


def score_inspections(forecast: Forecast, outcomes: Outcomes, seed: int = 1) -> pl.DataFrame:
    """Scores at each council's first judgement after the origin, on the probabilities for its quarter.

    Returns:
        A row a council: `la_code`, `council`, `quarter`, `grade`, a probability for each grade, and the
        scores; `pit` is the randomised probability integral transform of the ordered grades.

    Raises:
        StudyError: when no judgement falls in the forecast's quarters.
    """
    first = next_judgements(outcomes, forecast.origin, forecast.end)
    if first.is_empty():
        raise StudyError(
            f"no judgement falls between {format_quarter(forecast.origin + 1)} and"
            f" {format_quarter(forecast.end)}, so there is nothing to score"
        )
    said = probabilities(forecast, first)
    grade = first["grade"].to_numpy()
    at = said[np.arange(len(grade)), grade]
    return pl.DataFrame(
        {
            "origin": [format_quarter(forecast.origin)] * len(first),
            "la_code": first["la_code"],
            "council": [council_names()[code] for code in first["la_code"]],
            "quarter": [format_quarter(quarter) for quarter in first["quarter"]],
            "grade": [JUDGED[place] for place in grade],
            **{name: said[:, place] for place, name in enumerate(JUDGED)},
            COLUMN_OF[RANKED]: ranked_probability_score(said, grade),
            COLUMN_OF[BRIER]: brier_score(said[:, INADEQUATE], grade == INADEQUATE),
            COLUMN_OF[LOG]: log_score(at),
            "pit": transform(np.cumsum(said, axis=1), grade, seed),
        }
    )


def probabilities(forecast: Forecast, judged: pl.DataFrame) -> Numbers:
    """What a forecast says of next inspections, by council and quarter: shape (judgements, 4)."""
    asked = judged.select("la_code", quarter=pl.col("quarter").map_elements(format_quarter, pl.String))
    wide = forecast.next_inspection.join(asked, on=["la_code", "quarter"], how="semi").pivot(
        "grade", index=["la_code", "quarter"], values="probability"
    )
    found = asked.join(wide, on=["la_code", "quarter"], how="left", maintain_order="left")
    return found.select(JUDGED).to_numpy()


def ranked_probability_score(said: Numbers, grade: Codes) -> Numbers:
    """Sum over grades of the squared difference of cumulated probability and outcome; from 0 to 3.

    Args:
        said: probability of each grade, shape (judgements, 4).
        grade: what was judged, 0 to 3.
    """
    return np.asarray(scoringrules.rps_score(grade + 1, said), float)


def brier_score(said: Numbers, happened: Numbers | Codes) -> Numbers:
    """Squared difference of probability and outcome, 0 or 1."""
    return np.asarray(scoringrules.brier_score(np.asarray(happened, float), np.clip(said, 0.0, 1.0)), float)


def log_score(said_of_outcome: Numbers) -> Numbers:
    """Minus the natural logarithm of the probability of what happened; infinite where it was 0."""
    with np.errstate(divide="ignore"):
        score: Numbers = -np.log(said_of_outcome)
    return score


def transform(below: Numbers, outcome: Codes, seed: int) -> Numbers:
    """Randomised probability integral transform: uniform if the outcomes are drawn from the forecast.

    Args:
        below: cumulated probabilities, shape (forecasts, outcomes).
        outcome: place of what happened, shape (forecasts,).
        seed: of the randomisation.
    """
    rows = np.arange(len(outcome))
    high = below[rows, outcome]
    low = np.where(outcome > 0, below[rows, np.maximum(outcome - 1, 0)], 0.0)
    luck = np.random.default_rng(np.random.SeedSequence([seed, len(outcome)])).random(len(outcome))
    return np.asarray(low + luck * (high - low), float)


# ---- National counts


def score_counts(forecast: Forecast, outcomes: Outcomes, seed: int = 1) -> pl.DataFrame:
    """Continuous ranked probability scores of the number of councils by judgement, quarter by quarter.

    Returns:
        A row a quarter and quantity: observed, median and 90% interval of the draws, `crps`, `pit`.
    """
    counts, new_inadequate = observed(outcomes, forecast.origin, forecast.end)
    seen = np.column_stack([counts[:, : len(JUDGED)], new_inadequate])
    drawn = drawn_counts(forecast)[:, : len(seen)]
    rows = []
    for step in range(len(seen)):
        for place, quantity in enumerate(QUANTITIES):
            draws, value = drawn[:, step, place], int(seen[step, place])
            rows.append(
                {
                    "origin": format_quarter(forecast.origin),
                    "quarter": format_quarter(forecast.origin + 1 + step),
                    "quantity": quantity,
                    "observed": value,
                    "median": float(np.median(draws)),
                    "low_90": float(np.quantile(draws, 0.05)),
                    "high_90": float(np.quantile(draws, 0.95)),
                    "crps": count_score(draws, value),
                    "pit": _transform_of_draws(draws, value, seed, step * len(QUANTITIES) + place),
                }
            )
    return pl.DataFrame(rows)


def drawn_counts(forecast: Forecast) -> Codes:
    """Draws of each of `QUANTITIES`, shape (draws, quarters, 5)."""
    order = pl.col("grade").replace_strict({grade: place for place, grade in enumerate(STANDING)})
    table = forecast.national.with_columns(place=order).sort("draw", "quarter", "place")
    shape = (-1, forecast.end - forecast.origin, len(STANDING))
    standing = table["count"].to_numpy().reshape(shape)
    new = table["new_inadequate"].to_numpy().reshape(shape)[:, :, :1]
    return np.concatenate([standing[:, :, : len(JUDGED)], new], axis=2).astype(np.int64)


def count_score(draws: Numbers | Codes, value: float) -> float:
    """Continuous ranked probability score of the draws' own distribution."""
    return float(scoringrules.crps_ensemble(float(value), np.asarray(draws, float), estimator="qd"))


def _transform_of_draws(draws: Codes, value: int, seed: int, number: int) -> float:
    below, upto = float((draws < value).mean()), float((draws <= value).mean())
    luck = np.random.default_rng(np.random.SeedSequence([seed, number])).random()
    return below + luck * (upto - below)


# ---- Means, and skill against others


@dataclass(frozen=True)
class Estimate:
    """A figure and its interval from resampling councils.

    Attributes:
        value: the figure.
        low: lower end of the 95% interval; not a number, as all that follows, for fewer than
            `FEWEST_COUNCILS` councils.
        high: its upper end.
        above_zero: share of resamples with a positive figure.
    """

    value: float
    low: float
    high: float
    above_zero: float


def resampled_weights(blocks: Sequence[int], seed: int, resamples: int = RESAMPLES) -> Numbers:
    """How often each row is taken when whole blocks are drawn with replacement: shape (resamples, rows)."""
    names, block = np.unique(np.asarray(blocks), return_inverse=True)
    luck = np.random.default_rng(np.random.SeedSequence([seed, len(names), resamples]))
    counts = luck.multinomial(len(names), np.full(len(names), 1.0 / len(names)), size=resamples)
    return np.asarray(counts[:, block], float)


def mean_score(scores: Numbers, blocks: Sequence[int], seed: int, resamples: int = RESAMPLES) -> Estimate:
    """Mean of scores, councils resampled with all that belongs to them."""
    if _few(blocks):
        return Estimate(float(scores.mean()), np.nan, np.nan, np.nan)
    weights = resampled_weights(blocks, seed, resamples)
    return _estimate(float(scores.mean()), _weighted(weights, scores) / weights.sum(axis=1))


def skill(
    scores: Numbers, reference: Numbers, blocks: Sequence[int], seed: int, resamples: int = RESAMPLES
) -> Estimate:
    """1 - mean score / mean score of a reference at the same inspections; above 0 is better than it.

    Not a number where the reference is perfect or a score infinite.
    """
    if not (np.isfinite(scores).all() and np.isfinite(reference).all()) or reference.mean() == 0.0:
        return Estimate(np.nan, np.nan, np.nan, np.nan)
    if _few(blocks):
        return Estimate(float(1.0 - scores.mean() / reference.mean()), np.nan, np.nan, np.nan)
    weights = resampled_weights(blocks, seed, resamples)
    below = _weighted(weights, reference)
    ratio = np.divide(_weighted(weights, scores), below, out=np.full(len(below), np.inf), where=below > 0.0)
    return _estimate(float(1.0 - scores.mean() / reference.mean()), 1.0 - ratio)


def _few(blocks: Sequence[int]) -> bool:
    return len(set(blocks)) < FEWEST_COUNCILS


def _weighted(weights: Numbers, scores: Numbers) -> Numbers:
    if np.isinf(scores).any():
        return np.full(len(weights), np.inf)
    return np.asarray(weights @ scores, float)


def _estimate(value: float, resampled: Numbers) -> Estimate:
    if np.isinf(resampled).all():
        return Estimate(value, np.nan, np.nan, np.nan)
    low, high = np.quantile(resampled, INTERVAL)
    return Estimate(value, float(low), float(high), float((resampled > 0.0).mean()))


def summary(inspections: Mapping[str, pl.DataFrame], seed: int = 1) -> pl.DataFrame:
    """Mean scores of forecasts by name, and the skill of the first against each other.

    Args:
        inspections: of `score_inspections`, all on the same judgements; several origins may be stacked.
        seed: of the resampling.

    Returns:
        A row a score and forecast: `mean` with its interval; `skill` of the first forecast against it.

    Raises:
        StudyError: when they are not scored on the same judgements.
    """
    names = list(inspections)
    first = inspections[names[0]]
    key = ["origin", "la_code", "quarter", "grade"]
    blocks = first["la_code"].to_list()
    rows = []
    for score in SCORES:
        own = first[COLUMN_OF[score]].to_numpy()
        for name in names:
            if not inspections[name].select(key).equals(first.select(key)):
                raise StudyError(f"{name} and {names[0]} are not scored on the same judgements")
            theirs = inspections[name][COLUMN_OF[score]].to_numpy()
            mean = mean_score(theirs, blocks, seed)
            gain = None if name == names[0] else skill(own, theirs, blocks, seed)
            rows.append(
                {
                    "score": score,
                    "forecast": name,
                    "inspections": len(first),
                    "mean": mean.value,
                    "low_95": mean.low,
                    "high_95": mean.high,
                    "skill": gain.value if gain else None,
                    "skill_low_95": gain.low if gain else None,
                    "skill_high_95": gain.high if gain else None,
                    "better": gain.above_zero if gain else None,
                }
            )
    return pl.DataFrame(rows, schema=SUMMARY).with_columns(pl.col(pl.Float64).fill_nan(None))


SUMMARY = {
    "score": pl.String, "forecast": pl.String, "inspections": pl.Int64,
    "mean": pl.Float64, "low_95": pl.Float64, "high_95": pl.Float64,
    "skill": pl.Float64, "skill_low_95": pl.Float64, "skill_high_95": pl.Float64, "better": pl.Float64,
}  # fmt: skip


def count_summary(counts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Mean continuous ranked probability score of each quantity by forecast, over quarters and origins.

    There is one nation, so that no interval is given; neighbouring quarters tell nearly the same.
    """
    frames = []
    for name, table in counts.items():
        means = table.group_by("quantity", maintain_order=True).agg(
            crps=pl.col("crps").mean(),
            quarters=pl.len(),
            inside_90=(pl.col("observed").is_between("low_90", "high_90")).mean(),
        )
        frames.append(means.with_columns(forecast=pl.lit(name)))
    return pl.concat(frames).select("quantity", "forecast", "quarters", "crps", "inside_90")


# ---- Calibration


def reliability(inspections: pl.DataFrame) -> pl.DataFrame:
    """How often each judgement came where it was given such a probability.

    Returns:
        A row a grade and band of probability: inspections, mean probability, share that came so, and the
        95% interval of that share (Wilson).
    """
    rows = []
    for grade in JUDGED:
        said = inspections[grade].to_numpy()
        came = inspections["grade"].to_numpy() == grade
        band = np.clip(np.searchsorted(BIN_EDGES, said, side="right") - 1, 0, len(BIN_EDGES) - 2)
        for place in np.unique(band):
            which = band == place
            share = share_of(int(came[which].sum()), int(which.sum()))
            assert share is not None  # a band that is listed holds a forecast
            rows.append(
                {
                    "grade": grade,
                    "from": BIN_EDGES[place],
                    "to": BIN_EDGES[place + 1],
                    "inspections": int(which.sum()),
                    "mean_probability": float(said[which].mean()),
                    "share": share.value,
                    "low_95": share.low,
                    "high_95": share.high,
                }
            )
    return pl.DataFrame(rows)


def pit_histogram(values: Sequence[float]) -> list[int]:
    """Numbers of transforms in five equal bands from 0 to 1; about equal if a forecast is calibrated."""
    counts, _ = np.histogram(np.asarray(values), bins=PIT_BINS, range=(0.0, 1.0))
    return [int(count) for count in counts]
