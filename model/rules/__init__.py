"""The rulebook: every behaviour of the model, one process a file, in the order of the quarter.

`quarter` reads as a table of contents; from there every rule is one jump away. The same functions are
called on Mesa agents and, compiled, on records.
"""

from model.extensions import PHASES, composed
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import root_of_rest
from model.rules.demand import raise_need, take_children_into_care, turn_need_into_work
from model.rules.funding import close_accounts, credit_helper, fund_council, pay_bills, plan_spending
from model.rules.helping import burden_helpers, name_partner
from model.rules.incidents import (
    blow_whistle,
    publish_case_reviews,
    report_case_review,
    suffer_incident,
)
from model.rules.inspection import inspect_council
from model.rules.intervention import intervene, open_accounts
from model.rules.leadership import (
    engage_chief_executive,
    lead_department,
    let_blame_fade,
    refill_director_pool,
    replace_director,
)
from model.rules.nation import read_national_paths
from model.rules.practice import adopt_innovation, practise, share_innovation
from model.rules.providers import bring_in_providers, enter_or_leave
from model.rules.reorganisation import reorganise
from model.rules.standing import earn_confidence, reach_children
from model.rules.survival import follow_cohort, follow_up, time_failure
from model.rules.workforce import (
    engage_agency_staff,
    feel_pressure,
    settle_labour_market,
    spread_stigma,
    turn_over_staff,
)
from model.world import World

after_opening, after_serving, after_markets, after_intervening, after_burdens = map(composed, PHASES)
"""Rules from outside, each at the end of a phase; without extensions they do nothing."""

STRIDE = 67
"""From quarter to quarter the first in line moves far, so that no region of the table is last for long."""


@rule
def quarter(world: World, p: ParameterGroup) -> None:
    """One quarter of every council's life, in the order in which things happen.

    Args:
        world: the agents of one run, as `World`.
        p: the parameters of the run.
    """
    open_quarter(world, p)
    after_opening(world, p)
    serve_children(world, p)
    after_serving(world, p)
    settle_markets(world, p)
    after_markets(world, p)
    intervene_everywhere(world, p)
    after_intervening(world, p)
    burden_helpers(world, p)
    after_burdens(world, p)


@rule
def open_quarter(world: World, p: ParameterGroup) -> None:
    """The nation's paths and last quarter's lessons are read, accounts close, councils end or begin."""
    read_national_paths(world.nation, world.calendar, p)
    publish_case_reviews(world.nation)
    if p.market.innovation != 0.0:
        share_innovation(world)
    close_accounts(world.providers, world.partners)
    reorganise(world, p)


@rule
def serve_children(world: World, p: ParameterGroup) -> None:
    """Each council: money, demand, staff, director, practice, incidents, inspection; the first rotates."""
    nation = world.nation
    need_spread = p.demand.need_spread * root_of_rest(p.demand.need_persistence)
    persistence = 1.0 - 1.0 / p.practice.circumstances_memory
    circumstances_spread = p.practice.circumstances_spread * root_of_rest(persistence)
    count = len(world.councils)
    first = first_in_line(nation.quarter, count)
    for k in range(count):
        council = world.councils[(first + k) % count]
        if council.exists == 1:
            region = world.regions[council.region]
            open_accounts(council)
            if council.recorded.partner > 0:
                name_partner(council, world, p)
            fund_council(council, nation, p)
            plan_spending(council, nation, p)
            pay_bills(council, p)
            if council.arrangement.paid_ally >= 0:
                credit_helper(council, world, p)
            raise_need(council, need_spread, p)
            turn_need_into_work(council, nation, p)
            take_children_into_care(council, nation, p)
            spread_stigma(council, p)
            turn_over_staff(council, region, nation, p)
            engage_agency_staff(council, p)
            feel_pressure(council, p)
            let_blame_fade(council.director, p)
            engage_chief_executive(council.chief_executive, nation, p)
            replace_director(council, nation, p)
            lead_department(council, p)
            if p.market.innovation != 0.0:
                adopt_innovation(council, world, p)
            practise(council, nation, persistence, circumstances_spread, p)
            report_case_review(council, nation, p)
            suffer_incident(council, p)
            blow_whistle(council, p)
            inspect_council(council, nation, p)
            time_failure(council, world.durations)
            follow_up(council, nation.followed)
            follow_cohort(council, nation.followed, p)


@rule
def settle_markets(world: World, p: ParameterGroup) -> None:
    """Labour markets and the pool of directors settle; providers come, enter and leave."""
    for region in world.regions:
        settle_labour_market(region, p)
    refill_director_pool(world.nation, p)
    bring_in_providers(world.providers, world.nation, p)
    enter_or_leave(world.providers, world.nation, p)


@rule
def intervene_everywhere(world: World, p: ParameterGroup) -> None:
    """The ladder and its arrangements, then what public and children feel; the first in line rotates."""
    count = len(world.councils)
    first = first_in_line(world.nation.quarter, count)
    for k in range(count):
        council = world.councils[(first + k) % count]
        if council.exists == 1:
            intervene(council, world, p)
            earn_confidence(council, p)
            reach_children(council, p)


@rule
def first_in_line(quarter_index: int, count: int) -> int:
    """The council that is first this quarter to be inspected and to ask for help: both are scarce."""
    return quarter_index * STRIDE % count
