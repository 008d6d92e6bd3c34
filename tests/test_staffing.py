"""Social workers in figures, worked by hand."""

import numpy as np
import pytest

from experiments.staffing import agency_share, permanent_staff, vacancy_rate

STAFF = np.array(
    [(10.0, 62.0, 3.0, 25.0)],
    dtype=[(name, np.float64) for name in ("newly_qualified", "experienced", "graduates", "agency")],
)


def test_who_is_on_a_graduate_scheme_holds_a_permanent_post():
    assert permanent_staff(STAFF).tolist() == [75.0]


def test_posts_are_vacant_that_nobody_holds_and_never_fewer_than_none():
    assert vacancy_rate(np.array([75.0, 110.0]), np.array([100.0, 100.0])).tolist() == [25.0, 0.0]


def test_agency_staff_are_a_share_of_all_staff_and_not_of_posts():
    assert agency_share(STAFF["agency"], permanent_staff(STAFF)) == pytest.approx([25.0])
