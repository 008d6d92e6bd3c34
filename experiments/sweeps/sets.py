"""Sets of a posterior as points of a sweep: alone, beside the points of a sample, or crossed with a few.

Alone they are the design. A sample (Latin hypercube, Sobol' sequence) gets one set beside each of its points,
so that points stay independent. A grid or a user's own table, which are about differences between points, is
crossed with a number of sets, so that every difference is seen in each of them.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from experiments.arrays import Numbers
from experiments.believed import described_posterior, held_under, posterior_named
from experiments.errors import StudyError
from experiments.posterior import Posterior
from experiments.sweeps.designs import MOST_CELLS, Design
from experiments.sweeps.factors import Factor
from experiments.sweeps.results import DesignSummary
from model.parameters import Parameters
from model.registry import registry

STREAM = int.from_bytes(hashlib.sha256(b"sets of a sweep").digest()[:8], "big")
"""Of the place in the weights at which a sweep begins to draw."""

USUAL_SETS = 100
"""Sets of a sweep, unless the study says how many."""

CROSSED = ("grid", "table")
"""Kinds of design of which every point meets every set."""

MOVED_ONE_BY_ONE = ("saltelli", "morris")
"""Kinds of design that take single factors from elsewhere, which would take a set apart."""


@dataclass(frozen=True)
class Drawn:
    """On which sets a sweep rests.

    Attributes:
        word: what names the posterior: a file, or `shipped`.
        seed: of the draw.
        names: of its parameters that differ between points.
        held: by regime, those of them that the regime sets itself and keeps.
        described: what is said of the posterior: where it was read, hash, size, how it was made.
    """

    word: str
    seed: int
    names: tuple[str, ...]
    held: Mapping[str, tuple[str, ...]]
    described: Mapping[str, Any]

    @property
    def hash(self) -> str:
        """Of the posterior's sets and weights."""
        return str(self.described["hash"])


def drawn_of(
    posterior: Posterior, word: str, seed: int, bases: Mapping[str, Parameters], varied: Iterable[str]
) -> Drawn:
    """What of a posterior differs between the points of a study.

    Args:
        posterior: from which sets are drawn.
        word: what names it.
        seed: of the draw.
        bases: parameters of each regime.
        varied: names of the study's own factors, which stand over the posterior.
    """
    own = {
        regime: set(posterior.names) - set(held_under(posterior, base).names)
        for regime, base in bases.items()
    }
    everywhere = set.intersection(*own.values()) | set(varied)
    names = tuple(name for name in posterior.names if name not in everywhere)
    held = {regime: tuple(name for name in names if name in kept) for regime, kept in own.items()}
    described = described_posterior(posterior)
    return Drawn(word, seed, names, {regime: kept for regime, kept in held.items() if kept}, described)


def read_again(drawn: Drawn) -> Posterior:
    """The posterior of a study that was kept, to draw more sets from.

    Raises:
        StudyError: when it is no longer there, or has changed.
    """
    posterior = posterior_named(drawn.word)
    if posterior is None or posterior.hash != drawn.hash:
        raise StudyError(f"{drawn.word} has changed since the sweep was begun, so no sets can be added")
    return posterior


def factors_from(posterior: Posterior, names: Iterable[str]) -> tuple[Factor, ...]:
    """Factors of the parameters of a posterior, each spanning what occurs in sets of some weight."""
    found = posterior.weights > 0.0
    factors = []
    for name in names:
        column = posterior.values[found, posterior.names.index(name)]
        whole = registry()[name].type != "number"
        group = name.split(".", 1)[0]
        factors.append(Factor(name, float(column.min()), float(column.max()), "uniform", whole, (), group))
    return tuple(factors)


def values_of_sets(posterior: Posterior, drawn: Drawn, first: int, last: int) -> Numbers:
    """Values of the sets from a first number to before a last, shape (sets, names).

    More sets leave those before as they were.
    """
    offset = np.random.default_rng(np.random.SeedSequence([drawn.seed, STREAM])).uniform()
    places = posterior.stepped(np.arange(first, last), float(offset))
    columns = [posterior.names.index(name) for name in drawn.names]
    return np.asarray(posterior.values[places][:, columns])


@dataclass(frozen=True)
class SetsAlone:
    """Sets drawn by weight, and nothing else."""

    posterior: Posterior = field(repr=False)
    drawn: Drawn
    points: int

    @property
    def summary(self) -> DesignSummary:
        """A point a set."""
        return DesignSummary("posterior", self.points)

    def values(self, first: int, last: int) -> Numbers:
        """Values of the sets."""
        return values_of_sets(self.posterior, self.drawn, first, last)


@dataclass(frozen=True)
class SetsBeside:
    """The points of a sample, beside each a set."""

    inner: Design
    posterior: Posterior = field(repr=False)
    drawn: Drawn

    @property
    def summary(self) -> DesignSummary:
        """That of the sample."""
        return self.inner.summary

    def values(self, first: int, last: int) -> Numbers:
        """Values of the sample's factors, then those of the sets."""
        sets = values_of_sets(self.posterior, self.drawn, first, last)
        return np.hstack([self.inner.values(first, last), sets])


@dataclass(frozen=True)
class SetsCrossed:
    """Every point of a design with every one of some sets, the set changing fastest."""

    inner: Design
    sets: Numbers = field(repr=False)

    @property
    def summary(self) -> DesignSummary:
        """That of the design, with more points."""
        inner, sets = self.inner.summary, len(self.sets)
        return replace(inner, points=inner.points * sets, sets=sets)

    def values(self, first: int, last: int) -> Numbers:
        """Values of the design's factors, then those of the sets."""
        points, sets = np.divmod(np.arange(first, last), len(self.sets))
        begin = int(points[0]) if len(points) else 0
        end = int(points[-1]) + 1 if len(points) else 0
        return np.hstack([self.inner.values(begin, end)[points - begin], self.sets[sets]])


def with_sets(inner: Design, posterior: Posterior, drawn: Drawn, sets: int | None) -> Design:
    """A design with sets of a posterior.

    Args:
        inner: of the study's own factors.
        posterior: from which sets are drawn.
        drawn: what of it differs between points.
        sets: with how many each point is crossed; None where each point has a set of its own.

    Raises:
        StudyError: for a kind of design that would take sets apart, or a number of sets where each point has
            its own.
    """
    kind = inner.summary.kind
    if kind in MOVED_ONE_BY_ONE:
        raise StudyError(
            f"design of kind {kind}: it moves factors one by one, and a set of a posterior must not be taken"
            " apart; allowed with [posterior] is grid, table, latin_hypercube, sobol or no [design]"
        )
    if kind not in CROSSED:
        if sets is not None:
            raise StudyError(
                f"[posterior] sets = {sets}: beside a design of kind {kind} each point has a set of its own,"
                " so that sets is not used"
            )
        return SetsBeside(inner, posterior, drawn)
    count = USUAL_SETS if sets is None else sets
    if count * len(drawn.names) > MOST_CELLS:
        raise StudyError(f"[posterior] sets = {count:,}: allowed are {MOST_CELLS // len(drawn.names):,}")
    return SetsCrossed(inner, values_of_sets(posterior, drawn, 0, count))
