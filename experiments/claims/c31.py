"""C31: do strong councils suffer from supporting others?

Partners in practice take on one council at a time in one arm and four in the other.
"""

from experiments.claims.contrast import Contrast, Point, average, outcome
from experiments.claims.screen import answer
from model.rules.leadership import lead_department
from model.rules.support import bear_burden, burden_helpers

CONTRAST = Contrast(
    claim="C31",
    says="Strong councils may lack the capacity to support others.",
    who="Wakefield, 2017 (A4)",
    rules=(
        bear_burden,
        burden_helpers,
        lead_department,
    ),
    levers=(
        "support.partner_capacity",
        "support.helper_burden",
        "support.helper_effort_cost",
        "director.burden_leadership",
        "regime.backfill",
    ),
    regime="partners_in_practice",
    without={"support.partner_capacity": 1},
    with_={"support.partner_capacity": 4},
    measure=average("quality_best_tenth", 20, 44),
    claimed=-1,
    smallest=0.25,
    reason="half of what matters in quality, because helpers are half of the best tenth",
    holds=Point("nobody pays for the helpers' time, as at the defaults"),
    fails=Point("all of the helpers' time is paid for", {"regime.backfill": 1}),
    beside=(average("helper_burden", 20, 44), outcome("quality_never_failed_end")),
)

if __name__ == "__main__":
    answer(CONTRAST)
