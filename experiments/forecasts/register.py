"""The forecast from the end of the record, made once and committed, to be scored on what happened.

    python -m experiments.forecasts.register --out forecasts/2019Q4-second

The model's forecast and those of the three sceptics stand side by side, each in the folder that `turnaround
score` reads. Hashes of every file, of the posterior and of the code say that nothing was changed since.
"""

import hashlib
import sys
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import click
import polars as pl

from experiments.believed import NONE, SHIPPED, posterior_named
from experiments.ending import Script, kept_if_interrupted
from experiments.errors import StudyError
from experiments.forecasts.baselines import BASELINES
from experiments.forecasts.make import (
    CEILING,
    MODEL,
    MODELS,
    BaselinePlan,
    finished_before,
    make_baseline,
    make_forecast,
    portable,
)
from experiments.forecasts.schema import Forecast, hash_of
from experiments.forecasts.simulated import DEFAULT_DRAWS, DEFAULT_SETS, RECORDED_REGIME, Plan
from experiments.markdown import table
from experiments.posterior import Posterior
from experiments.runner import compile_engine
from experiments.writing import write_text
from model.quarters import LAST_RECORDED_QUARTER, format_quarter, parse_quarter

ORIGIN = format_quarter(LAST_RECORDED_QUARTER)
END = "2025Q4"
FOLDER = Path("forecasts") / f"{ORIGIN}-second"
"""Of the forecast with the posterior that comes with the model; the first stands beside it."""

README, HASHES = "README.md", "SHA256SUMS"
PAGE = "registered.md"

WHO = {
    MODEL: "the model, over its posterior",
    "no_change": "a sceptic: every council keeps its judgement",
    "markov": "a sceptic: the next judgement depends on the last",
    "ordered_logit": "a sceptic: it depends on the last, deprivation, the director's time in post, agency"
    " staff and vacancies",
}
FILES = {
    "national.parquet": "a row a history, quarter and judgement: how many councils stand at it, and how many"
    " were newly judged inadequate",
    "council.parquet": "a row a council, quarter and judgement: the chance that it is in force",
    "next_inspection.parquet": "the same: its chance if the council's next inspection is published then",
    "forecast.json": "where the forecast comes from, with hashes of the files beside it",
    "draws.parquet": "a row a history: its set of parameters, and how probable the record is under that",
    CEILING: "what the noise of inspection costs any forecaster",
}


def register(
    folder: Path,
    posterior: Posterior,
    draws: int,
    sets: int,
    seed: int,
    workers: int,
    end: str = END,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Forecast]:
    """Make the forecasts of the model and the sceptics in a folder, with a page that says what each file is.

    Args:
        folder: where to.
        posterior: of the model's parameters.
        draws: histories of each forecast.
        sets: of parameters that the model's draws are shared out to.
        seed: of luck.
        workers: sets run at once; changes no result.
        end: last quarter that is forecast.
        progress: called with the number of the model's histories that have just finished.

    Returns:
        The forecasts by name.

    Raises:
        StudyError: when the folder holds a registered forecast, or one cannot be made.
        Interrupted: on Ctrl-C; what was finished is kept.
    """
    if (folder / README).exists():
        raise StudyError(
            f"{folder} holds a registered forecast, which stands as it was made; name another folder with"
            " --out"
        )
    origin, last = LAST_RECORDED_QUARTER, parse_quarter(end)
    command = f"python -m experiments.forecasts.register --draws {draws} --sets {sets} --seed {seed}"
    plan = Plan(origin, last, draws, sets, seed, RECORDED_REGIME, (), posterior)
    made = {
        MODEL: finished_before(folder / MODEL, plan.key)
        or make_forecast(
            plan, folder / MODEL, overwrite=True, workers=workers, progress=progress, command=command
        )
    }
    for name in BASELINES:
        baseline = BaselinePlan(name, origin, last, draws, seed)
        made[name] = make_baseline(baseline, folder / name, overwrite=True, command=command)
    hashes = "".join(f"{hash_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files_of(folder))
    write_text(folder / HASHES, hashes)
    page = readme(folder, made, command, hashlib.sha256(hashes.encode()).hexdigest())
    write_text(folder / README, page)
    return made


def files_of(folder: Path) -> list[Path]:
    """The files of all forecasts in a folder, in order."""
    return sorted(path for name in MODELS for path in (folder / name).iterdir() if path.name in FILES)


def readme(folder: Path, made: dict[str, Forecast], command: str, seal: str) -> str:
    """The page of the folder: what is forecast, by whom, each file, how to score, the noise ceiling."""
    forecast = made[MODEL]
    said = forecast.description
    named = portable(folder)
    against = [f"--against {named}/{name}" for name in MODELS if name != MODEL]
    score = [f"turnaround score {named}/{MODEL} judgements.csv", *against, "--out results/scores"]
    ceiling = pl.read_csv(folder / MODEL / CEILING)
    page = Template(files(__package__).joinpath(PAGE).read_text("utf-8"))
    return page.substitute(
        first=format_quarter(forecast.origin + 1),
        last=format_quarter(forecast.end),
        origin=format_quarter(forecast.origin),
        command=command,
        forecasters="\n".join(table(["folder", "who", "histories"], _rows_of_forecasters(made))),
        files="\n".join(table(["file", "in", "what it holds", "kB"], _rows_of_files(folder))),
        score=" \\\n    ".join(score),
        over=ceiling["interval_over"][0],
        ceiling="\n".join(table(["score", "forecaster", "expected", "90%"], _rows_of_ceiling(ceiling))),
        provenance="\n".join(table(["what", "which"], _rows_of_provenance(said))),
        inputs="\n".join(f"- {one['what']} (to {one['until']})" for one in said["inputs_after_origin"]),
        hashes=HASHES,
        seal=seal,
    )


def _rows_of_forecasters(made: dict[str, Forecast]) -> list[Sequence[str]]:
    return [
        (f"`{name}`", WHO[name], f"{forecast.national['draw'].n_unique():,}")
        for name, forecast in made.items()
    ]


def _rows_of_files(folder: Path) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for name, what in FILES.items():
        places = [path.parent.name for path in files_of(folder) if path.name == name]
        size = sum((folder / place / name).stat().st_size for place in places)
        where = "each folder" if len(places) == len(MODELS) else ", ".join(f"`{place}`" for place in places)
        rows.append((f"`{name}`", where, what, f"{size / 1000:,.0f}"))
    return rows


def _rows_of_ceiling(ceiling: pl.DataFrame) -> list[Sequence[str]]:
    return [
        (
            row["score"],
            row["meaning"],
            f"{row['expected']:.3f}",
            f"{row['low_90']:.3f} to {row['high_90']:.3f}",
        )
        for row in ceiling.iter_rows(named=True)
    ]


def _rows_of_provenance(said: Any) -> list[Sequence[str]]:
    posterior, code = said["posterior"], said["sources"]
    revision = code.get("git_revision", "unknown")
    return [
        ("posterior", f"`{posterior['origin']}`, {posterior['sets']:,} sets, fitted to {said['fitted_to']}"),
        ("its SHA-256", f"`{posterior['sha256']}`"),
        ("code, git revision", f"`{revision}`{', changed since' if code.get('changed_since') else ''}"),
        ("hash of rules and facts", f"`{said['model_hash']}`"),
        ("histories that failed, and are left out", f"{said['draws_that_failed']:,}"),
        ("made", said["made"]),
    ]


@click.command(cls=Script)
@click.option("--out", type=click.Path(path_type=Path), default=FOLDER, show_default=True)
@click.option(
    "--posterior",
    metavar=f"FILE|{SHIPPED}",
    help="Weighted sets of parameters. [default: the posterior that comes with the model]",
)
@click.option("--draws", default=DEFAULT_DRAWS, show_default=True)
@click.option("--sets", default=DEFAULT_SETS, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Sets run at once; changes no result.")
def main(out: Path, posterior: str | None, draws: int, sets: int, seed: int, workers: int) -> None:
    """Make the forecast from the end of the record, by the model and three sceptics, to be committed.

    Interrupted, the same command goes on; what is finished is never made again.
    """
    believed = posterior_named(posterior or SHIPPED)
    if believed is None:
        raise StudyError(
            f"--posterior {NONE}: allowed is a file or {SHIPPED}; what is registered rests on one"
        )
    compile_engine()
    with kept_if_interrupted(f"what had finished is kept in {out}, and the same command goes on"):
        register(out, believed, draws, sets, seed, workers, progress=counted(draws))
    print(f"Registered  {out}")


def counted(draws: int) -> Callable[[int], None]:
    """Says after every tenth of the histories how many have finished."""
    done = 0

    def count(finished: int) -> None:
        nonlocal done
        before, done = done, done + finished
        if 10 * done // draws > 10 * before // draws:
            print(f"{done:,} of {draws:,} histories", file=sys.stderr, flush=True)

    return count


if __name__ == "__main__":
    main()
