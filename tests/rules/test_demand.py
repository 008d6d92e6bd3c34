"""Need, work and care, worked by hand."""

import pytest
from helpers import a_council, a_nation, agrees_when_compiled, covers, parameters

from model.rules.demand import failure, raise_need, take_children_into_care, turn_need_into_work


@covers(raise_need)
def test_local_need_persists_and_takes_in_the_shock_while_the_surge_fades():
    """need = 0.9 x 0.1 + 0.02 x 1.5 = 0.12; surge = 0.12 x (1 - 1/6) = 0.1."""
    council = a_council({"demand.need": 0.1, "demand.surge": 0.12, "shock.need": 1.5})
    raise_need(council, 0.02, parameters({"demand.need_persistence": 0.9, "demand.surge_fade": 6.0}))
    assert council.demand.need == pytest.approx(0.12)
    assert council.demand.surge == pytest.approx(0.1)


@covers(failure)
def test_failure_is_the_distance_below_fifty_as_a_share_of_the_scale():
    """(50 - 35) / 100 = 0.15, and a good service is a negative failure: (50 - 60) / 100 = -0.1."""
    assert failure(35.0, parameters()) == pytest.approx(0.15)
    assert failure(60.0, parameters()) == pytest.approx(-0.1)


@covers(turn_need_into_work)
def test_work_rises_with_need_failure_and_surges_and_falls_with_early_help_and_partnership():
    """Remembered quality = 48 + (40 - 48) / 8 = 47, so failure = 0.03.

    log work = 0.01 + 0.05 + 0.5 x 0.03 + 0.1 - 0.2 x (0.5 - 1) - 0.2 x (0.7 - 0.5) = 0.235; e^0.235 =
    1.264909.
    """
    council = a_council(
        {
            "practice.quality": 40.0,
            "practice.quality_remembered": 48.0,
            "demand.need": 0.05,
            "demand.surge": 0.1,
            "budget.early_help_felt": 0.5,
            "standing.partnership": 0.7,
        }
    )
    p = parameters({"demand.failure_demand": 0.5, "demand.early_help_effect": 0.2, "demand.duplication": 0.2})
    turn_need_into_work(council, a_nation({"need": 0.01}), p)
    assert council.practice.quality_remembered == pytest.approx(47.0)
    assert council.demand.workload == pytest.approx(1.264909, abs=1e-6)


@covers(turn_need_into_work)
@pytest.mark.parametrize("partnership,twice", [(0.7, 0.06), (1.0, 0.0), (0.0, 0.2)])
def test_agencies_do_twice_what_they_do_not_do_together(partnership, twice):
    """0.2 x (1 - 0.7) = 0.06."""
    council = a_council({"standing.partnership": partnership})
    turn_need_into_work(council, a_nation(), parameters({"demand.duplication": 0.2}))
    assert council.demand.done_twice == pytest.approx(twice)


@covers(take_children_into_care)
def test_children_in_care_approach_what_need_failure_and_early_help_make_of_the_national_path():
    """log target = 0.1 + 0.5 x 0.2 + 0.3 x (50 - 30) / 100 - 0.5 x 0.2 x (0.5 - 1) = 0.31; e^0.31 = 1.363425.

    looked after = 1 + (1.363425 - 1) / 8 = 1.045428.
    """
    council = a_council(
        {
            "demand.looked_after": 1.0,
            "demand.need": 0.2,
            "practice.quality_remembered": 30.0,
            "budget.early_help_felt": 0.5,
        }
    )
    take_children_into_care(
        council, a_nation({"looked_after": 0.1}), parameters({"demand.early_help_effect": 0.2})
    )
    assert council.demand.looked_after == pytest.approx(1.045428, abs=1e-6)


@pytest.mark.slow
def test_work_is_the_same_when_compiled():
    council = a_council({"practice.quality": 40.0, "demand.need": 0.05, "budget.early_help_felt": 0.5})
    assert agrees_when_compiled(turn_need_into_work, council, a_nation({"need": 0.01}))
