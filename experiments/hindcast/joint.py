"""All fitted figures at once: is the record as near to the middle of the histories as one of them would be?

Figures overlap (shares add to one, stocks of neighbouring years share their councils), so that many small
misses may be one. Mahalanobis's distance takes account of how they vary together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.covariance import LedoitWolf

from experiments.arrays import Numbers

FOLDS = 5
KNOWN = 0.9
"""Share of histories in which a figure must be known to take part."""
FEWEST = 50
"""Histories from which a covariance can be told at all."""


@dataclass(frozen=True)
class Joint:
    """The record among the histories, all figures taken together.

    Attributes:
        figures: how many took part.
        effective: as how many independent ones they count: the participation ratio of their correlations.
        distance: Mahalanobis's, of the record.
        low_90, median, high_90: the same of histories that had no part in middle and covariance.
        histories: how many these were.
        beyond: how many of them are as far out as the record.
        constant: names of figures that are the same in all histories, and so could not take part.
    """

    figures: int
    effective: float
    distance: float
    low_90: float
    median: float
    high_90: float
    histories: int
    beyond: int
    constant: tuple[str, ...]

    @property
    def p_value(self) -> float:
        """Share of histories as far out, the record counted among them."""
        return (1 + self.beyond) / (1 + self.histories)


def joint_check(
    record: Mapping[str, float], histories: Mapping[str, Numbers], names: Sequence[str]
) -> Joint | None:
    """Hold the record against the histories in some figures at once; None when there is too little to tell.

    Middle and covariance (shrunk after Ledoit and Wolf) come from four fifths of the histories, distances
    from the rest and the record, five times over: a history that had shaped the middle would lie too near it.

    Args:
        record: figures by name.
        histories: the same, shape (histories,).
        names: of the figures that may take part.
    """
    known = [
        name for name in names if not np.isnan(record[name]) and (~np.isnan(histories[name])).mean() >= KNOWN
    ]
    constant = tuple(name for name in known if np.nanstd(histories[name]) == 0.0)
    used = [name for name in known if name not in constant]
    if len(used) < 2 or len(histories[used[0]]) < FEWEST:
        return None
    figures = np.column_stack([histories[name] for name in used])
    figures = np.where(np.isnan(figures), np.nanmedian(figures, axis=0), figures)
    middle, scale = figures.mean(axis=0), figures.std(axis=0)
    figures = (figures - middle) / scale
    seen = (np.array([record[name] for name in used]) - middle) / scale
    others, own, beyond = [], [], 0
    for fold in range(FOLDS):
        aside = np.arange(len(figures)) % FOLDS == fold
        shrunk = LedoitWolf().fit(figures[~aside])
        away = np.sqrt(shrunk.mahalanobis(figures[aside]))
        here = float(np.sqrt(shrunk.mahalanobis(seen[np.newaxis])[0]))
        others.append(away)
        own.append(here)
        beyond += int((away >= here).sum())
    low, median, high = np.percentile(np.concatenate(others), [5.0, 50.0, 95.0]).tolist()
    sizes = np.linalg.eigvalsh(np.corrcoef(figures, rowvar=False))
    return Joint(
        figures=len(used),
        effective=float(sizes.sum() ** 2 / (sizes**2).sum()),
        distance=float(np.mean(own)),
        low_90=low,
        median=median,
        high_90=high,
        histories=len(figures),
        beyond=beyond,
        constant=constant,
    )
