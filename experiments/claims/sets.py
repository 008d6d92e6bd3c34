"""Sets of parameters on which a claim is tried: the fitted from the posterior, the others from their ranges.

A set has a number, and with it goes everything that is drawn for it. What is fitted is taken from the
posterior as a whole set of it; every other parameter has a stream of its own, keyed by its name, so that
drawing one more, trying more sets or adding a claim shifts nothing. The same parameter has the same value in
the same set under every claim.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments.arrays import Numbers, Places, Records
from experiments.claims.contrast import Contrast, Settings
from experiments.errors import StudyError
from experiments.posterior import Posterior
from experiments.sweeps.factors import Factor, factor_of
from model.codes import Support
from model.parameters import Parameters, constrained_names, contradictions
from model.registry import MIXTURES, Value, registry, store_value

FITTED = "fitted"
"""Group of the parameters that the posterior holds; they are fitted together and stay together."""

GRADES = ("assumed", "literature", "measured", "calibrated")
"""Groups of all others: how well the registry says they are known."""

RECORDED = "ad_hoc"
"""Regime of the record: on it, only what the claim names is drawn beside what was fitted."""

UNRECORDED = ("regime.", "market.")
"""Groups that the record hardly had, so that what the registry holds fixed in them is no part of the fit."""


def drawn_names(contrast: Contrast, posterior: Posterior, over: Settings | None = None) -> tuple[str, ...]:
    """Parameters drawn from their ranges for a claim, in the registry's order.

    They are the levers that the claim names, a lever that merely says how a policy is done among them, and
    the size of what nobody chooses. Where the claim is about help or a market, as it is unless both arms do
    what the record did, everything uncertain about help, about the market where there is one, and about the
    arrangements of either arm is drawn as well. Not drawn are what the arms set, what was fitted, what must
    fit other parameters (`constrained_names`), and what the registry holds fixed, as the fit did; of the
    latter only ways of doing a policy and what a market is like are drawn, for the record hardly had them.

    Args:
        contrast: of the claim.
        posterior: what was fitted.
        over: settings laid over both arms.
    """
    names = {name for name in contrast.levers if name not in constrained_names() and _may_vary(name)}
    if contrast.regime != RECORDED:
        names |= _about_help(contrast, over or {})
    names -= {*contrast.arms, *contrast.shared, *(over or {}), *posterior.names}
    names |= {name for name in contrast.facts if name not in posterior.names}
    return tuple(name for name in registry() if name in names)


def _may_vary(name: str) -> bool:
    return registry()[name].distribution != "fixed" or name.startswith(UNRECORDED)


def _about_help(contrast: Contrast, over: Settings) -> set[str]:
    arms = contrast.arms_of(over)
    groups = ["support.", *(f"arrangement.{kind}." for kind in sorted(_kinds(arms)))]
    if any(arm["regime.market"] for arm in arms):
        groups.append("market.")
    return {
        name
        for name, entry in registry().items()
        if name.startswith(tuple(groups))
        and entry.distribution != "fixed"
        and name not in constrained_names()
    }


def _kinds(arms: Sequence[Parameters]) -> set[str]:
    """Arrangements that either arm may come to, own plans left out, which are none."""
    kinds = {
        name.rsplit(".", 1)[-1]
        for arm in arms
        for name in registry()
        if name.startswith(MIXTURES) and float(arm[name]) > 0.0
    }
    for lever in ("regime.fallback", "regime.first_response"):
        kinds |= {Support(int(arm[lever])).name.lower() for arm in arms}
    named = {name.split(".")[1] for name in registry() if name.startswith("arrangement.")}
    return kinds & named


@dataclass(frozen=True, eq=False)
class SetsOfClaim:
    """The sets on which a claim is tried.

    Attributes:
        contrast: of the claim.
        posterior: from which the fitted parameters are taken.
        drawn: names of the parameters drawn from their ranges.
        seed: of the draws.
        over: settings laid over both arms, such as those of another structure of the model.
    """

    contrast: Contrast
    posterior: Posterior
    drawn: tuple[str, ...]
    seed: int
    over: Mapping[str, float | str]

    @cached_property
    def arms(self) -> tuple[Parameters, Parameters]:
        """Both arms, without and with, at the defaults of what differs between sets."""
        return self.contrast.arms_of(self.over)

    @cached_property
    def fitted(self) -> tuple[str, ...]:
        """Fitted parameters that count in this claim: those that neither arm sets."""
        own = {*self.contrast.shared, *self.over, *self.contrast.arms} - set(self.contrast.facts)
        return tuple(name for name in self.posterior.names if name not in own)

    @property
    def names(self) -> tuple[str, ...]:
        """All parameters that differ between sets, the fitted first."""
        return (*self.fitted, *self.drawn)

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """The same as factors, with their ranges."""
        return tuple(factor_of(name, "claims") for name in self.names)

    @cached_property
    def group_of(self) -> dict[str, str]:
        """How well each is known: fitted, or the registry's grade."""
        return {name: FITTED if name in self.fitted else registry()[name].grade for name in self.names}

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that have any parameter here."""
        present = set(self.group_of.values())
        return tuple(group for group in (FITTED, *GRADES) if group in present)

    def values(self, numbers: Sequence[int], companion: bool = False) -> Numbers:
        """Values of all parameters that differ between sets, shape (numbers, names).

        Args:
            numbers: of the sets.
            companion: whether to draw each set once more, independently of the first time.
        """
        which = np.asarray(numbers, np.int64)
        rows = posterior_places(self.posterior, which, self.seed, companion)
        columns = [self.posterior.values[rows, self.posterior.names.index(name)] for name in self.fitted]
        for name in self.drawn:
            quantiles = _quantiles(name, which, self.seed, companion)
            columns.append(self.factors[self.names.index(name)].at(quantiles))
        return np.column_stack(columns) if columns else np.zeros((len(which), 0))

    def records(self, numbers: Sequence[int], redrawn: str = "") -> tuple[Records, Records]:
        """Parameter records of both arms, shape (numbers,) each.

        Args:
            numbers: of the sets.
            redrawn: a group whose parameters are drawn once more.
        """
        values = self.values(numbers)
        if redrawn:
            again = self.values(numbers, companion=True)
            moved = [self.group_of[name] == redrawn for name in self.names]
            values = np.where(moved, again, values)
        without, with_ = (np.repeat(arm.record[np.newaxis], len(values)) for arm in self.arms)
        for column, name in enumerate(self.names):
            store_value(with_, name, values[:, column])  # type: ignore[arg-type]
            if name not in self.contrast.facts:
                store_value(without, name, values[:, column])  # type: ignore[arg-type]
        return without, with_

    def check(self, numbers: Sequence[int]) -> None:
        """See that no set contradicts itself.

        Raises:
            StudyError: naming the claim, the set of the posterior and what cannot stand together.
        """
        if not set(self.fitted) & constrained_names():
            return
        places = posterior_places(self.posterior, np.asarray(numbers, np.int64), self.seed)
        for place in np.unique(places).tolist():
            settings = self.posterior.settings(place)
            for arm in self.arms:
                values: dict[str, Value] = {**arm.values, **{name: settings[name] for name in self.fitted}}
                if problems := contradictions(values):
                    raise StudyError(
                        f"{self.posterior.origin}, set {place}, in claim {self.contrast.claim}: {problems[0]}"
                    )


def sets_for(
    contrast: Contrast, posterior: Posterior, seed: int, over: Settings | None = None
) -> SetsOfClaim:
    """The sets on which a claim is tried."""
    laid = dict(over or {})
    return SetsOfClaim(contrast, posterior, drawn_names(contrast, posterior, laid), seed, laid)


def posterior_places(posterior: Posterior, numbers: Places, seed: int, companion: bool = False) -> Places:
    """Places in the posterior of the sets of some numbers, each place as often as its weight asks."""
    if companion:  # in another order, or it would always stand at the same distance from its set
        return posterior.places_at(_quantiles("posterior", numbers, seed, companion))
    return posterior.stepped(numbers, float(_uniforms("posterior", 1, seed, companion)[0]))


def _quantiles(name: str, numbers: Places, seed: int, companion: bool) -> Numbers:
    """Uniform numbers of a parameter in some sets; more sets leave those before as they were."""
    count = int(numbers.max()) + 1 if len(numbers) else 0
    return _uniforms(name, count, seed, companion)[numbers]


def _uniforms(name: str, count: int, seed: int, companion: bool) -> Numbers:
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return np.random.default_rng(np.random.SeedSequence([seed, key, int(companion)])).random(count)
