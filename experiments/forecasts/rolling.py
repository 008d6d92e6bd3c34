"""How good would forecasts have been? Made from origins inside the record, scored on what followed by 2019.

    python -m experiments.forecasts.rolling --refit --out results/rolling

Baselines are fitted anew at every origin. So is the model with `--refit`, or where a posterior is given for
each; with one posterior for all, or the defaults, it was fitted to what it is scored on, and is labelled
in-sample.
"""

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import polars as pl

from experiments.believed import NONE, SHIPPED, posterior_named
from experiments.ending import Script, kept_if_interrupted
from experiments.errors import StudyError
from experiments.forecasts.make import (
    MODEL,
    MODELS,
    BaselinePlan,
    finished_before,
    make_baseline,
    make_forecast,
    portable,
)
from experiments.forecasts.outcomes import outcomes_of_record
from experiments.forecasts.refit import DEFAULT_ROWS, Fitting, check_origin, refit
from experiments.forecasts.schema import (
    IN_SAMPLE,
    Forecast,
    check_horizon,
    hash_of,
)
from experiments.forecasts.scored import Scored, score_all
from experiments.forecasts.simulated import DEFAULT_DRAWS, DEFAULT_SETS, Plan
from experiments.manifest import now, sources, versions
from experiments.posterior import Posterior, read_posterior
from experiments.runner import compile_engine
from experiments.writing import write_table, write_text
from model.compilation import model_hash
from model.quarters import LAST_RECORDED_QUARTER, format_quarter
from model.replay import GROUP

ORIGINS = ("2015Q4", "2016Q4", "2017Q4", "2018Q4")
END = format_quarter(LAST_RECORDED_QUARTER)
ALL_ORIGINS = "all origins"
MANIFEST = "rolling.json"


def posterior_for(origin: str, given: str | None) -> Posterior | None:
    """The posterior of an origin: from a folder the file named after it, else the one for all.

    Args:
        origin: its last quarter of record.
        given: a folder, or what `experiments.believed.posterior_named` takes.

    Raises:
        StudyError: when the folder has none for the origin, or it cannot be read.
    """
    if given is None or not Path(given).is_dir():
        return posterior_named(given)
    path = Path(given) / f"{origin}.parquet"
    if not path.is_file():
        raise StudyError(f"--posterior {given}: there is no {path.name}, fitted to the record to {origin}")
    return read_posterior(path)


def origins_of(text: str, fitted_at_each: bool) -> list[str]:
    """The origins asked for.

    Raises:
        StudyError: when one is named twice, is none, or leaves nothing to be fitted to or to be scored on.
    """
    origins = [origin.strip() for origin in text.split(",")]
    for origin in origins:
        check_horizon(origin, END)
        if fitted_at_each:
            check_origin(origin)
        if origins.count(origin) > 1:
            raise StudyError(f"--origins {text}: {origin} is named twice; each origin is allowed once")
    return origins


def make_all(
    out: Path,
    origins: Sequence[str],
    posterior: str | None,
    draws: int,
    sets: int,
    seed: int,
    workers: int,
    fitting: Fitting | None = None,
) -> dict[str, list[Forecast]]:
    """Make, or go on with, every forecast: by model, in the order of origins, each in `out/ORIGIN/MODEL`.

    Args:
        out: folder for all.
        origins: last quarters of record.
        posterior: as `posterior_for` takes it.
        draws: of every forecast.
        sets: of parameters.
        seed: of the forecasts.
        workers: sets run at once.
        fitting: how the model is fitted anew at each origin, instead of a posterior given; None for not.

    Raises:
        StudyError: when one cannot be made.
        Interrupted: on Ctrl-C; what was finished is kept.
    """
    made: dict[str, list[Forecast]] = {name: [] for name in MODELS}
    for written in origins:
        origin, end = check_horizon(written, END)
        believed = refit(out, written, fitting, tell) if fitting else posterior_for(written, posterior)
        least = -(-draws // GROUP)
        number = max(least, min(sets, draws)) if believed else least
        plan = Plan(origin, end, draws, number, seed, "ad_hoc", (), believed)
        for name in MODELS:
            folder = out / written / name
            if name == MODEL:
                forecast = finished_before(folder, plan.key) or make_forecast(
                    plan, folder, overwrite=True, workers=workers
                )
            else:
                baseline = BaselinePlan(name, origin, end, draws, seed)
                forecast = finished_before(folder, baseline.key) or make_baseline(
                    baseline, folder, overwrite=True
                )
            made[name].append(forecast)
            tell(f"{written}  {name}")
    return made


def tell(text: str) -> None:
    """Say how far it has come."""
    print(text, file=sys.stderr, flush=True)


def score_rolling(made: Mapping[str, Sequence[Forecast]], seed: int = 1) -> dict[str, Scored]:
    """Scores by origin, and of all origins together: councils are resampled with all their judgements.

    A council is scored at its first judgement after each origin, so one judgement may count from several.
    """
    labelled = {
        name + IN_SAMPLE * any(one.in_sample for one in by_origin): by_origin
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


def write_all(found: Mapping[str, Scored], out: Path) -> dict[str, pl.DataFrame]:
    """Leave the scores: every table by origin in `scores`, and tables of a kind over all origins."""
    for name, scored in found.items():
        scored.write(out / "scores" / name.replace(" ", "-"))
    tables = {}
    for kind in ("scores", "counts", "reliability", "transforms"):
        by_origin = [
            getattr(scored, kind).select(pl.lit(name).alias("origin"), pl.all())
            for name, scored in found.items()
        ]
        tables[kind] = pl.concat(by_origin)
        write_table(out / f"{kind}.csv", tables[kind])
    return tables


def write_manifest(made: Mapping[str, Sequence[Forecast]], out: Path, command: str) -> None:
    """Leave beside the scores how they were made: the command, versions, and every forecast's own hashes."""
    manifest = {
        "command": command,
        "made": now(),
        "versions": versions(),
        "sources": sources(),
        "model_hash": model_hash(),
        "forecasts": {
            f"{format_quarter(forecast.origin)}/{name}": {
                "fitted_to": forecast.description["fitted_to"],
                "posterior": (forecast.description.get("posterior") or {}).get("sha256"),
                "files": forecast.description["files"],
            }
            for name, by_origin in made.items()
            for forecast in by_origin
        },
        "files": {path.name: hash_of(path) for path in sorted(out.glob("*.csv"))},
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    write_text(out / MANIFEST, text)


@click.command(cls=Script)
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/rolling"), show_default=True)
@click.option("--origins", default=",".join(ORIGINS), show_default=True, help="Quarters, commas between.")
@click.option(
    "--posterior",
    metavar=f"FILE|FOLDER|{SHIPPED}|{NONE}",
    help="A posterior, or a folder with one for each origin, such as 2017Q4.parquet;"
    f" `{NONE}` holds parameters at their defaults. [default: the one that comes with the model]",
)
@click.option("--refit", "fitted_anew", is_flag=True, help="Fit the model anew at every origin.")
@click.option("--rows", help=f"Of a fit: histories of each wave. [default: {DEFAULT_ROWS}]")
@click.option("--checks", type=int, help="Of a fit: known histories to find again. [default: none]")
@click.option("--draws", default=DEFAULT_DRAWS, show_default=True)
@click.option("--sets", default=DEFAULT_SETS, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Of fits and forecasts; changes no result.")
def main(
    out: Path,
    origins: str,
    posterior: str | None,
    fitted_anew: bool,
    rows: str | None,
    checks: int | None,
    draws: int,
    sets: int,
    seed: int,
    workers: int,
) -> None:
    """Make forecasts from origins inside the record and score them on what followed.

    With --refit every forecast knows what had been published by its origin, and nothing else of the record.
    Interrupted or killed, the same command goes on.
    """
    check_options(fitted_anew, posterior, rows, checks)
    fitting = Fitting(rows or DEFAULT_ROWS, checks or 0, seed, workers) if fitted_anew else None
    asked = origins_of(origins, fitted_anew)
    compile_engine()
    with kept_if_interrupted(f"what had finished is kept in {out}, and the same command goes on"):
        made = make_all(out, asked, posterior, draws, sets, seed, workers, fitting)
        found = score_rolling(made, seed)
        tables = write_all(found, out)
    options = {
        "--origins": ",".join(asked),
        "--posterior": posterior if posterior in (None, SHIPPED, NONE) else portable(Path(posterior)),
        "--rows": fitting and fitting.rows,
        "--checks": fitting and fitting.checks,
        "--draws": draws,
        "--sets": sets,
        "--seed": seed,
    }
    words = [str(word) for option in options.items() if option[1] is not None for word in option]
    command = ["python", "-m", "experiments.forecasts.rolling", *["--refit"] * fitted_anew, *words]
    write_manifest(made, out, shlex.join([*command, "--out", portable(out)]))
    with pl.Config(
        tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160, float_precision=3, tbl_hide_dtype_separator=True
    ):
        print(tables["scores"])
        print(tables["counts"])
    print(f"Results  {out}")


def check_options(fitted_anew: bool, posterior: str | None, rows: str | None, checks: int | None) -> None:
    """See that options go together.

    Raises:
        StudyError: when they do not.
    """
    if fitted_anew and posterior:
        raise StudyError(
            f"--posterior {posterior}: with --refit none is given, for one is made at each origin"
        )
    for name, value in (("rows", rows), ("checks", checks)):
        if value is not None and not fitted_anew:
            raise StudyError(f"--{name} {value}: speaks of a fit; give --refit too")


if __name__ == "__main__":
    main()
