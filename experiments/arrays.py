"""What arrays are called in annotations; docstrings give their shapes."""

from typing import Any

import numpy as np

from model.records import Records as Records

Numbers = np.ndarray[Any, np.dtype[np.float64]]
"""Doubles; what is unknown is not a number."""

Flags = np.ndarray[Any, np.dtype[np.bool_]]
"""True or false."""

Places = np.ndarray[Any, np.dtype[np.int64]]
"""Whole numbers that say where something stands: rows of a table, sets, points."""

Codes = np.ndarray[Any, np.dtype[np.int64]]
"""Whole numbers that stand for words, such as `Grade`, and counts."""


def mean_of_known(values: Numbers, axis: int | tuple[int, ...] = 1) -> Numbers:
    """Mean along an axis of what is known; not a number where nothing is."""
    known = ~np.isnan(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    mean: Numbers = np.divide(total, count, out=np.full(np.shape(count), np.nan), where=count > 0)
    return mean
