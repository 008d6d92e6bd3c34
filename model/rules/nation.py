"""What the nation gives every council: money, need, unit costs, the inspectorate's calendar.

The paths are those of the record to 2025 and a stated future after it; nothing in the model acts back
on them. What directors and staff do to each other through pools is in `leadership` and `workforce`.
"""

from collections.abc import Sequence

from model.agents import Nation
from model.codes import FundingPeriod
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import YEARS_PER_QUARTER, exponential
from model.world import CalendarEntry


@rule
def read_national_paths(nation: Nation, calendar: Sequence[CalendarEntry], p: ParameterGroup) -> None:
    """Money, need and unit cost of the quarter; what inspectors and the sector have learned.

    funding_t = funding_(t-1) exp(growth / 4); need and unit cost are exponentials of quarterly growth
    until the record ends and of the stated future after; learning = ceiling (1 - exp(-t / time)). Where cuts
    stop, so does the phasing in of those that fall on deprived councils.
    Sources: spending returns, children in need census, Turning the Tide 2017.
    """
    entry = calendar[nation.quarter]
    nation.funding *= exponential(growth_of_funding(entry, p) * YEARS_PER_QUARTER * entry.funding_step)
    if entry.year < p.nation.cuts_stop_year:
        nation.deprivation_cut = min(nation.quarter / p.nation.deprivation_cut_quarters, 1.0)
    nation.need = (
        p.demand.need_growth * entry.quarters_recorded
        + p.nation.need_growth_after_2025 * entry.quarters_after_record
    )
    nation.placement_cost = exponential(
        p.budget.placement_cost_growth * entry.quarters_recorded
        + p.nation.placement_cost_growth_after_2025 * entry.quarters_after_record
    )
    nation.looked_after = entry.looked_after
    nation.learning = p.practice.sector_learning * (
        1.0 - exponential(-nation.quarter / p.practice.sector_learning_time)
    )
    nation.graduates = p.workforce.graduate_share * entry.graduate_schemes
    nation.graduate_places = p.workforce.graduate_places * entry.graduate_schemes
    nation.leaving = p.nation.leaving_shift
    nation.hiring = exponential(p.nation.hiring_shift)
    nation.ilacs = entry.ilacs
    nation.ilacs_in = entry.ilacs_in
    nation.suspended = entry.suspended
    nation.inspections_held = 0
    nation.bar_shift = p.inspection.bar_drift * min(nation.quarter / p.inspection.drift_quarters, 1.0)


@rule
def growth_of_funding(entry: CalendarEntry, p: ParameterGroup) -> float:
    """Real growth of funding, log a year: that of the period, shifted, and no fall once cuts have stopped.

    growth of the period + shift; at least 0 from the year on in which cuts stop. Claims C10, C11 and C34.
    """
    growth = funding_growth(entry.period, p) + p.nation.funding_shift
    return max(0.0, growth) if entry.year >= p.nation.cuts_stop_year else growth


@rule
def funding_growth(period: int, p: ParameterGroup) -> float:
    """Real growth of funding in a period of the calendar, log a year."""
    if period == FundingPeriod.TO_2015:
        return p.nation.funding_growth_2014_2015
    if period == FundingPeriod.TO_2019:
        return p.nation.funding_growth_2016_2019
    if period == FundingPeriod.IN_2020:
        return p.nation.funding_growth_2020
    if period == FundingPeriod.TO_2025:
        return p.nation.funding_growth_2021_2025
    return p.nation.funding_growth_after_2025
