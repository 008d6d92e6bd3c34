"""What is believed of the parameters after the record was seen: a table of weighted sets of them.

A set is kept whole, for parameters that trade off against each other must not be taken apart. Where a study
carries uncertainty of parameters, its unit is the set; luck comes on top.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from experiments.arrays import Numbers, Places, Records
from experiments.errors import StudyError
from experiments.reading import parse_json, read_metadata, read_parquet
from experiments.writing import write_aside
from model.compilation import model_hash, model_sources
from model.extensions import extensions_hash
from model.parameters import Parameters
from model.registry import ParameterError, registry, store_value

GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
"""Steps of this size fill the unit interval evenly, however many are taken (Weyl; Kronecker's sequence)."""

WEIGHT = "weight"
PROVENANCE = "turnaround.provenance"
"""Key of the file's metadata under which it is written where the sets come from."""

SHIPPED_FILE = "posterior.parquet"
PARAMETERS = "data/parameters/"
SHOWN_SAME = "shown_same"
"""Under which a provenance tells with which versions of the model this one was compared, bit for bit."""

COMES_WITH = "the posterior that comes with the model"
"""Its origin, which is the same on every machine."""


class NoPosteriorError(StudyError):
    """No posterior comes with this version of the model."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """Weighted sets of parameters.

    Attributes:
        names: of the parameters that differ between sets; all others are at what a study gives them.
        values: shape (sets, names).
        weights: of the sets, adding to 1, shape (sets,).
        provenance: how they were made: command, seed, hashes of data and model.
        origin: where they were read, for messages.
    """

    names: tuple[str, ...]
    values: Numbers
    weights: Numbers
    provenance: Mapping[str, Any]
    origin: str = "posterior"

    def __len__(self) -> int:
        """How many sets."""
        return len(self.values)

    @property
    def effective_size(self) -> float:
        """How many equally weighted sets tell as much (Kish)."""
        return effective_size(self.weights)

    @cached_property
    def hash(self) -> str:
        """A hash of its sets and weights."""
        digest = hashlib.sha256("\0".join(self.names).encode())
        digest.update(np.ascontiguousarray(self.values).tobytes())
        digest.update(np.ascontiguousarray(self.weights).tobytes())
        return digest.hexdigest()[:16]

    def without(self, names: Iterable[str]) -> "Posterior":
        """The same sets without some parameters, which a study then sets by hand."""
        dropped = set(names)
        kept = [column for column, name in enumerate(self.names) if name not in dropped]
        return replace(self, names=tuple(self.names[i] for i in kept), values=self.values[:, kept])

    def settings(self, place: int) -> dict[str, float | int]:
        """The values of one set by name."""
        row = self.values[place].tolist()
        return {
            name: round(value) if registry()[name].type == "integer" else value
            for name, value in zip(self.names, row, strict=True)
        }

    def drawn(self, count: int, seed: int) -> Places:
        """Places of sets drawn by their weights, systematically: shape (count,), rising.

        Each set comes about as often as its weight asks: once, if all weigh the same and as many are drawn.
        """
        offset = np.random.default_rng(np.random.SeedSequence([seed, count])).uniform()
        return self.places_at((np.arange(count) + offset) / count)

    def stepped(self, numbers: Places, offset: float) -> Places:
        """Places of the sets of some numbers, each place as often as its weight asks.

        `drawn` spreads a known count evenly. Here the count may grow, and a set must stay what it was; so
        numbers step through the weights by the golden section, which spreads any count nearly as evenly.

        Args:
            numbers: from 0, shape (n,).
            offset: a uniform, where to begin.
        """
        return self.places_at(np.mod(offset + numbers * GOLDEN, 1.0))

    def places_at(self, points: Numbers) -> Places:
        """Places of sets at points of the cumulated weights, from 0 to below 1; one of weight 0 is at none.

        Args:
            points: shape (n,).
        """
        found: Places = np.searchsorted(np.cumsum(self.weights), points, side="right")
        return np.minimum(found, int(np.flatnonzero(self.weights)[-1]))

    @property
    def of_this_model(self) -> bool | None:
        """Whether the sets were fitted with the model as it is now; None if they do not say with which.

        The defaults of what was fitted may be others: a set has values of its own.
        """
        made_by = self.provenance.get("rules_hash")
        return None if made_by is None else bool(made_by == rules_hash(self.names))

    @cached_property
    def medoid(self) -> int:
        """Place of the set that is nearest to all others, by weighted distance in standard deviations."""
        mean = self.weights @ self.values
        spread = np.sqrt(self.weights @ (self.values - mean) ** 2)
        standard = (self.values - mean) / np.where(spread > 0.0, spread, 1.0)
        squares = (standard**2).sum(axis=1)
        distances = [
            np.sqrt(np.maximum(squares + square - 2.0 * standard @ row, 0.0)) @ self.weights
            for row, square in zip(standard, squares, strict=True)
        ]
        return int(np.argmin(distances))

    def records(self, base: Parameters, places: Sequence[int]) -> Records:
        """Parameter records of some sets laid over a regime's, shape (places,)."""
        records = np.repeat(base.record[np.newaxis], len(places))
        for column, name in enumerate(self.names):
            store_value(records, name, self.values[list(places), column])  # type: ignore[arg-type]
        return records

    def laid_over(self, base: Parameters, place: int) -> Parameters:
        """One set laid over a regime's parameters.

        Raises:
            ParameterError: when they contradict each other.
        """
        return base.changed(self.settings(place), f"{self.origin}, set {place}")


def effective_size(weights: Numbers) -> float:
    """As how many of equal weight some sets count (Kish), whose weights add to 1."""
    return float(1.0 / (weights**2).sum())


def models_shown_same(posterior: Posterior) -> frozenset[str]:
    """Hashes of the model as it is now, and of versions shown to give the same bits (`experiments.same`).

    What was found with one of them holds of this one. Any edit since that was not shown to change nothing
    leaves this version alone.
    """
    known = {model_hash()}
    for step in reversed(posterior.provenance.get(SHOWN_SAME, [])):
        if step.get("now") in known:
            known.add(step["model_hash"])
    return frozenset(known)


def holds_here(model: str) -> bool:
    """Whether what was found with a version of the model, known by its hash, holds of the one here."""
    try:
        return model in models_shown_same(shipped_posterior())
    except NoPosteriorError:
        return model == model_hash()


@cache
def rules_hash(names: tuple[str, ...]) -> str:
    """A hash of all on which results depend but for the defaults of some parameters, which sets replace."""
    digest = hashlib.sha256()
    for path, content in model_sources():
        if path.startswith(PARAMETERS):
            content = with_defaults(content.decode(), dict.fromkeys(names, "of the set"))[0].encode()
        digest.update(path.encode() + b"\0" + content + b"\0")
    digest.update(extensions_hash().encode())
    return digest.hexdigest()


def with_defaults(text: str, defaults: Mapping[str, object]) -> tuple[str, set[str]]:
    """The text of a parameter file with other defaults, and the names that were found in it."""
    found = set()
    for name, value in defaults.items():
        pattern = re.compile(rf"(^\[{re.escape(name)}\]\ndefault = )\S+$", re.MULTILINE)
        text, count = pattern.subn(rf"\g<1>{value}", text)
        if count:
            found.add(name)
    return text, found


def read_posterior(path: Path) -> Posterior:
    """Read a posterior from a Parquet file.

    Raises:
        StudyError: when it cannot be read, names no parameter, or holds a value or weight not allowed.
    """
    try:
        table = read_parquet(path)
        provenance = parse_json(read_metadata(path).get(PROVENANCE, "{}"))
    except (OSError, pl.exceptions.PolarsError, ValueError) as problem:
        reason = str(problem).splitlines()[0]
        raise StudyError(f"{path}: cannot be read as a posterior, a Parquet table ({reason})") from problem
    return _checked(table, provenance, str(path))


def _checked(table: pl.DataFrame, provenance: Mapping[str, Any], origin: str) -> Posterior:
    if WEIGHT not in table.columns or table.is_empty():
        raise StudyError(
            f"{origin}: a posterior has a column `{WEIGHT}`, one for each parameter, and a row for each set;"
            f" this has {table.height} rows of {', '.join(table.columns) or 'nothing'}"
        )
    if not table[WEIGHT].dtype.is_numeric():
        raise StudyError(
            f"{origin}: the column `{WEIGHT}` holds {table[WEIGHT].dtype}; weights are numbers from 0"
        )
    weights = table[WEIGHT].cast(float, strict=False).fill_null(np.nan).to_numpy()
    if not (np.isfinite(weights).all() and (weights >= 0.0).all() and weights.sum() > 0.0):
        raise StudyError(f"{origin}: weights are numbers from 0, some above 0")
    names = tuple(name for name in table.columns if name != WEIGHT)
    problems = []
    for name in names:
        if name not in registry():
            problems.append(registry().unknown(name))
            continue
        for row, value in enumerate(table[name].to_list()):
            try:
                registry()[name].value(value, f"{origin}, row {row + 1}")
            except ParameterError as problem:
                problems.append(str(problem))
                break
    if problems:
        raise StudyError(f"{origin}: {problems[0]}" if len(problems) == 1 else "\n".join(problems))
    values = table.select(pl.col(names).cast(float)).to_numpy() if names else np.zeros((table.height, 0))
    return Posterior(names, values, weights / weights.sum(), provenance, origin)


def write_posterior(posterior: Posterior, path: Path) -> None:
    """Write a posterior as a Parquet file, with its provenance in the file's metadata."""
    columns = {name: posterior.values[:, place] for place, name in enumerate(posterior.names)}
    _write(pl.DataFrame({WEIGHT: posterior.weights, **columns}), posterior.provenance, path)


def replace_provenance(path: Path, provenance: Mapping[str, Any]) -> None:
    """Give the Parquet file of a posterior another provenance; its sets and weights stay to the last bit."""
    _write(read_parquet(path), provenance, path)


def _write(table: pl.DataFrame, provenance: Mapping[str, Any], path: Path) -> None:
    metadata = {PROVENANCE: json.dumps(dict(provenance), sort_keys=True)}
    write_aside(path, lambda aside: table.write_parquet(aside, metadata=metadata))


def shipped_file() -> AbstractContextManager[Path]:
    """The file of the posterior that comes with the model, for as long as it is looked at."""
    return as_file(files("model").joinpath(f"data/{SHIPPED_FILE}"))


def shipped_posterior() -> Posterior:
    """The posterior that comes with the model.

    Raises:
        NoPosteriorError: when there is none.
    """
    with shipped_file() as path:
        if not path.is_file():
            raise NoPosteriorError(
                "no posterior comes with this version: make one with `turnaround calibrate`"
            )
        return _read_once(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read_once(path: Path, written: int) -> Posterior:
    """Read a posterior that others have read before, unless it was written anew."""
    return replace(read_posterior(path), origin=COMES_WITH)
