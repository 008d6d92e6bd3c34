"""From a reference table to what is believed once a record was seen, without a likelihood.

Figures are turned into learned summaries: what a linear regression expects of each parameter, given the
figures (Fearnhead and Prangle 2012). Rows are weighted by how near they are to the record in these, and
moved along regression lines to where they would be had their summaries been the record's own (Beaumont et al.
2002).
"""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import RidgeCV

from experiments.arrays import Flags, Numbers
from experiments.calibration.table import Region, Table
from experiments.errors import StudyError
from experiments.posterior import effective_size

FARTHEST = 4.0
"""Standard deviations from the middle beyond which a figure tells no more."""

PENALTIES = (1.0, 10.0, 100.0, 1000.0, 10_000.0)
"""Of the regressions, on figures in standard deviations: each parameter has the one with which rows left out
are expected best."""

EXPLAINED = 0.03
"""Share of a parameter's variance that its regression must explain on rows kept aside for it to be a summary.
It chooses what is compared; whether the record informed a parameter is told by what is left of its spread."""

KEPT_ASIDE = 0.6
"""Share of a table's rows from which no regression learns, and among which beliefs are found: on what it has
learned from, it errs too little."""

RIDGE = 1e-3
TAUGHT = 0.25
"""Variance from which a direction does not count as taught, as a share of the prior's."""

REACH = 4.0
"""Standard deviations to both sides within which the next table is drawn, along taught directions."""


@dataclass(frozen=True, eq=False)
class Summaries:
    """Learned summaries of figures.

    Attributes:
        used: which figures are looked at, shape (figures,).
        middle: of each figure that is, for what is unknown, shape (used,).
        scale: standard deviation of each, shape (used,).
        regression: that expects the parameters' normals, given figures.
        explained: share of each parameter's variance that it explains on rows kept aside, shape
            (parameters,).
        aside: rows of the table that the regression has not seen, shape (rows,).
    """

    used: Flags
    middle: Numbers
    scale: Numbers
    regression: RidgeCV
    explained: Numbers
    aside: Flags

    @property
    def informed(self) -> Flags:
        """Of which parameters the regression has something to say: those that are summaries."""
        return self.explained > EXPLAINED

    def of(self, figures: Numbers) -> Numbers:
        """Summaries of figures of shape (rows, figures): shape (rows, informed parameters)."""
        expected: Numbers = self.regression.predict(_standard(figures[:, self.used], self.middle, self.scale))
        return expected[:, self.informed]


def _standard(figures: Numbers, middle: Numbers, scale: Numbers) -> Numbers:
    standard: Numbers = np.clip(
        (np.where(np.isnan(figures), middle, figures) - middle) / scale, -FARTHEST, FARTHEST
    )
    return standard


def learn(table: Table, used: Flags, seed: int) -> Summaries:
    """Learn summaries from a table.

    Args:
        table: its rows.
        used: which figures may be looked at, shape (figures,).
        seed: of what is kept aside.
    """
    figures = table.figures[:, used]
    middle = np.nanmedian(figures, axis=0)
    scale = np.nanstd(figures, axis=0)
    useful = np.isfinite(middle) & (scale > 0.0)
    which = used.copy()
    which[used] = useful
    middle, scale = middle[useful], scale[useful]
    standard = _standard(table.figures[:, which], middle, scale)
    aside = np.random.default_rng(seed).uniform(size=len(standard)) < KEPT_ASIDE
    regression = RidgeCV(PENALTIES, alpha_per_target=True)
    regression.fit(standard[~aside], table.normals[~aside])
    left = table.normals[aside] - regression.predict(standard[aside])
    explained = 1.0 - (left**2).mean(axis=0) / table.normals[aside].var(axis=0)
    return Summaries(which, middle, scale, regression, explained, aside)


@dataclass(frozen=True, eq=False)
class Belief:
    """What is believed of the parameters once figures were seen.

    Attributes:
        normals: shape (sets, parameters).
        weights: adding to 1, shape (sets,).
    """

    normals: Numbers
    weights: Numbers


def believe(
    seen: Numbers, summaries: Numbers, normals: Numbers, region: Region | None, share: float
) -> Belief:
    """What is believed once some summaries were seen.

    Args:
        seen: the summaries, shape (informed,).
        summaries: of the rows of a table, shape (rows, informed).
        normals: of these rows, shape (rows, parameters).
        region: in which they were drawn, and outside of which nothing is believed; None for everywhere.
        share: of the rows, to keep the nearest of.
    """
    keep = round(share * len(summaries))
    scale = summaries.std(axis=0)
    distance = np.sqrt((((summaries - seen) / scale) ** 2).sum(axis=1))
    nearest = np.argpartition(distance, keep)[: keep + 1]
    reach = distance[nearest].max()
    nearest = nearest[distance[nearest] < reach]
    weights = 1.0 - (distance[nearest] / reach) ** 2  # Epanechnikov's kernel
    offsets = (summaries[nearest] - seen) / scale
    slopes = _regression(offsets, normals[nearest], weights)
    moved = normals[nearest] - offsets @ slopes
    middle = weights @ moved / weights.sum()
    moved = middle + (moved - middle) * _lost_freedom(weights, offsets.shape[1])
    if region is not None:
        inside = region.holds(moved)
        moved, weights = moved[inside], weights[inside]
    return Belief(moved, weights / weights.sum())


def _lost_freedom(weights: Numbers, slopes: int) -> float:
    """By what deviations from a regression are too small, for it was fitted to the very same rows."""
    rows = weights.sum() ** 2 / (weights**2).sum()
    if rows <= slopes + 1:
        raise StudyError(
            f"{rows:.0f} rows are near the record, too few for {slopes} parameters: ask for more rows"
        )
    return float(np.sqrt(rows / (rows - slopes - 1)))


def _regression(offsets: Numbers, normals: Numbers, weights: Numbers) -> Numbers:
    """Slopes of a weighted linear regression with a little ridge, shape (informed, parameters)."""
    share = weights / weights.sum()
    offsets = offsets - share @ offsets
    normals = normals - share @ normals
    square = (offsets * share[:, np.newaxis]).T @ offsets
    cross = (offsets * share[:, np.newaxis]).T @ normals
    slopes: Numbers = np.linalg.solve(square + RIDGE * np.eye(len(square)), cross)
    return slopes


def region_of(believed: Belief) -> Region:
    """Where the next table is drawn: as the prior has it, but nowhere far from what was found.

    Bounds lie along the directions in which something was found, several standard deviations to both sides.
    Within them the prior stays what it was, so that no row need be weighted (Deistler, Goncalves and Macke
    2022, truncated proposals).

    Args:
        believed: what was found.
    """
    mean = believed.weights @ believed.normals
    centred = believed.normals - mean
    covariance = (centred * believed.weights[:, np.newaxis]).T @ centred
    sizes, directions = np.linalg.eigh(covariance)
    taught = sizes < min(TAUGHT, _least_by_chance(believed))
    reach = np.where(taught, REACH * np.sqrt(np.maximum(sizes, 0.0)), np.inf)
    middle = directions.T @ mean
    return Region(directions, middle - reach, middle + reach)


def _least_by_chance(believed: Belief) -> float:
    """Least variance of a direction by chance where nothing was found (Marchenko and Pastur 1967)."""
    parameters = believed.normals.shape[1]
    return float(max(0.0, 1.0 - np.sqrt(parameters / effective_size(believed.weights))) ** 2)
