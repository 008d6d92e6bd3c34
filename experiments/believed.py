"""Sets of parameters drawn from a posterior for a study: which they are, and which histories each meets.

A study that carries what is not known of parameters has histories in two layers: sets, and the luck of the
histories of each. Every regime meets the same sets and the same luck. What a regime, a scenario or a user
sets holds in all sets: it stands over the posterior.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from experiments.arrays import Records
from experiments.errors import StudyError, check_count
from experiments.posterior import NoPosteriorError, Posterior, read_posterior, shipped_posterior
from experiments.results import BY_SET
from model.parameters import Parameters, constrained_names, contradictions
from model.registry import ParameterError

SHIPPED, NONE = "shipped", "none"
"""Words in the place of a posterior's file: the one that comes with the model, and no posterior."""

HISTORIES_A_SET = 2
"""Histories that each set needs at least, so that parameters and luck can be told apart."""

USUAL_SETS = 200
"""Sets of a study with many histories, unless it says how many."""


def _is_there(path: Path) -> bool:
    """Whether something has this name; nothing has one that is too long."""
    try:
        return path.exists()
    except OSError:
        return False


def posterior_named(given: str | Path | None) -> Posterior | None:
    """The posterior of a file, the shipped one, or none.

    Args:
        given: a file, `shipped` or `none`; when None, the shipped one where one comes with the model.

    Raises:
        StudyError: when it cannot be read, or `shipped` was asked for and none comes with the model.
    """
    if str(given) == NONE:
        return None
    if given is not None and str(given) != SHIPPED:
        if not _is_there(Path(given)):
            raise StudyError(f"posterior {given}: no such file; allowed are a file, {SHIPPED} and {NONE}")
        return read_posterior(Path(given))
    try:
        return shipped_posterior()
    except NoPosteriorError:
        if given is None:
            return None
        raise


def word_for(given: str | Path | None, posterior: Posterior | None) -> str | None:
    """What names the same posterior again; None where nothing was said and none comes with the model."""
    if given is None:
        return None if posterior is None else SHIPPED
    return str(given)


def sets_for(replicates: int) -> int:
    """How many sets share so many histories, unless a study says."""
    return max(1, min(replicates // HISTORIES_A_SET, USUAL_SETS))


def held_under(posterior: Posterior, base: Parameters) -> Posterior:
    """A posterior as it holds under a regime: without what the regime, a scenario or a user sets."""
    return posterior.without(
        name for name in posterior.names if base.origins[name] not in ("default", BY_SET)
    )


def set_under(posterior: Posterior, base: Parameters, row: int) -> Parameters:
    """One set under a regime: its values, but for what the regime, a scenario or a user sets.

    Raises:
        ParameterError: when they contradict each other.
    """
    return held_under(posterior, base).laid_over(base, row)


@dataclass(frozen=True, eq=False)
class DrawnSets:
    """Sets drawn from a posterior, and the histories that each meets.

    Attributes:
        posterior: from which they are drawn.
        sets: how many are drawn.
        seed: of the draw.
        replicates: histories of luck, shared out to the sets in order.
    """

    posterior: Posterior
    sets: int
    seed: int
    replicates: int

    def __post_init__(self) -> None:
        """Refuse what cannot be shared out.

        Raises:
            StudyError: for a number of sets that leaves some with too few histories.
        """
        most = max(1, self.replicates // HISTORIES_A_SET)
        if type(self.sets) is not int or not 1 <= self.sets <= most:
            raise StudyError(
                f"sets = {self.sets!r}: allowed with {self.replicates:,} replicates is a whole number from 1"
                f" to {most:,}: each set needs {HISTORIES_A_SET}, so that parameters and luck can be told"
                " apart"
            )

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Row of the posterior of each set, drawn by weight."""
        return tuple(int(place) for place in self.posterior.drawn(self.sets, self.seed))

    @cached_property
    def members(self) -> tuple[range, ...]:
        """Numbers of the histories of each set, which differ by one at most."""
        ends = [number * self.replicates // self.sets for number in range(self.sets + 1)]
        return tuple(range(first, last) for first, last in itertools.pairwise(ends))

    def under(self, base: Parameters) -> Posterior:
        """The posterior as it holds under a regime: without what the regime, a scenario or a user sets."""
        return held_under(self.posterior, base)

    def marked(self, base: Parameters) -> Parameters:
        """A regime's parameters, those that differ by set marked as such."""
        differing = dict.fromkeys(self.under(base).names, BY_SET)
        return Parameters(base.values, MappingProxyType({**base.origins, **differing}))

    def records(self, base: Parameters) -> Records:
        """Parameter records of all sets under a regime, shape (sets,)."""
        return self.under(base).records(base, self.places)

    def parameters(self, base: Parameters, number: int) -> Parameters:
        """Parameters of one set under a regime."""
        return set_under(self.posterior, base, self.places[number])

    def check(self, bases: Mapping[str, Parameters]) -> None:
        """See that no set contradicts itself under any regime.

        Raises:
            ParameterError: naming the first that does, and how many do.
        """
        constrained = constrained_names()
        first, bad = "", set()
        for regime, base in bases.items():
            held = self.under(base)
            if not constrained & set(held.names):
                continue
            fixed = {name: base.values[name] for name in constrained}
            for place in dict.fromkeys(self.places):
                own = {name: value for name, value in held.settings(place).items() if name in constrained}
                problems = contradictions(fixed | own)
                if problems:
                    bad.add(place)
                    first = first or f"row {place} under {regime}: {problems[0]}"
        if bad:
            raise ParameterError(
                f"{self.posterior.origin}: {len(bad):,} of {len(set(self.places)):,} sets contradict what is"
                f" set by regime, scenario or hand; the first is {first}"
            )

    @property
    def distinct(self) -> int:
        """How many different sets were drawn."""
        return len(set(self.places))

    def table(self) -> pl.DataFrame:
        """A row a set: its number, its row of the posterior, and its values."""
        values = self.posterior.values[list(self.places)]
        columns = {name: values[:, place] for place, name in enumerate(self.posterior.names)}
        return pl.DataFrame({"set": np.arange(self.sets), "posterior_row": list(self.places), **columns})

    def described(self, bases: Mapping[str, Parameters]) -> dict[str, Any]:
        """What a manifest says of it.

        Args:
            bases: parameters of each regime.
        """
        over = {
            regime: [name for name in self.posterior.names if name not in self.under(base).names]
            for regime, base in bases.items()
        }
        return described_posterior(self.posterior) | {
            "drawn": self.sets,
            "distinct": self.distinct,
            "set_otherwise": {regime: names for regime, names in over.items() if names},
        }


def described_posterior(posterior: Posterior) -> dict[str, Any]:
    """What a manifest says of a posterior: where it was read, its size, its hash, how it was made."""
    return {
        "origin": posterior.origin,
        "hash": posterior.hash,
        "sets": len(posterior),
        "effective_size": round(posterior.effective_size, 1),
        "parameters": list(posterior.names),
        "fitted_with_this_model": posterior.of_this_model,
        "provenance": dict(posterior.provenance),
    }


def row_of(posterior: Posterior, row: int) -> int:
    """A row of a posterior, counted from 0.

    Raises:
        StudyError: when it has no such row.
    """
    return check_count(f"row of {posterior.origin}", row, 0, len(posterior) - 1)


def posterior_in_words(posterior: Mapping[str, Any]) -> str:
    """A sentence or two on the posterior of some results, as their manifest describes it."""
    words = (
        f"Parameters: {posterior['drawn']:,} sets drawn by weight, {posterior['distinct']:,} different, from"
        f" the {posterior['sets']:,} of {posterior['origin']} (hash {posterior['hash']}, as good as"
        f" {posterior['effective_size']:,.0f} of equal weight)."
    )
    if posterior["fitted_with_this_model"] is False:
        words += " They were fitted with another version of the model: fit them anew."
    if posterior["set_otherwise"]:
        names = sorted({name for held in posterior["set_otherwise"].values() for name in held})
        words += (
            " Set by regime, scenario or hand, and so the same in all sets:"
            f" {', '.join(f'{name} ({_under(name, posterior)})' for name in names)}."
        )
    return words


def _under(name: str, posterior: Mapping[str, Any]) -> str:
    return ", ".join(regime for regime, held in posterior["set_otherwise"].items() if name in held)
