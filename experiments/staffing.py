"""A council's social workers in figures, from the state of its workforce or from what is seen of it."""

import numpy as np

from experiments.arrays import Numbers, Records
from experiments.units import PERCENT


def permanent_staff(workforce: Records) -> Numbers:
    """Social workers in permanent posts, those on a graduate scheme among them, FTE; shape of the records."""
    held: Numbers = workforce["newly_qualified"] + workforce["experienced"] + workforce["graduates"]
    return held


def vacancy_rate(permanent: Numbers, posts: Numbers) -> Numbers:
    """Posts without a permanent holder, % of all posts; not a number where there are none."""
    rate: Numbers = PERCENT * np.maximum(0.0, 1.0 - permanent / posts)
    return rate


def agency_share(agency: Numbers, permanent: Numbers) -> Numbers:
    """Agency staff, % of all staff; not a number where there are none."""
    share: Numbers = PERCENT * agency / (permanent + agency)
    return share
