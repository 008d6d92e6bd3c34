"""Each side of the debate at its best and worst: which sets fitted to the record favour its claims."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.arrays import Numbers, Places
from experiments.claims.assessing import Assessment
from experiments.claims.contrast import SIDES, Contrast, Side
from experiments.claims.judging import true_in
from experiments.layers import Effect
from experiments.sweeps.factors import Factor

TENTH = 10
"""One set in so many makes up the most and the least favourable."""

NAMED = 8
"""Parameters named."""


@dataclass(frozen=True, eq=False)
class Leaning:
    """A parameter that differs between a side's most and least favourable sets.

    Attributes:
        factor: the parameter.
        most: mean over the most favourable sets.
        usual: mean over all sets.
        least: mean over the least favourable.
        apart: how far most and least lie apart, in standard deviations over all sets.
        limit: how far apart chance alone would move the parameter that it moves most, 95 times in 100.
    """

    factor: Factor
    most: float
    usual: float
    least: float
    apart: float
    limit: float

    @property
    def told(self) -> bool:
        """Whether chance alone would hardly do as much for any parameter."""
        return abs(self.apart) > self.limit


@dataclass(frozen=True, eq=False)
class Case:
    """The case of a side.

    Attributes:
        side: whose.
        claims: that make it.
        sets: how many were observed under any of them.
        most: numbers of the most favourable sets.
        least: of the least favourable.
        favour: mean standardised effect of each set, the claimed way, shape (sets,).
        leanings: parameters in which they differ, the most first.
        rows: of each claim: its effect in the most favourable sets, over all, in the least favourable; and
            in how many of each it is true.
    """

    side: Side
    claims: tuple[Assessment, ...]
    sets: int
    most: tuple[int, ...]
    least: tuple[int, ...]
    favour: Numbers
    leanings: tuple[Leaning, ...]
    rows: tuple[tuple[Contrast, tuple[float, float, float], tuple[float, float, float]], ...]

    @property
    def name(self) -> str:
        """What the side is called."""
        return SIDES[self.side]


def cases(assessments: Sequence[Assessment], sets: int) -> list[Case]:
    """The case of each side that makes any of the claims assessed.

    A set is as favourable to a side as the effects of its claims there are on average, each the claimed way
    and in standard deviations over sets, so that no claim counts for more because its unit is small. Sets are
    draws from the posterior, so that all of them are fitted to the record; the same number is the same set
    under every claim.
    """
    found = []
    for side in SIDES:
        own = [one for one in assessments if side in one.contrast.sides and one.judged.effect]
        if own:
            found.append(_case(side, own, sets))
    return found


def _case(side: Side, own: Sequence[Assessment], sets: int) -> Case:
    standard = np.full((len(own), sets), np.nan)
    for row, one in zip(standard, own, strict=True):
        effect = one.judged.effect
        assert effect is not None
        row[effect.sets] = _favourable(one.contrast, effect)
    seen = ~np.isnan(standard)
    favour = np.where(seen, standard, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    known = np.flatnonzero(seen.any(axis=0))
    order = known[np.argsort(-favour[known])]
    count = max(len(order) // TENTH, 1)
    most, least = order[:count], order[-count:]
    rows = []
    for one in own:
        effect = one.judged.effect
        assert effect is not None
        true = true_in(effect, one.contrast.claimed, one.contrast.smallest)
        parts = [np.isin(effect.sets, most), np.ones(len(effect.sets), bool), np.isin(effect.sets, least)]
        effects = [float(effect.expected[part].mean()) if part.any() else np.nan for part in parts]
        chances = [float(true[part].mean()) if part.any() else np.nan for part in parts]
        rows.append(
            (one.contrast, (effects[0], effects[1], effects[2]), (chances[0], chances[1], chances[2]))
        )
    return Case(
        side,
        tuple(own),
        len(known),
        tuple(most.tolist()),
        tuple(least.tolist()),
        favour,
        _leanings(own, known, most, least),
        tuple(rows),
    )


def _favourable(contrast: Contrast, effect: Effect) -> Numbers:
    own = contrast.bears_out(effect.expected)
    spread = float(own.std())
    standard: Numbers = (own - own.mean()) / spread if spread else np.zeros(len(own))
    return standard


def _leanings(own: Sequence[Assessment], known: Places, most: Places, least: Places) -> tuple[Leaning, ...]:
    factors = {factor.name: factor for one in own for factor in one.sets.factors}
    holder = {factor.name: one for one in own for factor in one.sets.factors}
    columns = {}
    for name, one in holder.items():
        values = one.sets.values(known.tolist())[:, one.sets.names.index(name)]
        if values.std() > 0.0:
            columns[name] = (values - values.mean()) / values.std(), values
    if not columns:
        return ()
    standard = np.column_stack([column for column, _ in columns.values()])
    upper, lower = np.isin(known, most), np.isin(known, least)
    apart = standard[upper].mean(axis=0) - standard[lower].mean(axis=0)
    rng = np.random.default_rng(1)
    chance = []
    for _ in range(400):
        dealt = rng.permutation(len(known))
        chance.append(np.abs(standard[dealt][upper].mean(axis=0) - standard[dealt][lower].mean(axis=0)).max())
    limit = float(np.quantile(chance, 0.95))
    names = list(columns)
    found = []
    for place in np.argsort(-np.abs(apart))[:NAMED].tolist():
        values = columns[names[place]][1]
        means = float(values[upper].mean()), float(values.mean()), float(values[lower].mean())
        found.append(Leaning(factors[names[place]], *means, float(apart[place]), limit))
    return tuple(found)
