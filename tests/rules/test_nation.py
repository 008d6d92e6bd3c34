"""The national paths of money, need and cost, within the record and after it."""

import pytest
from helpers import a_nation, agrees_when_compiled, covers, filled, parameters

from model.codes import FundingPeriod
from model.rules.nation import funding_growth, growth_of_funding, read_national_paths
from model.world import CalendarEntry

GROWTH = {
    "nation.funding_growth_2014_2015": -0.03,
    "nation.funding_growth_2016_2019": 0.028,
    "nation.funding_growth_2020": 0.03,
    "nation.funding_growth_2021_2025": 0.045,
    "nation.funding_growth_after_2025": 0.01,
}
NATION = GROWTH | {
    "demand.need_growth": 0.002,
    "budget.placement_cost_growth": 0.004,
    "nation.need_growth_after_2025": 0.001,
    "nation.placement_cost_growth_after_2025": 0.005,
    "nation.leaving_shift": 0.1,
    "nation.hiring_shift": 0.2,
    "practice.sector_learning": 1.0,
    "practice.sector_learning_time": 24.0,
    "workforce.graduate_share": 0.05,
    "workforce.graduate_places": 0.01,
    "inspection.bar_drift": 6.0,
}


def read(quarter, entry, funding=1.0, deprivation_cut=0.0, settings=None):
    nation = a_nation({"quarter": quarter, "funding": funding, "deprivation_cut": deprivation_cut})
    p = parameters(NATION | (settings or {}))
    read_national_paths(nation, {quarter: filled(CalendarEntry, entry)}, p)
    return nation


@covers(read_national_paths)
def test_a_year_in_money_has_fallen_and_need_cost_and_learning_have_risen():
    """Quarter 4: funding e^(-0.03/4) = 0.992528; half of 8 quarters of cuts by deprivation; need 0.002 x 4
    = 0.008; unit cost e^0.016 = 1.016129; learning 1 - e^(-4/24) = 0.153518; hiring e^0.2 = 1.221403; bars
    6 x 4/24 = 1.
    """
    nation = read(
        4,
        {
            "period": FundingPeriod.TO_2015,
            "funding_step": 1.0,
            "quarters_recorded": 4.0,
            "looked_after": 0.02,
            "graduate_schemes": 1.0,
            "ilacs": 1,
            "ilacs_in": 2.0,
            "suspended": 1,
        },
    )
    assert nation.funding == pytest.approx(0.992528, abs=1e-6)
    assert nation.deprivation_cut == 0.5
    assert nation.need == pytest.approx(0.008)
    assert nation.placement_cost == pytest.approx(1.016129, abs=1e-6)
    assert nation.learning == pytest.approx(0.153518, abs=1e-6)
    assert nation.hiring == pytest.approx(1.221403, abs=1e-6)
    assert (nation.leaving, nation.graduates, nation.looked_after) == (0.1, 0.05, 0.02)
    assert (nation.ilacs, nation.ilacs_in, nation.suspended) == (1, 2.0, 1)
    assert nation.graduate_places == 0.01
    assert nation.bar_shift == pytest.approx(1.0)


@covers(read_national_paths)
def test_in_the_first_quarter_everything_stands_at_its_level_of_2014():
    nation = read(0, {"period": FundingPeriod.TO_2015, "funding_step": 0.0})
    assert (nation.funding, nation.placement_cost) == (1.0, 1.0)
    assert (nation.deprivation_cut, nation.need, nation.learning, nation.bar_shift) == (0.0, 0.0, 0.0, 0.0)
    assert (nation.graduates, nation.ilacs, nation.suspended) == (0.0, 0, 0)
    assert nation.graduate_places == 0.0, "schemes began in 2016"


@covers(read_national_paths)
def test_after_the_record_a_stated_future_follows():
    """Four quarters after 47: need 0.002 x 47 + 0.001 x 4 = 0.098; unit cost e^(0.004 x 47 + 0.005 x 4) =
    1.231213; funding 1.2 x e^(0.01/4) = 1.203004; cuts by deprivation and the drift of the bars are
    complete.
    """
    nation = read(
        51,
        {
            "period": FundingPeriod.AFTER_2025,
            "funding_step": 1.0,
            "quarters_recorded": 47.0,
            "quarters_after_record": 4.0,
        },
        funding=1.2,
    )
    assert nation.need == pytest.approx(0.098)
    assert nation.placement_cost == pytest.approx(1.231213, abs=1e-6)
    assert nation.funding == pytest.approx(1.203004, abs=1e-6)
    assert (nation.deprivation_cut, nation.bar_shift) == (1.0, 6.0)


@covers(read_national_paths)
@pytest.mark.parametrize("stop,funding,phase", [(2014, 1.0, 0.25), (2015, 1.0, 0.25), (2016, 0.992528, 0.5)])
def test_where_cuts_stop_neither_funding_nor_deprived_councils_fall_further(stop, funding, phase):
    """In 2015 funding would fall to e^(-0.03/4), and half of the cuts by deprivation would be in."""
    entry = {"period": FundingPeriod.TO_2015, "funding_step": 1.0, "year": 2015}
    nation = read(4, entry, deprivation_cut=0.25, settings={"nation.cuts_stop_year": stop})
    assert nation.funding == pytest.approx(funding, abs=1e-6)
    assert nation.deprivation_cut == phase


@covers(growth_of_funding)
@pytest.mark.parametrize(
    "period,year,shift,stop,growth",
    [
        (FundingPeriod.TO_2015, 2015, 0.0, 2040, -0.03),
        (FundingPeriod.TO_2015, 2015, 0.01, 2040, -0.02),
        (FundingPeriod.TO_2015, 2015, 0.01, 2015, 0.0),
        (FundingPeriod.TO_2015, 2014, 0.01, 2015, -0.02),
        (FundingPeriod.TO_2019, 2016, 0.01, 2015, 0.038),
        (FundingPeriod.TO_2019, 2016, -0.04, 2040, -0.012),
        (FundingPeriod.TO_2019, 2016, -0.04, 2016, 0.0),
        (FundingPeriod.TO_2019, 2016, -0.04, 2015, 0.0),
    ],
)
def test_funding_may_be_shifted_everywhere_and_cuts_be_stopped(period, year, shift, stop, growth):
    """-0.03 + 0.01 = -0.02, 0.028 + 0.01 = 0.038, 0.028 - 0.04 = -0.012; a stop leaves only what grows."""
    entry = filled(CalendarEntry, {"period": period, "year": year})
    p = parameters(GROWTH | {"nation.funding_shift": shift, "nation.cuts_stop_year": stop})
    assert growth_of_funding(entry, p) == pytest.approx(growth)


@covers(funding_growth, growth_of_funding)
def test_each_period_has_its_own_growth_of_funding():
    assert [funding_growth(period, parameters(GROWTH)) for period in FundingPeriod] == list(GROWTH.values())
    entries = [filled(CalendarEntry, {"period": period, "year": 2039}) for period in FundingPeriod]
    assert [growth_of_funding(entry, parameters(GROWTH)) for entry in entries] == list(GROWTH.values())


@pytest.mark.slow
def test_growth_is_the_same_when_compiled():
    for period in FundingPeriod:
        assert agrees_when_compiled(funding_growth, int(period))
