"""What is particular to replaying the record: states passed between replicates, and counts begun anew.

A replay runs many replicates of the recorded past side by side. After a recorded judgement, the replicates in
which it was likely pass their state of that council on to those in which it was not.
"""

from model.agents import Council
from model.codes import Grade, Support
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.intervention import find_ally
from model.rules.support import enter_in_books, stand_alone, take_off_books
from model.rules.survival import OFF, join_cohort
from model.world import World


@rule
def detach(council: Council, world: World) -> None:
    """Take a council's arrangement off the books of its partner or provider, leaving the council as it is."""
    if council.arrangement.kind != Support.NONE:
        take_off_books(council.arrangement, world)


@rule
def attach(council: Council, world: World, p: ParameterGroup) -> None:
    """Put a council that came from another replicate on the books of somebody here who has room.

    Where nobody has, the arrangement ends without the disruption of an ending.
    """
    arrangement = council.arrangement
    if arrangement.kind != Support.NONE:
        ally = find_ally(council, arrangement.kind, world, p)
        arrangement.ally = ally
        arrangement.paid_ally = ally
        arrangement.paid_kind = arrangement.kind
        if ally < 0:
            stand_alone(council, p)
            arrangement.kind = Support.NONE.value
            arrangement.age = 0
            council.intervention.waiting = 0
        else:
            enter_in_books(arrangement, world)


@rule
def begin_counting(world: World, p: ParameterGroup) -> None:
    """Set to zero what is counted since the start of a run, for a run that starts from the replayed past."""
    for council in world.councils:
        council.ledger.support_total = 0.0
        council.director.changes = 0
        council.incidents.count = 0
        council.inspection.count = 0
        council.arrangement.started = 0
        council.outcome.weak_child_years = 0.0
        council.outcome.inadequate_child_years = 0.0
        council.outcome.support_clock = OFF
        council.outcome.failure_clock = OFF
        join_cohort(council)
        if council.inspection.grade != Grade.INADEQUATE:
            council.intervention.clock = 0.0
    for provider in world.providers:
        provider.income_total = 0.0
        provider.cash = p.market.starting_cash
        provider.entries = 0
        provider.exits = 0
    for partner in world.partners:
        partner.income_total = 0.0
    followed = world.nation.followed
    followed.three_years_after_help = 0
    followed.experienced = 0.0
    followed.vacancy = 0.0
    followed.five_years_after_help = 0
    followed.quality_after_help = 0.0
    followed.three_years_after_failure = 0
    followed.quality_after_failure = 0.0
    followed.cohort = 0
    followed.cohort_weak = 0
    followed.cohort_held = 0
    followed.cohort_seen = 0
    followed.cohort_quality = 0.0
    for duration in world.durations:
        duration.still_inadequate = 0
        duration.got_better = 0
        duration.not_yet_good = 0
        duration.got_good = 0
        duration.may_relapse = 0
        duration.relapsed = 0
