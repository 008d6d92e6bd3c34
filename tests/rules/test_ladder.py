"""When something is due on the ladder, what is decided on, and when it is over."""

import pytest
from helpers import (
    a_council,
    a_partner,
    a_provider,
    a_world,
    agrees_when_compiled,
    covers,
    parameters,
)
from ladder_helpers import ADVISED, LADDER, failing

from model.codes import Grade, Stage, Support
from model.rules.ladder import (
    arrangement_is_over,
    deadline_has_passed,
    decide_plan,
    decision_is_due,
    draw_plan,
    failed_again,
    has_brought_nothing,
    has_failed_repeatedly,
    progress_buys_time,
    pulls_back,
    takeover_is_due,
)

P = parameters(LADDER)


@covers(has_failed_repeatedly)
@pytest.mark.parametrize(
    "in_spell,ever,at,repeatedly",
    [
        (1, 2, 2, False),
        (2, 2, 2, True),
        (3, 2, 2, True),
        (1, 3, 2, True),
        (1, 4, 2, True),
        (1, 1, 1, True),
        (4, 4, 0, False),
    ],
    ids=[
        "once",
        "twice in the spell",
        "three times in the spell",
        "three times ever",
        "four times ever",
        "once is enough",
        "never",
    ],
)
def test_failing_twice_in_a_spell_or_thrice_ever_is_repeated_failure(in_spell, ever, at, repeatedly):
    council = failing({"inspection.inadequate_in_spell": in_spell, "inspection.inadequate_ever": ever})
    p = parameters(LADDER | {"regime.immediate_takeover": at})
    assert has_failed_repeatedly(council.inspection, p) == repeatedly


@covers(takeover_is_due)
@pytest.mark.parametrize(
    "clock,deadline,in_spell,due",
    [(3.0, 4, 1, False), (4.0, 4, 1, True), (40.0, 0, 1, False), (0.0, 0, 2, True)],
    ids=["before the deadline", "at the deadline", "no deadline", "repeated failure"],
)
def test_takeover_is_due_at_the_deadline_or_after_repeated_failure(clock, deadline, in_spell, due):
    council = failing({"intervention.since_failure": clock, "inspection.inadequate_in_spell": in_spell})
    p = parameters(LADDER | {"regime.takeover_deadline": deadline})
    assert takeover_is_due(council, p) == due


@covers(deadline_has_passed)
@pytest.mark.parametrize("deadline,passed", [(2, True), (3, True), (4, False), (0, False)])
def test_the_deadline_runs_from_the_first_judgement_whatever_was_arranged_since(deadline, passed):
    council = failing({"intervention.since_failure": 3.0, "intervention.clock": 1.0})
    p = parameters(LADDER | {"regime.takeover_deadline": deadline})
    assert deadline_has_passed(council.intervention, p) == passed


@covers(decision_is_due)
@pytest.mark.parametrize("clock,in_spell,due", [(1.0, 1, False), (2.0, 1, True), (0.0, 2, True)])
def test_support_waits_for_its_delay_but_repeated_failure_does_not(clock, in_spell, due):
    council = failing({"intervention.clock": clock, "inspection.inadequate_in_spell": in_spell})
    assert decision_is_due(council, P) == due


@covers(progress_buys_time)
@pytest.mark.parametrize(
    "visited,progress,in_spell,draw,bought",
    [
        (1, 1, 1, 0.49, True),
        (1, 1, 1, 0.51, False),
        (1, 0, 1, 0.0, False),
        (1, 1, 2, 0.0, False),
        (0, 1, 1, 0.0, False),
    ],
    ids=["with patience", "without", "no progress", "failed again", "visits are suspended"],
)
def test_progress_buys_time_by_patience_but_not_after_a_repeated_failure(
    visited, progress, in_spell, draw, bought
):
    council = failing(
        {
            "intervention.monitored": visited,
            "intervention.progress": progress,
            "inspection.inadequate_in_spell": in_spell,
            "shock.patience": draw,
        }
    )
    assert progress_buys_time(council, P) == bought


AD_HOC = {
    "regime.support_mix.own_plan": 0.05,
    "regime.support_mix.adviser": 0.87,
    "regime.support_mix.trust": 0.04,
    "regime.support_mix.partner_council": 0.04,
    "regime.takeover_mix.own_plan": 0.0,
    "regime.takeover_mix.adviser": 0.55,
    "regime.takeover_mix.trust": 0.37,
    "regime.takeover_mix.partner_council": 0.08,
}


@covers(draw_plan)
@pytest.mark.parametrize(
    "stage,draw,plan",
    [
        (Stage.SUPPORT, 0.049, Support.OWN_PLAN),
        (Stage.SUPPORT, 0.051, Support.ADVISER),
        (Stage.SUPPORT, 0.919, Support.ADVISER),
        (Stage.SUPPORT, 0.921, Support.TRUST),
        (Stage.SUPPORT, 0.961, Support.PARTNER_COUNCIL),
        (Stage.TAKEOVER, 0.0, Support.ADVISER),
        (Stage.TAKEOVER, 0.549, Support.ADVISER),
        (Stage.TAKEOVER, 0.551, Support.TRUST),
        (Stage.TAKEOVER, 0.921, Support.PARTNER_COUNCIL),
    ],
)
def test_the_plan_is_the_arrangement_whose_cumulated_probability_first_exceeds_the_draw(stage, draw, plan):
    """Support: 0.05, 0.92, 0.96, 1. Takeover: 0.55, 0.92, 1."""
    assert draw_plan(stage, draw, parameters(AD_HOC)) == plan


@covers(draw_plan)
def test_where_the_probabilities_leave_a_gap_the_council_keeps_its_own_plan():
    p = parameters({"regime.support_mix.own_plan": 0.0, "regime.support_mix.adviser": 0.5})
    assert draw_plan(Stage.SUPPORT, 0.7, p) == Support.OWN_PLAN


@covers(decide_plan)
def test_a_plan_is_held_for_the_spell_whatever_later_luck():
    p = parameters(AD_HOC)
    council = failing({"shock.arrangement": 0.03})
    decide_plan(council, p)
    assert (council.intervention.stage, council.intervention.plan) == (Stage.SUPPORT, Support.OWN_PLAN)
    council.shock.arrangement = 0.5
    decide_plan(council, p)
    assert council.intervention.plan == Support.OWN_PLAN, "own plan means own plan"


@covers(decide_plan)
def test_the_upper_rung_is_decided_on_anew():
    council = failing({"shock.arrangement": 0.6})
    decide_plan(council, P)
    assert council.intervention.plan == Support.ADVISER
    council.inspection.inadequate_in_spell = 2
    decide_plan(council, P)
    assert (council.intervention.stage, council.intervention.plan) == (Stage.TAKEOVER, Support.TRUST)


@covers(failed_again)
@pytest.mark.parametrize(
    "result,in_spell,at,again",
    [(4, 2, 2, True), (0, 2, 2, False), (4, 1, 2, False), (4, 3, 0, False)],
    ids=["now", "earlier", "the first time", "never counts"],
)
def test_failing_again_is_news_only_in_the_quarter_of_the_judgement(result, in_spell, at, again):
    council = failing({"inspection.result": result, "inspection.inadequate_in_spell": in_spell})
    assert failed_again(council.inspection, parameters({"regime.immediate_takeover": at})) == again


CONTRACT = {
    "arrangement.kind": Support.PRIVATE,
    "arrangement.ally": 0,
    "arrangement.age": 8,
    "practice.trend": -0.1,
    "shock.pull_back": 0.24,
}
BETTER = {"inspection.grade": Grade.REQUIRES_IMPROVEMENT}


@covers(pulls_back)
@pytest.mark.parametrize(
    "twin,returned",
    [
        ({}, True),
        ({"arrangement.kind": Support.TRUST}, False),
        ({"arrangement.age": 7}, False),
        ({"practice.trend": 0.1}, False),
        (BETTER, False),
        ({"shock.pull_back": 0.26}, False),
        (BETTER | {"arrangement.voluntary": 1}, True),
        (BETTER | {"arrangement.voluntary": 1, "practice.trend": 0.1}, False),
        (BETTER | {"arrangement.voluntary": 1, "arrangement.kind": Support.MUTUAL}, False),
    ],
    ids=[
        "returned",
        "a trust",
        "too early",
        "it brings something",
        "better",
        "other luck",
        "chosen",
        "chosen and worth it",
        "a chosen mutual",
    ],
)
def test_a_council_may_return_a_contract_that_has_brought_nothing(twin, returned):
    p = parameters({"market.pull_back": 0.25, "market.pull_back_after": 8.0})
    assert pulls_back(failing(CONTRACT | twin), p) == returned


LENGTHS = {
    "arrangement.adviser.duration": 4,
    "arrangement.private.duration": 4,
    "arrangement.private.contract_quarters": 14,
    "market.pull_back": 0.25,
}


@covers(arrangement_is_over)
@pytest.mark.parametrize(
    "state,over",
    [
        (ADVISED | {"inspection.grade": 3, "arrangement.age": 4}, True),
        (ADVISED | {"inspection.grade": 3, "arrangement.age": 3}, False),
        (ADVISED | {"arrangement.age": 40}, False),
        (CONTRACT | {"arrangement.age": 14, "shock.pull_back": 0.9}, True),
        (CONTRACT | {"arrangement.age": 13, "shock.pull_back": 0.9}, False),
        (CONTRACT, False),
    ],
    ids=[
        "it has done its work",
        "it has not lasted long enough",
        "the council is still inadequate",
        "the contract has run out",
        "the contract runs",
        "that it could be returned is another matter",
    ],
)
def test_an_arrangement_ends_when_it_has_done_its_work_or_run_out(state, over):
    council = failing(state)
    world = a_world([council], [a_partner()], [a_provider()])
    assert arrangement_is_over(council, world, parameters(LENGTHS)) == over


@covers(arrangement_is_over)
def test_an_arrangement_ends_when_its_other_side_is_gone():
    council = failing(CONTRACT | {"arrangement.age": 3})
    world = a_world([council], providers=[a_provider({"active": 0})])
    assert arrangement_is_over(council, world, parameters(LENGTHS))


@covers(pulls_back)
@pytest.mark.parametrize("kind", [Support.TRUST, Support.COMMISSIONER, Support.ALLIANCE])
def test_where_any_arrangement_can_be_returned_a_trust_or_commissioner_can(kind):
    p = parameters({"market.pull_back": 0.25, "market.pull_back_after": 8.0, "regime.pull_back_any": 1})
    council = failing(CONTRACT | {"arrangement.kind": kind})
    assert pulls_back(council, p)
    assert not pulls_back(council, parameters({"market.pull_back": 0.25})), "the neutral setting"


@covers(has_brought_nothing)
@pytest.mark.parametrize(
    "needed,visits,trend,nothing",
    [(0, 9, 0.1, False), (0, 0, 0.0, True), (3, 3, 0.1, True), (3, 2, -0.5, False)],
    ids=["it rises now", "it does not", "three visits in vain", "two are not enough, whatever the trend"],
)
def test_the_evidence_is_the_present_trend_or_visits_in_a_row_without_progress(
    needed, visits, trend, nothing
):
    council = failing({"intervention.without_progress": visits, "practice.trend": trend})
    assert has_brought_nothing(council, parameters({"market.pull_back_visits": needed})) == nothing


@covers(has_brought_nothing)
@pytest.mark.parametrize("trend,nothing", [(0.0, True), (0.1, False)])
def test_where_nobody_visits_the_trend_is_evidence_however_many_visits_would_be_needed(trend, nothing):
    """A council that is not inadequate and wants to return what it chose has had no visit."""
    council = failing(BETTER | {"practice.trend": trend})
    assert has_brought_nothing(council, parameters({"market.pull_back_visits": 3})) == nothing


@covers(decide_plan)
def test_nobody_climbs_down_the_ladder():
    """What was decided on the upper rung holds though takeover is not due."""
    council = failing({"intervention.stage": Stage.TAKEOVER, "intervention.plan": Support.OWN_PLAN})
    decide_plan(council, P)
    assert (council.intervention.stage, council.intervention.plan) == (Stage.TAKEOVER, Support.OWN_PLAN)


@pytest.mark.slow
def test_the_decision_is_the_same_when_compiled():
    council = failing({"intervention.clock": 4.0, "shock.arrangement": 0.3})
    assert agrees_when_compiled(decide_plan, council, settings=LADDER)


@covers(arrangement_is_over)
@pytest.mark.parametrize(
    "age,grade,over",
    [
        (13, Grade.GOOD, False),
        (14, Grade.GOOD, True),
        (5, Grade.INADEQUATE, True),
        (5, Grade.REQUIRES_IMPROVEMENT, False),
    ],
    ids=["it runs", "it has run out", "the council failed", "the council did not fail"],
)
def test_what_a_council_chose_lasts_until_it_runs_out_or_the_council_fails(age, grade, over):
    """Imposed, the contract would have done its work after four quarters."""
    council = failing(
        CONTRACT
        | {
            "arrangement.age": age,
            "arrangement.voluntary": 1,
            "inspection.grade": grade,
            "shock.pull_back": 0.9,
        }
    )
    world = a_world([council], providers=[a_provider()])
    assert arrangement_is_over(council, world, parameters(LENGTHS)) == over


@covers(deadline_has_passed)
@pytest.mark.parametrize("since,passed", [(0.0, False), (1.0, True), (2.0, True)])
def test_a_deadline_of_one_quarter_is_a_deadline(since, passed):
    council = failing({"intervention.since_failure": since})
    p = parameters(LADDER | {"regime.takeover_deadline": 1})
    assert deadline_has_passed(council.intervention, p) == passed


@covers(arrangement_is_over)
@pytest.mark.parametrize("age,over", [(3, False), (4, True), (5, True)])
def test_an_arrangement_that_has_outlasted_its_time_ends_as_soon_as_the_council_is_better(age, over):
    council = a_council(ADVISED | {"arrangement.age": age, "inspection.grade": Grade.GOOD})
    p = parameters({"arrangement.adviser.duration": 4})
    assert arrangement_is_over(council, a_world([council], [a_partner()]), p) == over


@covers(arrangement_is_over)
@pytest.mark.parametrize("age,quarters,over", [(0, 1, False), (1, 1, True), (2, 1, True), (9, 4, True)])
def test_a_contract_is_over_when_its_quarters_have_passed_however_few(age, quarters, over):
    council = failing({"arrangement.kind": Support.PRIVATE, "arrangement.ally": 0, "arrangement.age": age})
    p = parameters({"arrangement.private.contract_quarters": quarters})
    assert arrangement_is_over(council, a_world([council], providers=[a_provider()]), p) == over


@covers(has_brought_nothing)
@pytest.mark.parametrize("visits,nothing", [(1, False), (2, True), (3, True)])
def test_as_many_visits_without_progress_as_are_asked_for_are_enough_and_so_are_more(visits, nothing):
    council = failing({"intervention.without_progress": visits, "practice.trend": 1.0})
    assert has_brought_nothing(council, parameters({"market.pull_back_visits": 2})) == nothing
