"""A study kept beside its results: everything on which they depend, written down, read back, and compared."""

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from experiments.errors import StudyError
from experiments.reading import read_json
from experiments.sweeps.blocks import RUN_COLUMNS
from experiments.sweeps.designs import Design
from experiments.sweeps.entries import DesignEntry
from experiments.sweeps.factors import Factor
from experiments.sweeps.points import DESIGN, Stored, Table
from experiments.sweeps.results import DesignSummary
from experiments.sweeps.sets import Drawn, SetsCrossed
from experiments.sweeps.study import SweepStudy
from experiments.tables import codebook
from model.compilation import model_hash
from model.parameters import Parameters
from model.quarters import format_quarter
from model.regimes import Regime

Saved = dict[str, Any]


def saved(study: SweepStudy) -> Saved:
    """A study as plain data, complete: no file that it was made of is needed to read it back."""
    return {
        "title": study.title,
        "question": study.question,
        "model_hash": model_hash(),
        "seed": study.seed,
        "start": study.start,
        "quarters": study.quarters,
        "replicates": study.replicates,
        "baseline": study.baseline,
        "regimes": [
            {"name": regime.name, "title": regime.title, "summary": regime.summary, "origin": regime.origin}
            for regime in study.regimes
        ],
        "bases": {name: _parameters(parameters) for name, parameters in study.bases.items()},
        "past": _parameters(study.past),
        "factors": [dataclasses.asdict(factor) for factor in study.factors],
        "design": study.entry.model_dump(exclude_unset=True),
        "summary": dataclasses.asdict(study.design.summary),
        "levels": _levels(study.design),
        "table": _table_hash(study.design),
        "outcomes": list(study.outcomes),
        "tables": list(study.tables),
        "drawn": dataclasses.asdict(study.drawn) if study.drawn else None,
    }


def _parameters(parameters: Parameters) -> Saved:
    return {"values": dict(parameters.values), "origins": dict(parameters.origins)}


def _levels(design: Design) -> list[list[float]]:
    return [list(values) for values in getattr(_own(design), "levels", ())]


def _own(design: Design) -> Design:
    """The design of a study's own factors."""
    return design.inner if isinstance(design, SetsCrossed) else design


def _table_hash(design: Design) -> str:
    own = _own(design)
    if not isinstance(own, Table):
        return getattr(own, "table_hash", "")
    return hashlib.sha256(np.ascontiguousarray(own.table).tobytes()).hexdigest()


def read_saved(path: Path) -> Saved:
    """The data of a study that was kept.

    Raises:
        StudyError: when it is missing or cannot be read.
    """
    try:
        content = read_json(path)
    except FileNotFoundError:
        raise StudyError(f"{path} is missing, so that nobody can tell what was run") from None
    except (OSError, ValueError) as error:
        raise StudyError(f"{path}: cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise StudyError(f"{path}: cannot be read: it holds no study")
    return content


def load_study(path: Path) -> SweepStudy:
    """Read a study back.

    Raises:
        StudyError: when it cannot be read.
    """
    content = read_saved(path)
    try:
        factors = tuple(
            Factor(**factor | {"values": tuple(factor["values"])}) for factor in content["factors"]
        )
        return SweepStudy(
            title=content["title"],
            question=content["question"],
            regimes=tuple(Regime(**regime, settings={}) for regime in content["regimes"]),
            baseline=content["baseline"],
            bases={name: _read_parameters(base) for name, base in content["bases"].items()},
            factors=factors,
            design=Stored(
                path.with_name(DESIGN),
                factors,
                _summary(content["summary"]),
                tuple(tuple(values) for values in content["levels"]),
                content["table"],
            ),
            entry=DesignEntry.model_validate(content["design"]),
            replicates=content["replicates"],
            seed=content["seed"],
            quarters=content["quarters"],
            start=content["start"],
            past=_read_parameters(content["past"]),
            outcomes=tuple(content["outcomes"]),
            tables=tuple(content["tables"]),
            drawn=_read_drawn(content.get("drawn")),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudyError(f"{path}: cannot be read: {error!r}") from error


def _read_drawn(content: Saved | None) -> Drawn | None:
    if content is None:
        return None
    held = {regime: tuple(names) for regime, names in content["held"].items()}
    return Drawn(**content | {"names": tuple(content["names"]), "held": held})


def _summary(content: Saved) -> DesignSummary:
    return DesignSummary(**content | {name: tuple(content[name]) for name in ("groups", "alone")})


def _read_parameters(content: Saved) -> Parameters:
    return Parameters(MappingProxyType(content["values"]), MappingProxyType(content["origins"]))


def differences(there: Saved, here: Saved) -> list[str]:
    """In what a study differs from another, a line each; titles and the places of files do not count."""
    return list(_differences(there, here))


def _differences(there: Saved, here: Saved) -> Iterator[str]:
    words = {
        "seed": "seed",
        "quarters": "quarters",
        "replicates": "replicates (`turnaround extend` adds some)",
        "baseline": "baseline",
        "outcomes": "outcomes",
        "tables": "tables",
        "table": "values in the table of points",
        "levels": "levels of the grid",
    }
    if there["model_hash"] != here["model_hash"]:
        hashes = [study["model_hash"][:12] for study in (there, here)]
        yield f"the model's code or data: sources {hashes[0]} there, {hashes[1]} here"
    if there["start"] != here["start"]:
        yield f"start: {format_quarter(there['start'])} there, {format_quarter(here['start'])} here"
    for key, word in words.items():
        if there[key] != here[key]:
            yield f"{word}: {_shown(there[key])} there, {_shown(here[key])} here"
    yield from _posterior_differences(there, here)
    yield from _regime_differences(there, here)
    yield from _factor_differences(there, here)
    yield from _mapping_differences("design", there["design"], here["design"])


def _posterior_differences(there: Saved, here: Saved) -> Iterator[str]:
    one, other = there.get("drawn"), here.get("drawn")
    if _posterior_hash(one) != _posterior_hash(other):
        yield f"posterior: {_posterior(one)} there, {_posterior(other)} here"
    if one is None or other is None:
        return
    sets = [{"seed": drawn["seed"], "crossed": study["summary"].get("sets", 0)}
            for drawn, study in ((one, there), (other, here))]  # fmt: skip
    yield from _mapping_differences("sets", *sets)


def _posterior_hash(drawn: Saved | None) -> str:
    return "" if drawn is None else str(drawn["described"]["hash"])


def _posterior(drawn: Saved | None) -> str:
    return "none" if drawn is None else f"{drawn['word']} with hash {drawn['described']['hash']}"


def _regime_differences(there: Saved, here: Saved) -> Iterator[str]:
    names = [[regime["name"] for regime in study["regimes"]] for study in (there, here)]
    if names[0] != names[1]:
        yield f"regimes: {', '.join(names[0])} there, {', '.join(names[1])} here"
    for name in names[0]:
        if name in here["bases"]:
            pair = [study["bases"][name]["values"] for study in (there, here)]
            yield from _mapping_differences(f"under {name}", *pair)
    if there["start"]:
        yield from _mapping_differences("in the past", there["past"]["values"], here["past"]["values"])


def _factor_differences(there: Saved, here: Saved) -> Iterator[str]:
    first, second = ({factor["name"]: factor for factor in study["factors"]} for study in (there, here))
    for name in [*first, *(name for name in second if name not in first)]:
        if name not in second or name not in first:
            yield f"{name} varies {'there' if name in first else 'here'} only"
        else:
            yield from _mapping_differences(f"factor {name}", first[name], second[name])


def _mapping_differences(what: str, there: Mapping[str, Any], here: Mapping[str, Any]) -> Iterator[str]:
    for key in [*there, *(key for key in here if key not in there)]:
        one, other = there.get(key), here.get(key)
        if isinstance(one, list | tuple) and isinstance(other, list | tuple):
            one, other = list(one), list(other)
        if one != other:
            yield f"{what}, {key}: {_shown(one)} there, {_shown(other)} here"


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return "not set" if value is None else str(value)


def codebook_of(study: SweepStudy) -> pl.DataFrame:
    """Every column of every table of a sweep: table, column, unit, meaning."""
    own = [
        ("runs", "point", "number", "parameter set: a row of design.parquet"),
        ("runs", "failed_in", "quarter", "in which the run failed; missing when it did not"),
    ]
    own += [(table, "point", "number", "parameter set") for table in study.tables if table != "runs"]
    own += [("design", "point", "number", "parameter set")]
    own += [("design", factor.name, factor.unit, factor.meaning) for factor in study.factors]
    kept = {*study.tables}
    known = codebook().filter(
        pl.col("table").is_in(kept)
        & ((pl.col("table") != "runs") | pl.col("column").is_in([*RUN_COLUMNS, *study.outcomes]))
        | (pl.col("table") == "parameters")
    )
    rows = pl.DataFrame(own, schema=known.schema, orient="row")
    return pl.concat([known, rows])
