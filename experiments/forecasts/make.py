"""Making a forecast in a folder: part by part, so that nothing is lost when it is interrupted or killed."""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import model
from experiments import locking
from experiments.dispatch import Crew, Interrupted, dispatch
from experiments.errors import StudyError, check_count
from experiments.folders import check_own
from experiments.forecasts.baselines import BASELINES, baseline_forecast
from experiments.forecasts.ceiling import noise_ceiling
from experiments.forecasts.inputs import inputs_after
from experiments.forecasts.known import known_at
from experiments.forecasts.schema import (
    DESCRIPTION,
    FILES,
    FINISHED,
    KIND,
    LAYOUT,
    RUNNING,
    Forecast,
    check_draws,
    described,
    hash_of,
    read_forecast,
    tables_of,
    write_description,
    write_tables,
)
from experiments.forecasts.simulated import (
    Part,
    Piece,
    Plan,
    put_together,
    read_part,
    run_piece,
    write_part,
)
from experiments.losing import check_losses
from experiments.manifest import now, sources, versions
from experiments.posterior import COMES_WITH, Posterior, shipped_file
from experiments.runner import MOST_SEED, executor_for
from experiments.writing import write_table
from model.compilation import model_hash
from model.facts import load_facts
from model.quarters import LAST_RECORDED_QUARTER, format_quarter, parse_quarter
from model.replay import forget_replays

MODEL = "turnaround"
MODELS = (MODEL, *BASELINES)

PARTS = "parts"
DRAWS = "draws.parquet"
CEILING = "noise_ceiling.csv"

FITTED_TO = "until"
"""In a posterior's provenance: the last quarter of the record that it was fitted to, such as 2019Q4."""

Progress = Callable[[int], None] | None

_OF_BASELINES = ("inspections suspended", "boundaries", "child deprivation")


# ---- The folder


def check_folder(folder: Path, key: str, overwrite: bool) -> bool:
    """Look whether a forecast can be made, or gone on with, in a folder, without touching what is there.

    Returns:
        Whether it is to be cleared of another forecast.

    Raises:
        StudyError: when something else is there, or a forecast that is not to be overwritten.
    """
    found = described(folder)
    check_own(folder, "forecast", [] if found is None else [DESCRIPTION])
    if found is None or (found.get("state") == RUNNING and found.get("key") == key):
        return False
    if not overwrite:
        finished = found.get("state") == FINISHED
        check_losses(folder, ["a finished forecast" if finished else "another forecast, unfinished"])
    return True


@contextlib.contextmanager
def held(folder: Path, key: str, overwrite: bool) -> Iterator[None]:
    """Have a folder for a forecast: cleared if need be, and a second process kept out.

    Raises:
        StudyError: when it cannot be used, or another process is at work there.
    """
    clear = check_folder(folder, key, overwrite)
    with locking.held(folder, "making this forecast"):
        if clear:
            for name in (DESCRIPTION, *FILES, DRAWS, CEILING):
                (folder / name).unlink(missing_ok=True)
            shutil.rmtree(folder / PARTS, ignore_errors=True)
        yield


def finished_before(folder: Path, key: str) -> Forecast | None:
    """The forecast of a folder, if it is finished and the one that a plan asks for."""
    found = described(folder)
    if found is None or found.get("state") != FINISHED or found.get("key") != key:
        return None
    return read_forecast(folder)


# ---- Baselines


@dataclass(frozen=True)
class BaselinePlan:
    """A forecast of a baseline.

    Attributes:
        model: of `BASELINES`.
        origin: last quarter of the record that is used.
        end: last quarter to forecast.
        draws: histories drawn.
        seed: of those.
    """

    model: str
    origin: int
    end: int
    draws: int
    seed: int

    def __post_init__(self) -> None:
        """Refuse what cannot be made.

        Raises:
            StudyError: naming what was given and what is allowed.
        """
        check_draws(self.draws)
        check_count("--seed", self.seed, 0, MOST_SEED)

    @property
    def key(self) -> str:
        """What tells it from other forecasts: all that it depends on."""
        return f"{self!r} {model_hash()}"


def make_baseline(plan: BaselinePlan, folder: Path, overwrite: bool = False, command: str = "") -> Forecast:
    """Make the forecast of a baseline.

    Raises:
        StudyError: when the folder cannot be used, or the baseline cannot be fitted.
    """
    prophecy = baseline_forecast(plan.model, load_facts(), plan.origin, plan.end, plan.draws, plan.seed)
    description = {
        **_common(plan.model, plan.origin, plan.end, plan.draws, plan.seed, command),
        "key": plan.key,
        "fitted_to": format_quarter(plan.origin),
        "in_sample": False,
        "judgements_fitted_to": len(known_at(load_facts(), plan.origin).transitions.grade),
        "inputs_after_origin": [
            one for one in inputs_after(plan.origin) if str(one["what"]).startswith(_OF_BASELINES)
        ],
    }
    with held(folder, plan.key, overwrite):
        hashes = write_tables(folder, tables_of(prophecy, plan.origin))
        write_description(folder, {**description, "state": FINISHED, "files": hashes})
    return read_forecast(folder)


def _common(model: str, origin: int, end: int, draws: int, seed: int, command: str) -> dict[str, Any]:
    return {
        "kind": KIND,
        "layout": LAYOUT,
        "state": RUNNING,
        "model": model,
        "origin": format_quarter(origin),
        "end": format_quarter(end),
        "draws": draws,
        "seed": seed,
        "command": command,
        "made": now(),
        "versions": versions(),
        "sources": sources(),
        "model_hash": model_hash(),
    }


# ---- The model


def make_forecast(
    plan: Plan,
    folder: Path,
    overwrite: bool = False,
    workers: int = 1,
    progress: Progress = None,
    command: str = "",
) -> Forecast:
    """Make the model's forecast, or go on with it where it was interrupted.

    Args:
        plan: what is to be forecast.
        folder: where to.
        overwrite: whether another forecast in the folder may be replaced.
        workers: sets of parameters run at once; changes no result.
        progress: called with the number of draws just finished.
        command: that makes the same again, for the description.

    Raises:
        Interrupted: on Ctrl-C; what was finished is kept.
        StudyError: when the folder cannot be used, or no draw is left.
    """
    pieces = plan.pieces
    fitted_to = LAST_RECORDED_QUARTER if plan.posterior is None else fitted_quarter(plan.posterior.provenance)
    with held(folder, plan.key, overwrite):
        description = {
            **_common(MODEL, plan.origin, plan.end, plan.draws, plan.seed, command),
            **_of_parameters(plan, fitted_to),
            "key": plan.key,
            "inputs_after_origin": inputs_after(plan.origin, fitted_to),
        }
        write_description(folder, description)
        parts = _run(pieces, folder / PARTS, workers, progress)
        prophecy = put_together(parts)
        hashes = write_tables(folder, tables_of(prophecy, plan.origin))
        write_table(folder / DRAWS, draws_of(pieces, parts))
        ceiling = noise_ceiling(parts, prophecy, plan.origin, plan.posterior is not None)
        write_table(folder / CEILING, ceiling)
        for name in (DRAWS, CEILING):
            hashes[name] = hash_of(folder / name)
        finished = {
            **description,
            "state": FINISHED,
            "made": now(),
            "draws_that_failed": int(sum(part.failed[0] for part in parts)),
            "log_probability_of_record": _log_probabilities(parts),
            "files": hashes,
        }
        write_description(folder, finished)
        shutil.rmtree(folder / PARTS)
    return read_forecast(folder)


def _run(pieces: list[Piece], folder: Path, workers: int, progress: Progress) -> list[Part]:
    """Run the sets that have no part yet, and read all parts."""
    folder.mkdir(exist_ok=True)
    missing = []
    for piece in pieces:
        if read_part(_part(folder, piece.number)) is None:
            missing.append(piece)
        elif progress:
            progress(piece.runs)
    executor = executor_for(workers)
    try:
        dispatch(
            missing,
            run_piece,
            lambda piece, part: write_part(_part(folder, piece.number), part),
            Crew(executor, workers),
            sum(piece.runs for piece in pieces),
            progress=progress,
        )
    except Interrupted as interruption:
        interruption.add_note(f"what had finished is kept in {folder.parent}, and the same command goes on")
        raise
    finally:
        executor.shutdown()
        forget_replays()
    found = [read_part(_part(folder, piece.number)) for piece in pieces]
    if any(part is None for part in found):
        raise StudyError(f"{folder}: parts were removed while the forecast was made; give the command again")
    return [part for part in found if part is not None]


def _part(folder: Path, number: int) -> Path:
    return folder / f"set-{number:06d}.npz"


def _of_parameters(plan: Plan, fitted_to: int) -> dict[str, Any]:
    """What is said of where parameters come from."""
    described = {"sets": plan.sets, "regime": plan.regime, "scenarios": list(plan.scenarios)}
    if plan.posterior is None:
        described["posterior"] = None
        described["parameters"] = "held at the defaults: the intervals are of luck alone"
    else:
        described["posterior"] = {
            **_origin_of(plan.posterior),
            "sets": len(plan.posterior),
            "effective_size": round(plan.posterior.effective_size, 1),
            "parameters": list(plan.posterior.names),
            "fitted_with_this_model": plan.posterior.of_this_model,
            "provenance": dict(plan.posterior.provenance),
        }
    described["fitted_to"] = format_quarter(fitted_to)
    described["in_sample"] = fitted_to > plan.origin
    return described


def _origin_of(posterior: Posterior) -> dict[str, str | None]:
    """Where its sets were read, and the hash of that file, the one that comes with the model included."""
    if posterior.origin == COMES_WITH:
        with shipped_file() as path:
            return {"origin": COMES_WITH, "sha256": hash_of(path)}
    path = Path(posterior.origin)
    return {"origin": portable(path), "sha256": hash_of(path) if path.is_file() else None}


def portable(path: Path) -> str:
    """A path as others can read it: from the project's folder or the working folder, if it lies there."""
    for base in (Path(model.__file__).parents[1], Path.cwd()):
        if path.resolve().is_relative_to(base.resolve()):
            return path.resolve().relative_to(base.resolve()).as_posix()
    return str(path)


def fitted_quarter(provenance: Mapping[str, Any]) -> int:
    """The last quarter that parameters were fitted to; where nothing is said, the whole record.

    Raises:
        StudyError: when what is said is no quarter.
    """
    given = provenance.get(FITTED_TO, format_quarter(LAST_RECORDED_QUARTER))
    try:
        return parse_quarter(str(given))
    except ValueError as problem:
        raise StudyError(f"posterior: {FITTED_TO} of its provenance: {problem}") from problem


def _log_probabilities(parts: list[Part]) -> dict[str, float]:
    """Of the recorded judgements under the sets: what is told of it, and nothing is weighted by it."""
    values = np.array([part.log_probability[0] for part in parts])
    values = values[np.isfinite(values)]
    return {"median": float(np.median(values)), "low": float(values.min()), "high": float(values.max())}


def draws_of(pieces: list[Piece], parts: list[Part]) -> Any:
    """Which set of parameters each draw has: a row a draw."""
    import polars as pl

    rows = [
        (int(draw), piece.number, piece.place if piece.place >= 0 else None, float(part.log_probability[0]))
        for piece, part in zip(pieces, parts, strict=True)
        for draw in part.draws
    ]
    return pl.DataFrame(
        rows,
        schema={"draw": pl.Int32, "set": pl.Int32, "posterior_row": pl.Int32, "log_probability": pl.Float64},
        orient="row",
    )
