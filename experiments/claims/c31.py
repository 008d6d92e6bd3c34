"""C31: do strong councils suffer from supporting others?

Partners in practice take on one council at a time in one arm and four in the other.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.helping import bear_burden, burden_helpers
from model.rules.leadership import lead_department

CONTRAST = Contrast(
    claim="C31",
    says="Strong councils may lack the capacity to support others.",
    who="Wakefield, 2017 (A4)",
    rules=(bear_burden, burden_helpers, lead_department),
    lever="support.partner_capacity",
    levers=(
        "support.partner_capacity",
        "support.partners_in_practice_count",
        "support.helper_burden",
        "director.burden_leadership",
        "director.burden_leaving",
        "capacity.director_loss",
        "regime.backfill",
    ),
    regime="partners_in_practice",
    without={"support.partner_capacity": 1},
    with_={"support.partner_capacity": 4},
    measure=average("quality_best_tenth", 20, 44),
    claimed=-1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("director.burden_leadership"),
    sides=("sector",),
    holds=Point(
        "a tenth of all councils are partners, and burdened directors lead less, leave, and are missed",
        {
            "support.partners_in_practice_count": 15,
            "director.burden_leadership": 0.6,
            "director.burden_leaving": 1.2,
            "capacity.director_loss": 0.25,
        },
    ),
    fails=Point(
        "the same, with all of the helpers' time paid for",
        {
            "support.partners_in_practice_count": 15,
            "director.burden_leadership": 0.6,
            "director.burden_leaving": 1.2,
            "capacity.director_loss": 0.25,
            "regime.backfill": 1,
        },
    ),
    beside=(average("helper_burden", 20, 44), outcome("quality_never_failed_end")),
    doubt=(
        "Even where all of them help to the limit, the best lose little: the model's strong councils have"
        " capacity to spare."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
