"""States passed between replicates of the recorded past, and counts begun anew."""

import pytest
from helpers import a_council, a_partner, a_provider, a_world, change, covers, filled, parameters

from model.agents import Followed
from model.codes import Grade, Support
from model.rules.replaying import attach, begin_counting, detach
from model.world import Duration

NOBODY = -1
OFF = -1
P = parameters()
LED = {"arrangement.ally": 0, "arrangement.age": 5, "arrangement.ring_fence": 0.6}
SPONSOR = {"kind": 2}


@covers(detach)
@pytest.mark.parametrize(
    "kind,partner_load,provider_load", [(Support.NONE, 2, 2), (Support.ADVISER, 1, 2), (Support.TRUST, 2, 1)]
)
def test_a_detached_council_leaves_a_place_free_and_keeps_its_own_state(kind, partner_load, provider_load):
    council = a_council(LED | {"arrangement.kind": kind})
    world = a_world([council], [a_partner({"load": 2})], [a_provider(SPONSOR | {"load": 2})])
    detach(council, world)
    assert (world.partners[0].load, world.providers[0].load) == (partner_load, provider_load)
    assert (council.arrangement.kind, council.arrangement.ally, council.arrangement.age) == (kind, 0, 5)


@covers(attach)
@pytest.mark.parametrize("kind,partner_load,provider_load", [(Support.ADVISER, 1, 0), (Support.TRUST, 0, 1)])
def test_an_attached_council_finds_somebody_with_room_and_goes_on(kind, partner_load, provider_load):
    """Where it comes from it was row 7; here it is row 1, for row 0 is full. What is owed is
    owed to whom it has here.
    """
    council = a_council(LED | {"arrangement.kind": kind, "arrangement.ally": 7, "arrangement.paid_ally": 7})
    full = {"load": 2}
    world = a_world(
        [council],
        [a_partner(full), a_partner()],
        [a_provider(SPONSOR | full), a_provider(SPONSOR)],
    )
    attach(council, world, P)
    arrangement = council.arrangement
    assert (arrangement.kind, arrangement.ally, arrangement.age) == (kind, 1, 5)
    assert (arrangement.ring_fence, arrangement.paid_kind, arrangement.paid_ally) == (0.6, kind, 1)
    assert (world.partners[1].load, world.providers[1].load) == (partner_load, provider_load)


@covers(attach)
def test_where_nobody_has_room_the_arrangement_ends_quietly():
    council = a_council(LED | {"arrangement.kind": Support.TRUST, "intervention.waiting": 1})
    attach(council, a_world([council], providers=[a_provider(SPONSOR | {"load": 2})]), P)
    arrangement = council.arrangement
    assert council.intervention.waiting == 0
    assert (arrangement.kind, arrangement.ally, arrangement.age) == (Support.NONE, NOBODY, 0)
    assert (arrangement.ring_fence, arrangement.disruption) == (0.0, 0.0)


@covers(attach)
def test_the_first_in_the_list_may_be_who_has_room():
    council = a_council(LED | {"arrangement.kind": Support.ADVISER, "arrangement.ally": 7})
    world = a_world([council], [a_partner()])
    attach(council, world, P)
    assert (council.arrangement.kind, council.arrangement.ally) == (Support.ADVISER, 0)
    assert world.partners[0].load == 1


@covers(attach)
def test_a_council_without_an_arrangement_needs_nobody():
    council = a_council()
    world = a_world([council], [a_partner()])
    attach(council, world, P)
    assert (council.arrangement.ally, world.partners[0].load) == (NOBODY, 0)


COUNTED = {
    "ledger.support_total": 3.0,
    "director.changes": 3,
    "incidents.count": 3,
    "inspection.count": 3,
    "arrangement.started": 3,
    "outcome.weak_child_years": 3.0,
    "outcome.inadequate_child_years": 3.0,
    "outcome.cohort": 1,
    "outcome.cohort_clock": 3,
    "outcome.support_clock": 3,
    "outcome.failure_clock": 3,
    "intervention.clock": 3.0,
    "director.tenure": 3.0,
}


@covers(begin_counting)
@pytest.mark.parametrize("grade,clock", [(Grade.INADEQUATE, 3.0), (Grade.GOOD, 0.0)])
def test_what_is_counted_since_the_start_begins_anew_and_what_is_lasts(grade, clock):
    council = a_council(COUNTED | {"inspection.grade": grade})
    provider = a_provider({"income_total": 3.0, "entries": 3, "exits": 3, "load": 1, "cash": 0.25})
    partner = a_partner({"income_total": 3.0, "load": 1})
    world = a_world([council], [partner], [provider], durations=2)
    world.durations[1] = filled(Duration, dict.fromkeys(vars(Duration()), 3))
    change(world.nation.followed, dict.fromkeys(vars(Followed()), 3))
    begin_counting(world, parameters({"market.starting_cash": 1.5}))
    counts = council.ledger.support_total, council.director.changes, council.incidents.count
    assert (*counts, council.inspection.count, council.arrangement.started) == (0, 0, 0, 0, 0)
    assert (council.outcome.weak_child_years, council.outcome.inadequate_child_years) == (0.0, 0.0)
    assert (provider.income_total, provider.entries, provider.exits, partner.income_total) == (0.0, 0, 0, 0.0)
    assert set(vars(world.durations[1]).values()) == set(vars(world.nation.followed).values()) == {0}
    assert (council.outcome.support_clock, council.outcome.failure_clock) == (OFF, OFF)
    failed = int(grade == Grade.INADEQUATE)
    assert (council.outcome.cohort, council.outcome.cohort_held, council.outcome.cohort_clock) == (
        failed,
        failed,
        0,
    )
    assert (council.director.tenure, council.intervention.clock) == (3.0, clock)
    assert (provider.load, partner.load) == (1, 1)
    assert provider.cash == 1.5, "a company begins with the cash of a company that begins"
