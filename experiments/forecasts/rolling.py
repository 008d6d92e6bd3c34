"""How good would forecasts have been? Made from origins inside the record, scored on what followed by 2019.

    python -m experiments.forecasts.rolling --out results/rolling

Baselines are fitted anew at every origin. So is the model where a posterior is given for each; with one
posterior for all, or the defaults, it was fitted to what it is scored on, and is labelled in-sample.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import polars as pl

from experiments.forecasts.make import MODEL, MODELS, BaselinePlan, make_baseline, make_forecast
from experiments.forecasts.outcomes import outcomes_of_record
from experiments.forecasts.schema import FINISHED, LABELS, Forecast, check_horizon, described, read_forecast
from experiments.forecasts.scored import Scored, score_all
from experiments.forecasts.simulated import DEFAULT_DRAWS, DEFAULT_SETS, Plan
from experiments.horizon import StudyError
from experiments.posterior import Posterior, read_posterior, shipped_posterior
from experiments.runner import compile_engine
from model.quarters import LAST_RECORDED_QUARTER, format_quarter
from model.registry import ParameterError
from model.replay import GROUP

ORIGINS = ("2015Q4", "2016Q4", "2017Q4", "2018Q4")
END = format_quarter(LAST_RECORDED_QUARTER)
ALL_ORIGINS = "all origins"


def posterior_for(origin: str, given: Path | None) -> Posterior | None:
    """The posterior of an origin: from a folder the file named after it, else the one file for all.

    Without any it is the one that comes with the model, or None for the defaults.

    Raises:
        StudyError: when the folder has none for the origin.
    """
    if given is None:
        try:
            return shipped_posterior()
        except StudyError:
            return None
    if given.is_dir():
        path = given / f"{origin}.parquet"
        if not path.is_file():
            raise StudyError(
                f"--posterior {given}: there is no {path.name}, fitted to the record to {origin}"
            )
        return read_posterior(path)
    return read_posterior(given)


def make_all(
    out: Path, origins: Sequence[str], posterior: Path | None, draws: int, sets: int, seed: int, workers: int
) -> dict[str, list[Forecast]]:
    """Make, or go on with, every forecast: by model, in the order of origins, each in `out/ORIGIN/MODEL`."""
    made: dict[str, list[Forecast]] = {name: [] for name in MODELS}
    for written in origins:
        origin, end = check_horizon(written, END)
        believed = posterior_for(written, posterior)
        least = -(-draws // GROUP)
        number = max(least, min(sets, draws)) if believed else least
        plan = Plan(origin, end, draws, number, seed, "ad_hoc", (), believed)
        for name in MODELS:
            folder = out / written / name
            baseline = None if name == MODEL else BaselinePlan(name, origin, end, draws, seed)
            found = described(folder)
            key = plan.key if baseline is None else baseline.key
            if found and found.get("state") == FINISHED and found.get("key") == key:
                made[name].append(read_forecast(folder))
            elif baseline is None:
                made[name].append(make_forecast(plan, folder, overwrite=True, workers=workers))
            else:
                made[name].append(make_baseline(baseline, folder, overwrite=True))
            print(f"{written}  {name}", file=sys.stderr)
    return made


def score_rolling(made: Mapping[str, Sequence[Forecast]], seed: int = 1) -> dict[str, Scored]:
    """Scores by origin, and of all origins together: councils are resampled with all their judgements.

    A council is scored at its first judgement after each origin, so one judgement may count from several.
    """
    labelled = {
        name + max((one.label for one in by_origin), key=LABELS.index): by_origin
        for name, by_origin in made.items()
    }
    first = next(iter(made.values()))
    outcomes = [outcomes_of_record(forecast.origin, forecast.end) for forecast in first]
    found = {}
    for place, forecast in enumerate(first):
        alone = {name: [by_origin[place]] for name, by_origin in labelled.items()}
        found[format_quarter(forecast.origin)] = score_all(alone, [outcomes[place]], seed)
    found[ALL_ORIGINS] = score_all(labelled, outcomes, seed)
    return found


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/rolling"), show_default=True)
@click.option("--origins", default=",".join(ORIGINS), show_default=True, help="Quarters, commas between.")
@click.option(
    "--posterior",
    type=click.Path(path_type=Path, exists=True),
    help="A posterior, or a folder with one for each origin, such as 2017Q4.parquet."
    " [default: the one that comes with the model]",
)
@click.option("--draws", default=DEFAULT_DRAWS, show_default=True)
@click.option("--sets", default=DEFAULT_SETS, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--workers", default=1, show_default=True)
def main(
    out: Path, origins: str, posterior: Path | None, draws: int, sets: int, seed: int, workers: int
) -> None:
    """Make forecasts from origins inside the record and score them on what followed."""
    try:
        compile_engine()
        made = make_all(out, origins.split(","), posterior, draws, sets, seed, workers)
        found = score_rolling(made, seed)
    except (StudyError, ParameterError) as problem:
        raise click.UsageError(str(problem)) from problem
    for name, scored in found.items():
        scored.write(out / "scores" / name.replace(" ", "-"))
    table = pl.concat(
        [scored.scores.select(pl.lit(name).alias("origin"), pl.all()) for name, scored in found.items()]
    )
    table.write_csv(out / "scores.csv")
    with pl.Config(
        tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160, float_precision=3, tbl_hide_dtype_separator=True
    ):
        print(table)


if __name__ == "__main__":
    main()
