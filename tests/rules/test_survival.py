"""The clocks of failure and recovery, and the life table they fill."""

import pytest
from helpers import a_council, a_world, agrees_when_compiled, covers, parameters

from model.agents import Followed
from model.codes import Grade, Support
from model.rules.survival import follow_cohort, follow_up, join_cohort, time_failure

OFF = -1
NONE, GOOD, REQUIRES_IMPROVEMENT, INADEQUATE = 0, 2, 3, 4


def live(results, council=None, durations=160):
    """Let quarters go by with these judgements, 0 for none; the life table and the council at the end."""
    council = council or a_council({"inspection.grade": Grade.GOOD})
    table = a_world(durations=durations).durations
    for result in results:
        council.inspection.result = result
        if result:
            council.inspection.previous_grade = council.inspection.grade
            council.inspection.grade = result
        time_failure(council, table)
    return table, council


def counted(table, name):
    return {i: getattr(row, name) for i, row in enumerate(table) if getattr(row, name)}


@covers(time_failure)
def test_a_spell_counts_at_risk_every_quarter_until_the_exit():
    """Judged inadequate in quarter 0 and requires improvement in quarter 3: at risk at 1, 2, 3, out at 3."""
    table, council = live([INADEQUATE, NONE, NONE, REQUIRES_IMPROVEMENT])
    assert counted(table, "still_inadequate") == {1: 1, 2: 1, 3: 1}
    assert counted(table, "got_better") == {3: 1}
    assert counted(table, "not_yet_good") == {1: 1, 2: 1, 3: 1}
    assert counted(table, "got_good") == {}
    outcome = council.outcome
    assert (outcome.better_clock, outcome.good_clock, outcome.relapse_clock) == (OFF, 3, 0)


@covers(time_failure)
def test_good_after_inadequate_ends_both_clocks_and_starts_that_of_relapse():
    table, council = live([INADEQUATE, NONE, GOOD, NONE])
    assert counted(table, "got_better") == counted(table, "got_good") == {2: 1}
    assert counted(table, "may_relapse") == {1: 1}
    assert council.outcome.relapse_clock == 1


@covers(time_failure)
def test_a_relapse_is_timed_from_the_exit_and_opens_a_new_spell_but_no_new_way_to_good():
    """Inadequate at 0, better at 2, inadequate again at 5: relapse at 3 quarters; the way to good, begun at
    0, has gone on for 6 quarters in quarter 6, the new spell for 1.
    """
    table, council = live([INADEQUATE, NONE, REQUIRES_IMPROVEMENT, NONE, NONE, INADEQUATE, NONE])
    assert counted(table, "may_relapse") == {1: 1, 2: 1, 3: 1}
    assert counted(table, "relapsed") == {3: 1}
    outcome = council.outcome
    assert (outcome.better_clock, outcome.good_clock, outcome.relapse_clock) == (1, 6, OFF)


@covers(time_failure)
def test_another_inadequate_judgement_does_not_restart_the_spell():
    table, council = live([INADEQUATE, NONE, INADEQUATE, NONE])
    assert counted(table, "still_inadequate") == {1: 1, 2: 1, 3: 1}
    assert council.outcome.better_clock == 3


@covers(time_failure)
def test_a_spell_under_way_at_the_start_enters_late():
    """Inadequate for 7 quarters in 2014: never counted at durations before 8."""
    begun = a_council({"inspection.grade": 4, "outcome.better_clock": 7, "outcome.good_clock": 7})
    table, _ = live([NONE, REQUIRES_IMPROVEMENT], begun)
    assert counted(table, "still_inadequate") == {8: 1, 9: 1}
    assert counted(table, "got_better") == {9: 1}


@covers(time_failure)
def test_a_council_that_never_fails_is_in_no_life_table():
    table, council = live([GOOD, NONE, REQUIRES_IMPROVEMENT, NONE])
    assert all(value == 0 for row in table for value in vars(row).values())
    assert council.outcome.better_clock == OFF


@covers(time_failure)
def test_durations_beyond_the_table_are_counted_in_its_last_row():
    table, _ = live([INADEQUATE] + [NONE] * 5, durations=4)
    assert counted(table, "still_inadequate") == counted(table, "not_yet_good") == {1: 1, 2: 1, 3: 3}
    table, _ = live([INADEQUATE, GOOD] + [NONE] * 5, durations=4)
    assert counted(table, "may_relapse") == {1: 1, 2: 1, 3: 3}


@covers(follow_up)
def test_years_after_help_begin_to_count_when_it_has_ended_and_go_on_one_by_one():
    council = a_council({"intervention.end_kind": Support.ADVISER, "workforce.posts": 10.0})
    council.workforce.experienced = 12.0
    followed = Followed()
    clocks = []
    for quarter in range(21):
        council.practice.quality = float(quarter)
        follow_up(council, followed)
        clocks.append(council.outcome.support_clock)
    assert clocks == list(range(21))
    assert (followed.three_years_after_help, followed.five_years_after_help) == (1, 1)
    assert followed.quality_after_help == 20.0, "that of five years later"
    assert followed.vacancy == 0.0, "more staff than posts is no negative vacancy"


@covers(follow_up)
def test_three_years_after_a_failure_are_twelve_quarters_after_that_in_which_it_was_found():
    council = a_council({"inspection.result": INADEQUATE, "practice.quality": 40.0})
    followed, clocks = Followed(), []
    for _ in range(13):
        follow_up(council, followed)
        council.inspection.result = NONE
        clocks.append(council.outcome.failure_clock)
    assert clocks == [*range(12), OFF]
    assert (followed.three_years_after_failure, followed.quality_after_failure) == (1, 40.0)


@covers(follow_cohort)
def test_each_council_of_the_cohort_is_counted_once_from_its_first_quarter():
    council = a_council({"inspection.grade": Grade.INADEQUATE})
    join_cohort(council)
    followed = Followed()
    for counted_so_far in (1, 1, 1):
        follow_cohort(council, followed, parameters())
        assert followed.cohort == counted_so_far
    council.inspection.grade = Grade.GOOD
    follow_cohort(council, followed, parameters())
    assert (council.outcome.cohort_held, followed.cohort_held) == (0, 4)


@pytest.mark.slow
def test_the_clocks_are_the_same_when_compiled():
    from model.rule import rule

    @rule
    def alone(council, duration, p):
        time_failure(council, (duration,))

    duration = a_world(durations=1).durations[0]
    council = a_council({"outcome.better_clock": 3, "inspection.grade": Grade.INADEQUATE})
    assert agrees_when_compiled(alone, council, duration)


def seen_again(council, quarters):
    """What is noted of a council over some quarters in which nothing is published and nothing begins."""
    followed = Followed()
    for _ in range(quarters):
        follow_up(council, followed)
        council.inspection.result = 0
        council.intervention.end_kind = 0
    return followed


STAFFED = {
    "workforce.posts": 100.0,
    "workforce.newly_qualified": 20.0,
    "workforce.experienced": 60.0,
    "workforce.graduates": 5.0,
    "workforce.experienced_share": 0.6,
    "practice.quality": 48.0,
}


@covers(follow_up)
def test_a_council_is_seen_three_and_five_years_after_help_first_ended():
    """Help ended in quarter 0: staff are looked at 12 quarters later, 85 of 100 posts filled, quality after
    20.
    """
    council = a_council(STAFFED | {"intervention.end_kind": Support.PRIVATE})
    followed = seen_again(council, 13)
    assert (followed.three_years_after_help, followed.five_years_after_help) == (1, 0)
    assert (followed.experienced, followed.vacancy) == pytest.approx((0.6, 0.15))
    followed = seen_again(council, 8)
    assert (followed.five_years_after_help, followed.quality_after_help) == (1, 48.0)


@covers(follow_up)
def test_help_that_another_arrangement_follows_at_once_has_not_ended():
    council = a_council({"intervention.end_kind": Support.ADVISER, "arrangement.kind": Support.TRUST})
    seen_again(council, 1)
    assert council.outcome.support_clock == OFF


@covers(follow_up)
def test_a_council_that_fails_is_seen_three_years_later_and_may_be_seen_again_after_another_failure():
    failed = {"inspection.result": 4, "inspection.previous_grade": 3, "practice.quality": 33.0}
    council = a_council(failed)
    followed = seen_again(council, 13)
    assert (followed.three_years_after_failure, followed.quality_after_failure) == (1, 33.0)
    assert council.outcome.failure_clock == OFF
    council.inspection.result = 4
    assert seen_again(council, 13).three_years_after_failure == 1


@covers(follow_up)
def test_a_second_judgement_of_inadequate_in_a_row_is_no_new_failure():
    council = a_council({"inspection.result": 4, "inspection.previous_grade": 4})
    seen_again(council, 1)
    assert council.outcome.failure_clock == OFF


@pytest.mark.slow
def test_seeing_again_is_the_same_when_compiled():
    from model.rule import rule

    @rule
    def alone(council, followed, p):
        follow_up(council, followed)

    council = a_council(STAFFED | {"outcome.support_clock": 11, "outcome.failure_clock": 11})
    assert agrees_when_compiled(alone, council, Followed())


# ---- The cohort: councils inadequate when the run begins

BAR = parameters({"inspection.inadequate_bar": 30.0})


@covers(join_cohort)
@pytest.mark.parametrize("grade,joins", [(INADEQUATE, 1), (REQUIRES_IMPROVEMENT, 0), (GOOD, 0), (NONE, 0)])
def test_who_is_inadequate_when_the_run_begins_joins_the_cohort(grade, joins):
    council = a_council({"inspection.grade": grade, "outcome.cohort": 1 - joins, "outcome.cohort_clock": 9})
    join_cohort(council)
    outcome = council.outcome
    assert (outcome.cohort, outcome.cohort_held, outcome.cohort_clock) == (joins, joins, 0)


def followed_through(qualities, grades, grade=INADEQUATE):
    """What is noted of a council with these qualities and judgements in force, quarter by quarter."""
    council = a_council({"inspection.grade": grade})
    join_cohort(council)
    followed = Followed()
    for quality, in_force in zip(qualities, grades, strict=True):
        council.practice.quality = quality
        council.inspection.grade = in_force
        follow_cohort(council, followed, BAR)
    return followed


@covers(follow_cohort)
def test_two_clocks_run_for_the_cohort_the_judgement_s_until_it_is_better_and_quality_s_to_the_end():
    """Below the bar of 30 in quarters 1, 2 and 5, on it in 3; better in quarter 3, inadequate again in 5."""
    followed = followed_through([20.0, 29.9, 30.0, 40.0, 10.0], [4, 4, 3, 3, 4])
    assert (followed.cohort, followed.cohort_weak, followed.cohort_held) == (1, 3, 3)
    assert (followed.cohort_seen, followed.cohort_quality) == (0, 0.0)


@covers(follow_cohort)
def test_an_exit_that_never_comes_is_counted_to_the_end_of_what_is_run():
    followed = followed_through([50.0] * 7, [INADEQUATE] * 7)
    assert (followed.cohort_held, followed.cohort_weak) == (7, 0)


@covers(follow_cohort)
def test_the_quality_of_the_cohort_is_seen_once_three_years_on_whatever_the_judgement():
    followed = followed_through([float(k) for k in range(1, 15)], [4] * 5 + [2] * 9)
    assert (followed.cohort_seen, followed.cohort_quality) == (1, 12.0)


@covers(follow_cohort)
def test_a_council_that_fails_later_is_not_of_the_cohort():
    followed = followed_through([20.0] * 3, [GOOD, INADEQUATE, INADEQUATE], grade=GOOD)
    assert set(vars(followed).values()) == {0}


@pytest.mark.slow
@pytest.mark.parametrize("clock", [0, 11])
def test_following_the_cohort_is_the_same_when_compiled(clock):
    from model.rule import rule

    @rule
    def alone(council, followed, p):
        join_cohort(council)
        council.outcome.cohort_clock = clock
        follow_cohort(council, followed, p)

    council = a_council({"inspection.grade": Grade.INADEQUATE, "practice.quality": 12.5})
    assert agrees_when_compiled(alone, council, Followed())
