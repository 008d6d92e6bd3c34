"""Forecasts scored side by side on the same judgements, of one origin or several, and the tables left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from experiments.errors import StudyError
from experiments.forecasts.baselines import BASELINES, baseline_forecast
from experiments.forecasts.make import CEILING
from experiments.forecasts.outcomes import Outcomes
from experiments.forecasts.schema import Forecast, read_forecast, tables_of
from experiments.forecasts.scores import (
    PIT_BINS,
    count_summary,
    pit_histogram,
    reliability,
    score_counts,
    score_inspections,
    summary,
)
from experiments.reading import read_csv
from experiments.writing import write_table
from model.facts import load_facts
from model.quarters import format_quarter

BASELINE_DRAWS = 2000


@dataclass(frozen=True, eq=False)
class Scored:
    """What forecasts are worth.

    Attributes:
        scores: means and skill at next inspections, `scores.summary`.
        counts: national counts, `scores.count_summary`.
        inspections: by forecast, a row a judgement.
        national: by forecast, a row a quarter and quantity.
        reliability: of all forecasts, a row a grade and band of probability.
    """

    scores: pl.DataFrame
    counts: pl.DataFrame
    inspections: Mapping[str, pl.DataFrame]
    national: Mapping[str, pl.DataFrame]
    reliability: pl.DataFrame

    @property
    def transforms(self) -> pl.DataFrame:
        """How many transforms fell in each of equal bands: a row a forecast, what it speaks of, and band."""
        rows = [
            (name, of, band / PIT_BINS, (band + 1) / PIT_BINS, count, len(table) / PIT_BINS)
            for of, tables in (("next inspections", self.inspections), ("national counts", self.national))
            for name, table in tables.items()
            for band, count in enumerate(pit_histogram(table["pit"].to_list()))
        ]
        return pl.DataFrame(rows, schema=["forecast", "of", "from", "to", "seen", "expected"], orient="row")

    def write(self, folder: Path) -> None:
        """Leave the tables as CSV."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in (
            ("scores", self.scores),
            ("counts", self.counts),
            ("reliability", self.reliability),
            ("transforms", self.transforms),
            ("inspections", _stacked(self.inspections)),
            ("national", _stacked(self.national)),
        ):
            write_table(folder / f"{name}.csv", table)


def score_all(
    forecasts: Mapping[str, Sequence[Forecast]], outcomes: Sequence[Outcomes], seed: int = 1
) -> Scored:
    """Score forecasts by name, each with one forecast an origin, on the outcomes after those origins.

    Raises:
        StudyError: when forecasts of one origin differ in origin, or nothing can be scored.
    """
    inspections: dict[str, pl.DataFrame] = {}
    national: dict[str, pl.DataFrame] = {}
    for name, by_origin in forecasts.items():
        pairs = list(zip(by_origin, outcomes, strict=True))
        inspections[name] = pl.concat([score_inspections(made, seen, seed) for made, seen in pairs])
        national[name] = pl.concat([score_counts(made, seen, seed) for made, seen in pairs])
    reliable = {name: reliability(table) for name, table in inspections.items()}
    return Scored(
        summary(inspections, seed), count_summary(national), inspections, national, _stacked(reliable)
    )


def _stacked(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(
        [table.select(pl.lit(name).alias("forecast"), pl.all()) for name, table in tables.items()]
    )


def shared(outcomes: Outcomes, forecasts: Sequence[Forecast]) -> Outcomes:
    """Outcomes as far as every forecast of one origin reaches, so that all are scored on the same.

    Raises:
        StudyError: when origins differ.
    """
    origins = {forecast.origin for forecast in forecasts}
    if len(origins) > 1:
        written = ", ".join(f"{forecast.name} {format_quarter(forecast.origin)}" for forecast in forecasts)
        raise StudyError(f"forecasts are compared from one origin; these are from {written}")
    return Outcomes(outcomes.table, min([outcomes.until, *(forecast.end for forecast in forecasts)]))


def in_memory(name: str, origin: int, end: int, draws: int = BASELINE_DRAWS, seed: int = 1) -> Forecast:
    """A baseline's forecast, fitted to the record to an origin and kept nowhere."""
    prophecy = baseline_forecast(name, load_facts(), origin, end, draws, seed)
    return Forecast(name, origin, end, **tables_of(prophecy, origin), description={"in_sample": False})


def opponents(given: Sequence[str], forecast: Forecast) -> list[Forecast]:
    """The forecasts that another is held against: folders, or baselines by name; without any, all of these.

    Raises:
        StudyError: when one is neither.
    """
    if not given:
        given = [name for name in BASELINES if name != forecast.name]
    found = []
    for one in given:
        if one in BASELINES:
            found.append(in_memory(one, forecast.origin, forecast.end))
        elif Path(one).is_dir():
            found.append(read_forecast(Path(one)))
        else:
            raise StudyError(
                f"--against {one}: allowed is the folder of a forecast, or {', '.join(BASELINES)}"
            )
    return found


def labelled(forecasts: Sequence[Forecast], folders: Sequence[str]) -> dict[str, Forecast]:
    """Forecasts by the name they have in tables: what made them, else where they are.

    Raises:
        StudyError: when the same is named twice.
    """
    found: dict[str, Forecast] = {}
    names = [forecast.name for forecast in forecasts]
    for forecast, folder in zip(forecasts, folders, strict=True):
        label = forecast.name if names.count(forecast.name) == 1 else folder
        label += forecast.label
        if label in found:
            raise StudyError(f"{folder} is given twice; a forecast is held against others")
        found[label] = forecast
    return found


def ceiling_of(folder: Path) -> pl.DataFrame | None:
    """The noise ceiling that a forecast of the model left beside it; None where there is none."""
    path = folder / CEILING
    return read_csv(path) if path.is_file() else None
