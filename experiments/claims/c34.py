"""C34: does growing demand open a gap of billions by 2020?

Need is level in one arm and grows in the other, with the same money. The gap is what the service levels of
2014 would cost less the budgets, in the last quarter of 2019.
"""

from experiments.claims.contrast import Contrast, Point, Strength, in_quarter, outcome
from experiments.claims.screen import answer
from model.rules.demand import take_children_into_care, turn_need_into_work
from model.rules.funding import cost_of_service_levels_of_2014
from model.rules.nation import growth_of_funding

CONTRAST = Contrast(
    claim="C34",
    says="There will be a gap of £2bn by 2020, and more as demand grows.",
    who="modelling of the Local Government Association, 2017 (A4)",
    rules=(cost_of_service_levels_of_2014, turn_need_into_work, take_children_into_care, growth_of_funding),
    lever="demand.need_growth",
    levers=(
        "demand.need_growth",
        "nation.funding_shift",
        "nation.funding_growth_2016_2019",
        "budget.placement_cost_growth",
    ),
    regime="ad_hoc",
    without={"demand.need_growth": 0},
    with_={"demand.need_growth": 0.004},
    measure=in_quarter("funding_gap", 23),
    claimed=+1,
    smallest=200.0,
    reason="a tenth of the gap that was claimed",
    strength=Strength("demand.need_growth", "with"),
    sides=("sector",),
    facts=("demand.need_growth",),
    holds=Point(
        "funding is level from 2016 and placements become dearer by 3.2% a year",
        {"nation.funding_growth_2016_2019": 0, "budget.placement_cost_growth": 0.008},
    ),
    fails=Point(
        "need grows by a tenth of that, with the money and prices of the record",
        with_={"demand.need_growth": 0.0004},
    ),
    beside=(outcome("funding_gap_end"), outcome("quality_end")),
    doubt=(
        "Whether there is a gap of £2bn depends on the level of money alone: see the means. The model's money"
        " grows from 2016, as it did in the record."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
