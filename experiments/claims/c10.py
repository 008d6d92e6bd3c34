"""C10: can falling resources and rising demand be sustained together?

In one arm funding follows its stated path and need is level; in the other funding falls behind that path by a
fixed share a year while need grows. Councils cannot raise money of their own here, and no government gives
way. Beside it stands the grid of both: each alone, and each with half of the other.
"""

from experiments.claims.contrast import Contrast, Further, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.demand import raise_need
from model.rules.funding import spending_restraint
from model.rules.nation import growth_of_funding

CONTRAST = Contrast(
    claim="C10",
    says="Falling resources with rising demand cannot be sustained.",
    who="president of the Association of Directors of Children's Services, 2015 (A2)",
    rules=(growth_of_funding, raise_need, spending_restraint),
    lever="nation.funding_shift",
    levers=("nation.funding_shift", "demand.need_growth", "budget.placement_cost_growth"),
    regime="ad_hoc",
    without={"nation.funding_shift": 0, "demand.need_growth": 0},
    with_={"nation.funding_shift": -0.03, "demand.need_growth": 0.003},
    measure=outcome("inadequate_mean"),
    claimed=+1,
    smallest=5.0,
    reason="about as many as fail in an ordinary year",
    bundle="the claim is about both together, and the grid beside the verdict parts them",
    further=tuple(
        Further(
            f"funding {funding:g}, need {need:g}",
            f"funding {-100 * funding or 0:g}% a year behind its path, need growing {400 * need:g}% a year",
            with_={"nation.funding_shift": funding, "demand.need_growth": need},
        )
        for funding in (0.0, -0.015, -0.03)
        for need in (0.0, 0.0015, 0.003)
        if (funding, need) not in ((0.0, 0.0), (-0.03, 0.003))
    ),
    strength=Strength("nation.funding_shift", "with", high=0),
    sides=("sector",),
    holds=Point(
        "funding falls 3% a year behind its path while need grows by 1.2% a year, cutting corners costs much"
        " quality, and the bar for a failure stays where it is",
        {"practice.corner_cutting_effect": 1.5, "inspection.bar_drift": 0},
    ),
    fails=Point(
        "funding falls 0.5% a year behind its path, and need grows by 0.4% a year",
        with_={"nation.funding_shift": -0.005, "demand.need_growth": 0.001},
    ),
    beside=(average("councils_in_deficit", 40, 44), average("pressure", 40, 44), outcome("quality_end")),
)

if __name__ == "__main__":
    answer(CONTRAST)
