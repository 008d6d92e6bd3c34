"""The ladder of intervention, rung by rung: delay, deadline, progress, repeated failure, tenders, record."""

import pytest
from helpers import (
    a_council,
    a_nation,
    a_partner,
    a_provider,
    a_world,
    agrees_when_compiled,
    change,
    covers,
    parameters,
)
from ladder_helpers import ADVISED, FAILING, LADDER, failing

from model.codes import Grade, PartnerKind, ProviderKind, Stage, Support, Takeover
from model.rules import intervention as rules
from model.rules.intervention import (
    carry_out_plan,
    change_to_plan,
    climb_ladder,
    close_arrangement,
    count_waiting,
    engage_sector,
    escalate,
    feel_urgency,
    find_ally,
    follow_record,
    hand_over,
    hold_monitoring_visit,
    intervene,
    is_first_response,
    is_reviewed,
    keep_services,
    kind_to_try,
    must_escalate,
    note_nothing,
    note_takeover,
    offer_early_support,
    open_accounts,
    respond_at_once,
    review_arrangement,
    tender_again,
)

NOBODY = -1
P = parameters(LADDER)
PROGRESS = {"practice.trend": 0.3, "practice.leadership": 0.6}
SPONSOR = {"kind": ProviderKind.CHARITY}


def with_help(council, adviser=None, sponsor=None):
    """A world with one adviser and one sponsor of trusts."""
    return a_world([council], [a_partner(adviser)], [a_provider(SPONSOR | (sponsor or {}))])


FULL = {"load": 2}


@covers(note_nothing)
def test_each_quarters_account_begins_empty():
    council = a_council(
        {f"intervention.{name}": 5 for name in ("tender", "bids", "refused", "start_kind", "end_kind")}
    )
    note_nothing(council.intervention)
    assert all(value == 0 for value in vars(council.intervention).values())


@covers(open_accounts)
def test_what_is_counted_in_more_than_one_phase_begins_anew_with_the_quarter():
    counted = ("requested", "returned", "taken_over", "dismissed")
    council = a_council(
        {f"intervention.{name}": 1 for name in counted}
        | {f"capacity.{name}": 1 for name in ("reviewing", "reviewed", "lesson")}
        | {"intervention.waited": 3, "intervention.without_progress": 2, "capacity.improvement": 0.5}
    )
    open_accounts(council)
    intervention, capacity = council.intervention, council.capacity
    assert [getattr(intervention, name) for name in counted] == [0, 0, 0, 0]
    assert (capacity.reviewing, capacity.reviewed, capacity.lesson) == (0, 0, 0.0)
    assert (intervention.waited, intervention.without_progress, capacity.improvement) == (3, 2, 0.5)


@covers(hold_monitoring_visit)
@pytest.mark.parametrize("trend,leadership,found", [(0.3, 0.6, 1), (0.25, 0.6, 0), (0.3, 0.5, 0)])
def test_a_visit_finds_progress_where_quality_rises_fast_enough_under_sound_leadership(
    trend, leadership, found
):
    council = failing({"practice.trend": trend, "practice.leadership": leadership})
    hold_monitoring_visit(council, a_nation(), P)
    assert (council.intervention.monitored, council.intervention.progress) == (1, found)


@covers(hold_monitoring_visit)
@pytest.mark.parametrize("last", [0, 1])
def test_while_inspections_are_suspended_the_last_visits_finding_stands(last):
    council = failing({"practice.trend": 0.3 - last, "practice.leadership": 0.6})
    council.intervention.progress = last
    hold_monitoring_visit(council, a_nation({"suspended": 1}), P)
    assert (council.intervention.monitored, council.intervention.progress) == (0, last)


@covers(hold_monitoring_visit)
def test_councils_that_are_not_inadequate_are_not_visited():
    council = a_council({"inspection.grade": Grade.GOOD})
    hold_monitoring_visit(council, a_nation(), P)
    assert council.intervention.monitored == 0


@covers(hold_monitoring_visit)
@pytest.mark.parametrize(
    "state,counted",
    [(ADVISED | {"arrangement.age": 3}, 1), (ADVISED | {"arrangement.age": 2}, 0), ({}, 0)],
    ids=["under way", "being set up", "nothing in force"],
)
def test_visits_count_against_an_arrangement_once_it_is_under_way(state, counted):
    """It is set up for two quarters. A count begun under another arrangement is not carried on."""
    council = failing(state | {"practice.trend": 0.1, "practice.leadership": 0.6})
    hold_monitoring_visit(council, a_nation(), parameters(LADDER | {"arrangement.adviser.setup_quarters": 2}))
    assert (council.intervention.monitored, council.intervention.without_progress) == (1, counted)


@covers(hold_monitoring_visit)
def test_visits_in_a_row_without_progress_are_counted_until_one_finds_it():
    """Two in vain, one that is not held, a third in vain; then progress, or the council is better."""
    under_way = ADVISED | {"arrangement.age": 9, "practice.leadership": 0.6}
    council = failing(under_way | {"practice.trend": 0.1})
    for suspended in (0, 0, 1, 0):
        hold_monitoring_visit(council, a_nation({"suspended": suspended}), P)
    assert council.intervention.without_progress == 3
    better = failing(
        under_way | {"intervention.without_progress": 3, "inspection.grade": Grade.REQUIRES_IMPROVEMENT}
    )
    council.practice.trend = 0.3
    for each in (council, better):
        hold_monitoring_visit(each, a_nation(), P)
        assert each.intervention.without_progress == 0


@covers(feel_urgency)
def test_urgency_is_full_while_inadequate_and_fades_after():
    """0.5 x 0.94 = 0.47, and start-up disruption 0.2 x 0.75 = 0.15; the clock runs only while inadequate."""
    state = {"capacity.urgency": 0.5, "arrangement.disruption": 0.2, "intervention.clock": 3.0}
    council, inadequate = a_council(state), failing(state)
    feel_urgency(council, P)
    feel_urgency(inadequate, P)
    assert council.capacity.urgency == pytest.approx(0.47)
    assert council.arrangement.disruption == pytest.approx(0.15)
    assert council.intervention.clock == 3.0
    assert (inadequate.capacity.urgency, inadequate.intervention.clock) == (1.0, 4.0)


@covers(find_ally)
def test_contracts_and_trusts_look_for_providers_and_all_else_for_partners():
    council = failing()
    world = a_world(
        [council, a_council({"inspection.grade": Grade.GOOD})],
        [a_partner(), a_partner({"kind": PartnerKind.ALLIANCE, "home": 1})],
        [a_provider({"kind": ProviderKind.MUTUAL}), a_provider()],
    )
    assert find_ally(council, Support.PRIVATE, world, P) == 1
    assert find_ally(council, Support.TRUST, world, P) == 0
    assert find_ally(council, Support.ADVISER, world, P) == 0
    assert find_ally(council, Support.ALLIANCE, world, P) == 1
    assert find_ally(council, Support.PARTNER_COUNCIL, world, P) == NOBODY
    assert council.intervention.requested == 1, "refused or not"


@covers(climb_ladder)
@pytest.mark.parametrize("clock,kind", [(1.0, Support.NONE), (2.0, Support.ADVISER), (4.0, Support.TRUST)])
def test_support_comes_after_its_delay_and_takeover_at_the_deadline(clock, kind):
    council = failing({"intervention.clock": clock, "intervention.since_failure": clock})
    climb_ladder(council, with_help(council), P)
    assert council.arrangement.kind == kind


@covers(climb_ladder)
def test_progress_postpones_support_quarter_by_quarter():
    visit = {"intervention.monitored": 1, "intervention.progress": 1}
    council = failing(visit | {"intervention.clock": 2.0, "shock.patience": 0.1})
    world = with_help(council)
    climb_ladder(council, world, P)
    assert council.arrangement.kind == Support.NONE
    assert council.intervention.stage == Stage.NONE, "nothing is decided yet"
    council.shock.patience = 0.9
    climb_ladder(council, world, P)
    assert council.arrangement.kind == Support.ADVISER


@covers(climb_ladder)
def test_a_council_left_to_its_own_plan_is_helped_by_nobody():
    council = failing({"intervention.clock": 9.0})
    p = parameters({"regime.takeover_deadline": 0})
    climb_ladder(council, with_help(council), p)
    assert council.arrangement.kind == Support.NONE
    assert (council.intervention.plan, council.intervention.refused) == (Support.OWN_PLAN, 0)


@covers(carry_out_plan)
def test_a_council_that_nobody_takes_on_waits_with_the_fallback():
    council = failing()
    carry_out_plan(council, Support.TRUST, with_help(council, sponsor=FULL), P)
    assert (council.arrangement.kind, council.arrangement.ally) == (Support.ADVISER, 0)
    assert (council.intervention.refused, council.intervention.waiting) == (1, 1)


@covers(carry_out_plan)
def test_a_council_that_is_taken_on_does_not_wait():
    council = failing()
    carry_out_plan(council, Support.TRUST, with_help(council), P)
    assert council.arrangement.kind == Support.TRUST
    assert (council.intervention.refused, council.intervention.waiting) == (0, 0)


@covers(carry_out_plan)
@pytest.mark.parametrize(
    "fallback,adviser", [("none", {}), ("adviser", FULL)], ids=["no fallback", "no adviser free"]
)
def test_without_a_fallback_that_has_room_the_council_is_on_its_own(fallback, adviser):
    council = failing()
    p = parameters(LADDER | {"regime.fallback": fallback})
    carry_out_plan(council, Support.TRUST, with_help(council, adviser, FULL), p)
    assert council.arrangement.kind == Support.NONE
    assert (council.intervention.refused, council.intervention.waiting) == (1, 0)


WAITING = ADVISED | {"intervention.waiting": 1, "intervention.plan": Support.TRUST}


@covers(tender_again)
@covers(hand_over)
def test_the_stand_in_leaves_when_somebody_takes_the_council_on():
    council = failing(WAITING)
    world = with_help(council, {"load": 1})
    tender_again(council, world, P)
    assert (council.arrangement.kind, council.intervention.waiting) == (Support.TRUST, 0)
    assert (council.intervention.start_kind, council.intervention.end_kind) == (
        Support.TRUST,
        Support.ADVISER,
    )
    assert (world.partners[0].load, world.providers[0].load) == (0, 1)


@covers(tender_again)
def test_the_stand_in_stays_while_nobody_does():
    council = failing(WAITING)
    world = with_help(council, {"load": 1}, FULL)
    tender_again(council, world, P)
    assert (council.arrangement.kind, council.intervention.waiting) == (Support.ADVISER, 1)
    assert (council.intervention.refused, world.partners[0].load) == (1, 1)


EARLY = {"regime.early_support": 0.1, "regime.early_support_kind": "adviser"}


@covers(offer_early_support)
@pytest.mark.parametrize(
    "draw,adviser,kind,refused",
    [(0.09, {}, Support.ADVISER, 0), (0.11, {}, Support.NONE, 0), (0.09, FULL, Support.NONE, 1)],
    ids=["offered", "not offered", "nobody free"],
)
def test_a_council_that_requires_improvement_may_be_helped_before_it_fails(draw, adviser, kind, refused):
    council = a_council({"shock.support_request": draw})
    offer_early_support(council, with_help(council, adviser), parameters(EARLY))
    assert (council.arrangement.kind, council.intervention.refused) == (kind, refused)


@covers(offer_early_support)
def test_a_regime_without_early_support_offers_none():
    council = a_council({"shock.support_request": 0.0})
    offer_early_support(council, with_help(council), parameters())
    assert council.arrangement.kind == Support.NONE


AGAIN = {"inspection.result": Grade.INADEQUATE, "inspection.inadequate_in_spell": 2}


@covers(must_escalate)
def test_support_gives_way_when_the_council_fails_again_or_the_deadline_passes():
    assert must_escalate(failing(ADVISED | AGAIN), P)
    assert must_escalate(failing(ADVISED | {"intervention.since_failure": 4.0}), P)
    assert not must_escalate(failing(ADVISED | {"intervention.since_failure": 3.0}), P)
    assert must_escalate(failing(ADVISED | {"inspection.result": 4, "inspection.inadequate_ever": 3}), P)


@covers(must_escalate)
@pytest.mark.parametrize(
    "twin",
    [
        {"inspection.grade": Grade.REQUIRES_IMPROVEMENT},
        {"arrangement.kind": Support.TRUST},
        {"arrangement.kind": Support.PARTNER_COUNCIL},
        {"inspection.result": 0, "intervention.since_failure": 9.0, "intervention.stage": Stage.TAKEOVER},
    ],
    ids=["better", "trust", "run by another council", "this is what takeover brought"],
)
def test_there_is_nothing_to_escalate_from(twin):
    assert not must_escalate(failing(ADVISED | AGAIN | twin), P)


@covers(must_escalate)
def test_support_that_takeover_would_bring_again_goes_on():
    p = parameters(LADDER | {"regime.takeover_mix.trust": 0.0, "regime.takeover_mix.adviser": 1.0})
    assert not must_escalate(failing(ADVISED | AGAIN), p)


@covers(must_escalate)
@pytest.mark.parametrize("draw,escalated", [(0.4, False), (0.6, True)])
def test_progress_buys_time_at_the_deadline_too(draw, escalated):
    visit = {"intervention.monitored": 1, "intervention.progress": 1, "shock.patience": draw}
    council = failing(ADVISED | visit | {"intervention.since_failure": 4.0})
    assert must_escalate(council, P) == escalated


CONTRACT = {
    "arrangement.kind": Support.PRIVATE,
    "arrangement.ally": 0,
    "arrangement.age": 8,
    "practice.trend": -0.1,
    "shock.pull_back": 0.24,
}


@covers(intervene)
@pytest.mark.parametrize("rate,kind", [(0.005, Support.PRIVATE), (0.0, Support.NONE)])
def test_a_council_that_has_not_failed_may_tender_its_services(rate, kind):
    council = a_council({"inspection.grade": Grade.GOOD})
    p = parameters({"regime.market": 1, "regime.voluntary_outsourcing": rate})
    intervene(council, a_world([council], providers=[a_provider()]), p)
    assert (council.arrangement.kind, council.intervention.start_kind) == (kind, kind)


@covers(review_arrangement)
@covers(escalate)
def test_takeover_follows_support_in_the_same_quarter():
    council = failing(ADVISED | AGAIN | {"intervention.clock": 9.0, "intervention.stage": Stage.SUPPORT})
    world = with_help(council, {"load": 1})
    review_arrangement(council, world, P)
    assert council.arrangement.kind == Support.TRUST
    assert (council.intervention.start_kind, council.intervention.end_kind) == (
        Support.TRUST,
        Support.ADVISER,
    )
    assert (world.partners[0].load, world.providers[0].load) == (0, 1)
    assert (council.intervention.stage, council.intervention.clock) == (Stage.TAKEOVER, 9.0)


@covers(escalate)
def test_what_takeover_brings_again_goes_on_without_a_break():
    """The draw of 0.5 falls on the adviser, whom takeover brings with 0.6."""
    mix = {"regime.takeover_mix.trust": 0.4, "regime.takeover_mix.adviser": 0.6}
    council = failing(ADVISED | AGAIN | {"shock.arrangement": 0.5})
    escalate(council, with_help(council, {"load": 1}), parameters(LADDER | mix))
    assert (council.arrangement.kind, council.arrangement.age) == (Support.ADVISER, 1)
    assert (council.intervention.stage, council.intervention.end_kind) == (Stage.TAKEOVER, Support.NONE)


@covers(escalate)
def test_a_council_whose_takeover_nobody_wants_gets_the_stand_in_and_waits():
    council = failing(ADVISED | AGAIN)
    escalate(council, with_help(council, {"load": 1}, FULL), P)
    assert (council.arrangement.kind, council.intervention.waiting) == (Support.ADVISER, 1)


@covers(review_arrangement)
def test_an_arrangement_that_ends_otherwise_starts_the_clock_again_and_holds_the_plan():
    state = {
        "arrangement.age": 4,
        "inspection.grade": 3,
        "intervention.clock": 9.0,
        "intervention.waiting": 1,
    }
    held = {"intervention.stage": Stage.SUPPORT, "intervention.plan": Support.ADVISER}
    council = failing(ADVISED | state | held)
    review_arrangement(council, with_help(council, {"load": 1}), P)
    intervention = council.intervention
    assert council.arrangement.kind == Support.NONE
    assert (intervention.clock, intervention.waiting) == (0.0, 0)
    assert (intervention.stage, intervention.plan) == (Stage.SUPPORT, Support.ADVISER)


@covers(review_arrangement)
def test_a_trust_whose_sponsor_leaves_in_the_quarter_of_a_repeated_failure_does_not_restart_the_clock():
    trust = {"arrangement.kind": Support.TRUST, "arrangement.ally": 0, "intervention.clock": 9.0}
    council = failing(trust | AGAIN)
    review_arrangement(council, with_help(council, sponsor={"active": 0, "load": 1}), P)
    assert (council.arrangement.kind, council.intervention.clock) == (Support.NONE, 9.0)


@covers(review_arrangement)
def test_a_council_that_waits_is_tendered_again_and_one_that_is_better_waits_no_more():
    waiting = failing(WAITING)
    review_arrangement(waiting, with_help(waiting, {"load": 1}), P)
    assert waiting.arrangement.kind == Support.TRUST
    better = failing(WAITING | {"inspection.grade": Grade.REQUIRES_IMPROVEMENT})
    review_arrangement(better, with_help(better, {"load": 1}), P)
    assert (better.arrangement.kind, better.intervention.waiting) == (Support.ADVISER, 0)


@covers(review_arrangement)
def test_an_arrangement_that_is_not_over_goes_on():
    council = failing(ADVISED)
    review_arrangement(council, with_help(council, {"load": 1}), P)
    assert (council.arrangement.kind, council.intervention.refused) == (Support.ADVISER, 0)


@covers(follow_record)
def test_a_recorded_arrangement_is_put_in_place_of_the_drawn_one():
    council = failing(ADVISED | {"recorded.arrangement": Support.TRUST})
    world = with_help(council, {"load": 1})
    follow_record(council, world, P)
    assert (council.arrangement.kind, world.partners[0].load, world.providers[0].load) == (
        Support.TRUST,
        0,
        1,
    )


@covers(follow_record)
@pytest.mark.parametrize("recorded", [Support.NONE, Support.OWN_PLAN])
def test_where_the_record_says_that_there_was_none_the_arrangement_ends(recorded):
    council = failing(ADVISED | {"recorded.arrangement": recorded})
    follow_record(council, with_help(council, {"load": 1}), P)
    assert council.arrangement.kind == Support.NONE


@covers(follow_record)
def test_nothing_changes_where_the_record_is_already_followed():
    council = failing(ADVISED | {"recorded.arrangement": Support.ADVISER})
    follow_record(council, with_help(council, {"load": 1}), P)
    assert (council.arrangement.kind, council.arrangement.age) == (Support.ADVISER, 1)


@covers(follow_record)
def test_a_recorded_arrangement_that_nobody_has_room_for_does_not_begin():
    council = failing({"recorded.arrangement": Support.TRUST})
    follow_record(council, with_help(council, sponsor=FULL), P)
    assert council.arrangement.kind == Support.NONE


@covers(follow_record)
def test_a_recorded_arrangement_is_not_taken_for_a_stand_in():
    """It waited with an adviser for a trust when, as the record says, the alliance came; the trust stays
    away.
    """
    council = failing(WAITING | {"recorded.arrangement": Support.ALLIANCE})
    home = a_council({"inspection.grade": Grade.GOOD})
    helpers = [a_partner({"load": 1}), a_partner({"kind": PartnerKind.ALLIANCE, "home": 1})]
    world = a_world([council, home], helpers, [a_provider(SPONSOR)])
    follow_record(council, world, P)
    review_arrangement(council, world, P)
    assert council.arrangement.kind == Support.ALLIANCE


@covers(intervene)
def test_where_the_record_says_that_there_was_no_arrangement_none_is_begun():
    council = failing({"intervention.clock": 3.0, "recorded.arrangement": Support.NONE})
    assert live(council, with_help(council), P, 1) == ["none"]
    assert (council.arrangement.started, council.arrangement.disruption) == (0, 0.0)


@covers(intervene)
def test_a_recorded_arrangement_goes_on_as_long_as_the_record_says():
    """The adviser of the record helps and is paid past the deadline at which the ladder would bring a
    trust.
    """
    council = failing(ADVISED | {"intervention.clock": 9.0, "recorded.arrangement": Support.ADVISER})
    assert live(council, with_help(council, {"load": 1}), P, 3) == ["adviser"] * 3
    assert (council.arrangement.age, council.arrangement.paid_ally) == (4, 0)
    assert council.capacity.imported > 0.0


SECTOR = {
    "regime.chief_executives": 0.5,
    "support.chief_executive_gain": 0.4,
    "regime.peer_reviews": 0.1,
    "support.peer_review_gain": 0.05,
    "regime.freedoms": 1,
    "support.freedom": 0.08,
}


@covers(engage_sector)
@pytest.mark.parametrize("grade,shift", [(2, 0.01), (4, 0.01), (1, 0.09), (0, 0.01)])
def test_the_sector_encourages_all_chief_executives_and_frees_the_outstanding(grade, shift):
    """Encouragement 0.5 x 0.4 = 0.2. Freedoms add 0.08 to the 0.01 that the pay of a contract adds."""
    council = a_council({"inspection.grade": grade, "capacity.effort_shift": 0.01})
    engage_sector(council, parameters(SECTOR))
    assert council.chief_executive.encouragement == pytest.approx(0.2)
    assert council.capacity.effort_shift == shift


@covers(is_reviewed)
@pytest.mark.parametrize(
    "grade,draw,reviewed",
    [(2, 0.09, True), (4, 0.09, True), (2, 0.11, False), (1, 0.0, False), (0, 0.0, False)],
    ids=["good", "inadequate", "no review", "outstanding", "not judged"],
)
def test_peers_review_all_but_the_outstanding(grade, draw, reviewed):
    council = a_council({"inspection.grade": grade, "shock.peer_review": draw})
    assert is_reviewed(council, parameters(SECTOR)) == reviewed


@covers(intervene, is_reviewed)
def test_a_review_teaches_the_council_that_is_reviewed():
    """0.5 + 0.05 x 0.5 x (0.5 + 0.7) = 0.53."""
    state = {"shock.peer_review": 0.09, "capacity.improvement": 0.5, "practice.leadership": 0.7}
    council = a_council(state | {"inspection.grade": Grade.GOOD})
    intervene(council, a_world([council]), parameters(SECTOR))
    assert council.capacity.improvement == pytest.approx(0.53)


@covers(engage_sector)
def test_without_freedoms_outstanding_councils_get_none():
    council = a_council({"inspection.grade": Grade.OUTSTANDING})
    engage_sector(council, parameters(SECTOR | {"regime.freedoms": 0}))
    assert council.capacity.effort_shift == 0.0


def live(council, world, p, quarters):
    """The arrangement at the end of each quarter that goes by."""
    kinds = []
    for _ in range(quarters):
        intervene(council, world, p)
        kinds.append(Support(council.arrangement.kind).name.lower())
    return kinds


@covers(intervene)
def test_a_council_judged_inadequate_climbs_from_nothing_to_an_adviser_to_a_trust():
    """Support at 2 and takeover at 4 quarters: in the fourth the trust takes the adviser's place."""
    council = failing()
    assert live(council, with_help(council), P, 5) == ["none", "adviser", "adviser", "trust", "trust"]


@covers(intervene)
def test_its_twin_that_makes_progress_keeps_its_adviser():
    council = failing({"shock.patience": 0.9})
    world = with_help(council)
    assert live(council, world, P, 3) == ["none", "adviser", "adviser"]
    change(council, PROGRESS | {"shock.patience": 0.1})
    assert live(council, world, P, 2) == ["adviser", "adviser"]


@covers(intervene)
def test_a_council_that_fails_for_the_second_time_is_taken_over_without_delay():
    council = failing(AGAIN)
    assert live(council, with_help(council), P, 1) == ["trust"]


@covers(intervene)
def test_a_council_refused_by_every_sponsor_waits_with_an_adviser_and_is_tendered_every_quarter():
    council = failing(AGAIN)
    world = with_help(council, sponsor=FULL)
    refusals = []
    for _ in range(3):
        assert live(council, world, P, 1) == ["adviser"]
        refusals.append(council.intervention.refused)
        council.inspection.result = 0
    assert refusals == [1, 1, 1]
    world.providers[0].load = 0
    assert live(council, world, P, 1) == ["trust"]


@covers(intervene)
def test_a_council_that_requires_improvement_gets_early_support_and_a_good_one_none():
    p = parameters(LADDER | EARLY)
    for grade, kinds in ((Grade.REQUIRES_IMPROVEMENT, ["adviser"]), (Grade.GOOD, ["none"])):
        council = a_council({"inspection.grade": grade, "shock.support_request": 0.0})
        assert live(council, with_help(council), p, 1) == kinds


def test_helpers_help_no_more_councils_than_they_have_room_for():
    """One adviser with room for two, three councils in need: the third in line is refused."""
    councils = [failing({"intervention.clock": 1.0}) for _ in range(3)]
    world = a_world(councils, [a_partner()])
    p = parameters(LADDER | {"regime.takeover_deadline": 0})
    for council in councils:
        intervene(council, world, p)
    assert [council.arrangement.kind for council in councils] == [2, 2, 0]
    assert [council.intervention.refused for council in councils] == [0, 0, 1]
    assert world.partners[0].load == 2


FIRST = {"regime.first_response": "specialist", "regime.support_delay": 3}
TEAM = {"kind": PartnerKind.SPECIALIST, "capacity": 1}


def with_team(council, team=None):
    """A world with an adviser, a specialist team and a sponsor of trusts."""
    return a_world([council], [a_partner(), a_partner(TEAM | (team or {}))], [a_provider(SPONSOR)])


@covers(climb_ladder, respond_at_once, is_first_response)
def test_a_specialist_team_comes_at_once_and_stands_in_for_a_decision_still_to_be_taken():
    council = failing({"intervention.clock": 1.0, "intervention.plan": Support.TRUST})
    world = with_team(council)
    climb_ladder(council, world, parameters(LADDER | FIRST))
    intervention = council.intervention
    assert (council.arrangement.kind, world.partners[1].load) == (Support.SPECIALIST, 1)
    assert (intervention.waiting, intervention.plan, intervention.stage) == (1, Support.NONE, Stage.NONE)
    assert is_first_response(intervention)
    intervention.plan = Support.TRUST
    assert not is_first_response(intervention), "a stand-in for a trust that nobody sponsors is another thing"


@covers(climb_ladder, respond_at_once)
@pytest.mark.parametrize(
    "settings,state,team",
    [
        ({"regime.first_response": "none"}, {}, {}),
        ({}, {"intervention.stage": Stage.SUPPORT}, {}),
        ({}, {}, FULL),
    ],
    ids=["the neutral setting", "something was decided before", "no team is free"],
)
def test_otherwise_nobody_comes_before_the_decision(settings, state, team):
    council = failing({"intervention.clock": 1.0} | state)
    climb_ladder(council, with_team(council, team), parameters(LADDER | FIRST | settings))
    assert (council.arrangement.kind, council.intervention.waiting) == (Support.NONE, 0)


@covers(respond_at_once)
@pytest.mark.parametrize("team,refused", [({}, 0), (FULL, 1)], ids=["a team is free", "none is"])
def test_a_council_to_which_no_team_can_come_at_once_was_refused(team, refused):
    council = failing()
    respond_at_once(council, with_team(council, team), parameters(LADDER | FIRST))
    assert (council.intervention.requested, council.intervention.refused) == (1, refused)


@covers(intervene, tender_again)
def test_the_team_stays_until_support_is_decided_on_and_takeover_comes_at_its_deadline():
    """Support is decided on in the third quarter, takeover in the fourth."""
    council = failing()
    kinds = live(council, with_team(council), parameters(LADDER | FIRST), 4)
    assert kinds == ["specialist", "specialist", "adviser", "trust"]


@covers(change_to_plan, tender_again)
def test_a_council_left_to_its_own_plan_sees_the_team_leave_for_good():
    own = {"regime.support_mix.own_plan": 1.0, "regime.support_mix.adviser": 0.0}
    council = failing()
    p = parameters(LADDER | FIRST | own | {"regime.takeover_deadline": 0})
    assert live(council, with_team(council), p, 5) == ["specialist", "specialist", "none", "none", "none"]


@covers(change_to_plan)
def test_a_team_that_is_what_was_decided_on_stays_and_no_longer_stands_in():
    mix = {"regime.support_mix.adviser": 0.0, "regime.support_mix.specialist": 1.0}
    council = failing({"intervention.clock": 3.0})
    p = parameters(LADDER | FIRST | mix)
    world = with_team(council)
    respond_at_once(council, world, p)
    change_to_plan(council, world, p)
    assert (council.arrangement.kind, council.arrangement.started) == (Support.SPECIALIST, 1)
    assert (council.intervention.waiting, council.intervention.plan) == (0, Support.SPECIALIST)


@covers(change_to_plan)
def test_a_team_stands_in_for_a_trust_that_nobody_sponsors():
    council = failing({"intervention.since_failure": 9.0})
    world = with_team(council)
    world.providers[0].load = 2
    p = parameters(LADDER | FIRST)
    respond_at_once(council, world, p)
    change_to_plan(council, world, p)
    assert (council.arrangement.kind, council.intervention.plan) == (Support.SPECIALIST, Support.TRUST)
    assert (council.intervention.waiting, council.intervention.refused) == (1, 1)


@covers(close_arrangement)
@pytest.mark.parametrize(
    "state,clock",
    [
        ({}, 0.0),
        ({"intervention.waiting": 1, "intervention.plan": Support.NONE}, 2.0),
        ({"intervention.waiting": 1, "intervention.plan": Support.TRUST}, 0.0),
        ({"arrangement.voluntary": 1}, 2.0),
    ],
    ids=["an arrangement", "a first response", "a stand-in", "one that the council had chosen"],
)
def test_the_clock_of_support_starts_again_after_what_was_decided_and_runs_on_after_what_was_not(
    state, clock
):
    council = failing(ADVISED | {"intervention.clock": 2.0} | state)
    close_arrangement(council, with_help(council, {"load": 1}), P)
    assert (council.arrangement.kind, council.intervention.waiting) == (Support.NONE, 0)
    assert council.intervention.clock == clock


SECTOR_FIRST = LADDER | {"regime.sector_first": 1}


def with_alliance(council, member=None, sponsor=None):
    """A world with an adviser, a council of the alliance and a sponsor of trusts."""
    home = a_council({"inspection.grade": Grade.GOOD})
    helpers = [a_partner(), a_partner({"kind": PartnerKind.ALLIANCE, "home": 1} | (member or {}))]
    return a_world([council, home], helpers, [a_provider(SPONSOR | (sponsor or {}))])


@covers(kind_to_try)
@pytest.mark.parametrize(
    "settings,plan,member,kind",
    [
        ({}, Support.TRUST, {}, Support.ALLIANCE),
        ({}, Support.PRIVATE, {}, Support.ALLIANCE),
        ({}, Support.ADVISER, {}, Support.ADVISER),
        ({}, Support.TRUST, FULL, Support.TRUST),
        ({"regime.sector_first": 0}, Support.TRUST, {}, Support.TRUST),
    ],
    ids=["before a trust", "before a contract", "not before an adviser", "the alliance is full", "neutral"],
)
def test_where_the_sector_comes_first_the_alliance_is_asked_before_any_provider(settings, plan, member, kind):
    council = failing()
    world = with_alliance(council, member)
    assert kind_to_try(council, plan, world, parameters(SECTOR_FIRST | settings)) == kind


@covers(kind_to_try, carry_out_plan)
def test_the_alliance_takes_on_a_council_that_was_meant_for_a_trust():
    council = failing()
    world = with_alliance(council)
    carry_out_plan(council, Support.TRUST, world, parameters(SECTOR_FIRST))
    assert (council.arrangement.kind, council.intervention.waiting) == (Support.ALLIANCE, 0)
    assert world.providers[0].load == 0


@covers(kind_to_try, hand_over)
def test_a_council_that_fails_again_with_the_alliance_goes_to_the_trust():
    council = failing(AGAIN | {"arrangement.kind": Support.ALLIANCE, "arrangement.ally": 1})
    world = with_alliance(council, {"load": 1})
    review_arrangement(council, world, parameters(SECTOR_FIRST))
    assert (council.arrangement.kind, world.partners[1].load) == (Support.TRUST, 0)


@covers(note_takeover, hand_over)
@pytest.mark.parametrize(
    "trend,found", [(0.3, Takeover.WHILE_RECOVERING), (0.25, Takeover.WHILE_FAILING)], ids=["rising", "not"]
)
def test_a_takeover_is_noted_with_whether_the_council_was_recovering_by_a_common_yardstick(trend, found):
    """The yardstick is 0.25 points a quarter, however high the regime's own bar of progress."""
    council = failing(WAITING | {"practice.trend": trend, "intervention.stage": Stage.TAKEOVER})
    hand_over(council, with_help(council, {"load": 1}), parameters(LADDER | {"regime.progress_bar": 2.0}))
    assert (council.arrangement.kind, council.intervention.taken_over) == (Support.TRUST, found)


@covers(note_takeover)
@pytest.mark.parametrize(
    "state",
    [
        {"arrangement.kind": Support.SPECIALIST, "intervention.stage": Stage.TAKEOVER},
        {"arrangement.kind": Support.TRUST, "intervention.stage": Stage.SUPPORT},
    ],
    ids=["the council stays in charge", "a trust as support"],
)
def test_what_leaves_the_council_in_charge_or_comes_as_support_is_no_takeover(state):
    council = failing(state)
    note_takeover(council, P)
    assert council.intervention.taken_over == Takeover.NONE


DECIDED = {"intervention.stage": Stage.TAKEOVER, "intervention.plan": Support.TRUST}
TRUSTED = {"arrangement.kind": Support.TRUST, "arrangement.ally": 0}


@covers(count_waiting)
@pytest.mark.parametrize(
    "state,waited",
    [
        (DECIDED, 3),
        (DECIDED | WAITING, 3),
        (DECIDED | TRUSTED, 0),
        (DECIDED | {"intervention.stage": Stage.NONE}, 0),
        (DECIDED | {"intervention.plan": Support.OWN_PLAN}, 0),
        (DECIDED | {"inspection.grade": Grade.REQUIRES_IMPROVEMENT}, 0),
    ],
    ids=["with nothing", "with a stand-in", "in place", "nothing decided", "own plan", "better"],
)
def test_a_council_waits_while_what_was_decided_on_is_not_in_place(state, waited):
    council = failing(state | {"intervention.waited": 2})
    count_waiting(council)
    assert council.intervention.waited == waited


@covers(review_arrangement)
def test_a_contract_that_is_returned_is_noted_and_the_clock_starts_again():
    council = failing(CONTRACT | {"intervention.clock": 9.0})
    world = a_world([council], providers=[a_provider({"load": 1})])
    review_arrangement(council, world, parameters({"market.pull_back": 0.25}))
    assert (council.arrangement.kind, world.providers[0].load) == (Support.NONE, 0)
    assert (council.intervention.returned, council.intervention.clock) == (1, 0.0)


PULLING_BACK = LADDER | {"market.pull_back": 0.25, "market.pull_back_after": 8.0}
DEADLINE_NEXT = {
    "intervention.since_failure": 3.0,
    "intervention.stage": Stage.SUPPORT,
    "intervention.plan": Support.PRIVATE,
}


@covers(review_arrangement, keep_services)
@pytest.mark.parametrize("kept,after", [(0, ["trust"] * 3), (1, ["none"] * 3)], ids=["neutral", "kept"])
def test_a_council_that_may_keep_what_it_took_back_keeps_it_past_the_deadline_and_another_failure(
    kept, after
):
    """The contract, brought as support, goes back in the third quarter; in the fourth a trust would come."""
    council = failing(CONTRACT | DEADLINE_NEXT)
    world = a_world([council], [a_partner()], [a_provider({"load": 1}), a_provider(SPONSOR)])
    p = parameters(PULLING_BACK | {"regime.returned_kept": kept})
    review_arrangement(council, world, p)
    assert (council.arrangement.kind, council.intervention.returned) == (Support.NONE, 1)
    kinds = live(council, world, p, 2)
    change(council, AGAIN)
    assert kinds + live(council, world, p, 1) == after
    assert council.intervention.waited == 0, "it waits for nobody"


@covers(keep_services)
def test_what_was_kept_in_one_spell_is_decided_on_anew_in_the_next():
    council = failing({"intervention.clock": 2.0})
    keep_services(council.intervention)
    world = with_help(council)
    climb_ladder(council, world, P)
    assert council.arrangement.kind == Support.NONE
    council.intervention.stage = Stage.NONE
    climb_ladder(council, world, P)
    assert council.arrangement.kind == Support.ADVISER


@covers(review_arrangement)
@pytest.mark.parametrize("voluntary,returned", [(1, 1), (0, 0)], ids=["it had chosen it", "it had not"])
def test_a_council_that_has_not_failed_returns_only_what_it_chose(voluntary, returned):
    chosen = {"arrangement.voluntary": voluntary, "inspection.grade": Grade.REQUIRES_IMPROVEMENT}
    council = failing(CONTRACT | chosen)
    world = a_world([council], providers=[a_provider({"load": 1})])
    review_arrangement(council, world, parameters(PULLING_BACK | {"arrangement.private.duration": 40}))
    assert (council.intervention.returned, world.providers[0].load) == (returned, 1 - returned)


@covers(review_arrangement)
def test_a_contract_that_runs_out_is_not_returned():
    council = failing(CONTRACT | {"arrangement.age": 14})
    world = a_world([council], providers=[a_provider({"load": 1})])
    settings = {"market.pull_back": 0.25, "arrangement.private.contract_quarters": 14}
    review_arrangement(council, world, parameters(settings))
    assert (council.arrangement.kind, council.intervention.returned) == (Support.NONE, 0)


@covers(review_arrangement)
def test_the_return_of_any_arrangement_takes_visits_since_it_was_under_way():
    """Five visits before the trust count for nothing, nor do those of the first two quarters after its
    beginning, one of them of setting up: the sixth in vain is in the ninth quarter.
    """
    visits = {"regime.pull_back_any": 1, "market.pull_back_visits": 6, "market.pull_back_after": 4.0}
    p = parameters(LADDER | visits | {"market.pull_back": 0.25, "arrangement.trust.setup_quarters": 1})
    trend = {"practice.trend": -0.1, "shock.pull_back": 0.1, "intervention.without_progress": 5}
    council = failing(trend | {"intervention.since_failure": 3.0})
    world = with_help(council)
    assert live(council, world, p, 8) == ["trust"] * 8
    assert council.intervention.without_progress == 5
    assert live(council, world, p, 1) == ["none"]
    assert council.intervention.returned == 1


@covers(engage_sector)
def test_freedoms_reach_down_to_the_grade_that_the_regime_names():
    good = a_council({"inspection.grade": Grade.GOOD})
    p = parameters(SECTOR | {"regime.peer_reviews": 0.0, "regime.freedom_grade": 2})
    engage_sector(good, p)
    assert good.capacity.effort_shift == 0.08


STEPS = (
    "note_nothing",
    "hold_monitoring_visit",
    "feel_urgency",
    "stand_alone",
    "run_arrangement",
    "follow_record",
    "review_arrangement",
    "climb_ladder",
    "offer_early_support",
    "contract_out_by_choice",
    "count_waiting",
    "engage_sector",
)
BEFORE, AFTER = STEPS[:3], STEPS[-2:]


def steps_taken(monkeypatch, state, settings=None):
    """What is done with a council in a quarter, in order; what is done does nothing."""
    steps = []
    for name in STEPS:
        monkeypatch.setattr(rules, name, lambda *_, name=name: steps.append(name))
    council = a_council(state)
    intervene(council, a_world([council]), parameters(settings))
    return tuple(steps)


@covers(intervene)
@pytest.mark.parametrize(
    "state,taken",
    [
        ({"inspection.grade": Grade.GOOD}, ("stand_alone",)),
        ({"inspection.grade": Grade.REQUIRES_IMPROVEMENT}, ("stand_alone", "offer_early_support")),
        (FAILING, ("stand_alone", "climb_ladder")),
        (FAILING | ADVISED, ("run_arrangement", "review_arrangement")),
        (FAILING | {"recorded.arrangement": Support.NONE}, ("stand_alone", "follow_record")),
        (ADVISED | {"recorded.arrangement": Support.NONE}, ("run_arrangement", "follow_record")),
    ],
    ids=["good", "requires improvement", "inadequate", "helped", "on record", "helped, on record"],
)
def test_what_the_department_does_with_a_council_follows_from_its_judgement_its_help_and_the_record(
    monkeypatch, state, taken
):
    assert steps_taken(monkeypatch, state) == (*BEFORE, *taken, *AFTER)


@covers(intervene)
@pytest.mark.parametrize("lever", ["regime.spin_out", "regime.voluntary_outsourcing"])
def test_either_way_of_contracting_out_by_choice_gives_councils_the_choice(monkeypatch, lever):
    alone = {"inspection.grade": Grade.GOOD}
    assert "contract_out_by_choice" not in steps_taken(monkeypatch, alone)
    assert "contract_out_by_choice" in steps_taken(monkeypatch, alone, {lever: 0.01})


@covers(hold_monitoring_visit)
def test_quality_that_rises_under_leadership_below_the_bar_is_no_progress():
    council = failing(PROGRESS | {"practice.leadership": 0.2})
    hold_monitoring_visit(council, a_nation(), P)
    assert council.intervention.progress == 0


@covers(climb_ladder)
def test_nobody_is_asked_to_come_at_once_where_the_regime_names_nobody():
    council = failing({"intervention.clock": 1.0})
    climb_ladder(council, with_help(council), P)
    assert (council.intervention.requested, council.intervention.refused) == (0, 0)


@covers(respond_at_once)
def test_the_team_in_the_first_row_comes_like_any_other():
    council = failing()
    respond_at_once(council, a_world([council], [a_partner(TEAM)]), parameters(LADDER | FIRST))
    assert (council.arrangement.kind, council.arrangement.ally) == (Support.SPECIALIST, 0)


@covers(kind_to_try)
def test_the_alliances_member_in_the_first_row_is_asked_like_any_other():
    council, home = failing(), a_council({"inspection.grade": Grade.GOOD})
    world = a_world([council, home], [a_partner({"kind": PartnerKind.ALLIANCE, "home": 1})])
    assert kind_to_try(council, Support.TRUST, world, parameters(SECTOR_FIRST)) == Support.ALLIANCE


FREE_IN_THE_SECOND_ROW = [FULL, {"load": 0}]


@covers(carry_out_plan)
def test_the_stand_in_may_come_from_any_row():
    council = failing()
    partners = [a_partner(one) for one in FREE_IN_THE_SECOND_ROW]
    carry_out_plan(council, Support.TRUST, a_world([council], partners), P)
    assert (council.arrangement.kind, council.arrangement.ally) == (Support.ADVISER, 1)
    assert council.intervention.waiting == 1


@covers(hand_over)
def test_a_council_is_handed_over_to_a_provider_in_any_row():
    council = failing(WAITING)
    providers = [a_provider(SPONSOR | one) for one in FREE_IN_THE_SECOND_ROW]
    hand_over(council, a_world([council], [a_partner({"load": 1})], providers), P)
    assert (council.arrangement.kind, council.arrangement.ally) == (Support.TRUST, 1)


@covers(offer_early_support)
def test_early_support_may_come_from_any_row():
    council = a_council({"shock.support_request": 0.0})
    partners = [a_partner(one) for one in FREE_IN_THE_SECOND_ROW]
    offer_early_support(council, a_world([council], partners), parameters(EARLY))
    assert (council.arrangement.kind, council.arrangement.ally) == (Support.ADVISER, 1)


@covers(carry_out_plan, note_takeover)
@pytest.mark.parametrize("trend", [-0.2, 0.1])
def test_a_takeover_without_support_before_it_is_noted_too(trend):
    """Falling, or rising more slowly than the yardstick of 0.25."""
    council = failing({"intervention.stage": Stage.TAKEOVER, "practice.trend": trend})
    carry_out_plan(council, Support.TRUST, with_help(council), P)
    assert council.intervention.taken_over == Takeover.WHILE_FAILING


@covers(follow_record)
def test_who_follows_the_record_waits_for_nothing_and_has_nobody_asked_for_the_own_plan():
    council = failing({"recorded.arrangement": Support.OWN_PLAN, "intervention.waiting": 1})
    follow_record(council, with_help(council), P)
    assert (council.intervention.waiting, council.intervention.requested) == (0, 0)


@covers(carry_out_plan)
def test_where_there_is_no_fallback_nobody_stands_in_though_a_partner_in_practice_is_free():
    council, home = failing(), a_council({"inspection.grade": Grade.GOOD})
    free = a_partner({"kind": PartnerKind.PARTNER_IN_PRACTICE, "home": 1})
    p = parameters(LADDER | {"regime.fallback": "none"})
    carry_out_plan(council, Support.TRUST, a_world([council, home], [free]), p)
    assert (free.load, council.intervention.waiting, council.arrangement.started) == (0, 0, 0)


@covers(climb_ladder)
def test_a_council_whose_first_response_is_its_own_plan_is_sent_nobody():
    council, home = failing(), a_council({"inspection.grade": Grade.GOOD})
    free = a_partner({"kind": PartnerKind.PARTNER_IN_PRACTICE, "home": 1})
    p = parameters(LADDER | FIRST | {"regime.first_response": "own_plan"})
    climb_ladder(council, a_world([council, home], [free]), p)
    assert (free.load, council.arrangement.started, council.intervention.requested) == (0, 0, 0)


@covers(escalate)
def test_what_takeover_brought_is_drawn_anew_after_another_failure():
    """The first draw on the upper rung was an adviser; the regime takes over by trusts."""
    drawn = {"intervention.stage": Stage.TAKEOVER, "intervention.plan": Support.ADVISER}
    council = failing(ADVISED | AGAIN | drawn)
    escalate(council, with_help(council, {"load": 1}), P)
    assert (council.intervention.plan, council.arrangement.kind) == (Support.TRUST, Support.TRUST)


@covers(follow_record)
def test_where_the_record_has_no_arrangement_a_free_partner_in_practice_stays_free():
    council, home = (
        failing({"recorded.arrangement": Support.NONE}),
        a_council({"inspection.grade": Grade.GOOD}),
    )
    council.arrangement.kind, council.arrangement.ally = Support.ADVISER.value, 1
    free = a_partner({"kind": PartnerKind.PARTNER_IN_PRACTICE, "home": 1})
    follow_record(council, a_world([council, home], [free, a_partner({"load": 1})]), P)
    assert (council.arrangement.kind, free.load, council.intervention.requested) == (Support.NONE, 0, 0)


@pytest.mark.slow
def test_the_count_of_waiting_is_the_same_when_compiled():
    from model.rule import rule

    @rule
    def waits(council, p):
        count_waiting(council)

    assert agrees_when_compiled(waits, failing(DECIDED | {"intervention.waited": 2}))
