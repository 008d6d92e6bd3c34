"""C35: do children's services improve when chief executives are engaged?

Chief executives are encouraged to engage in one arm and left as they are in the other.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.leadership import engage_chief_executive, leaving_hazard_of_director, with_chief_executive

CONTRAST = Contrast(
    claim="C35",
    says="Getting chief executives engaged improves children's services.",
    who="Local Government Association and Solace, 2017 (A4)",
    rules=(
        engage_chief_executive,
        with_chief_executive,
        leaving_hazard_of_director,
    ),
    lever="regime.chief_executives",
    levers=(
        "regime.chief_executives",
        "support.chief_executive_gain",
        "director.chief_executive_weight",
        "director.chief_executive_shield",
        "director.other_services",
        "budget.attention_cost",
    ),
    regime="ad_hoc",
    without={"regime.chief_executives": 0},
    with_={"regime.chief_executives": 1},
    measure=outcome("quality_end"),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("director.chief_executive_weight"),
    sides=("sector",),
    holds=Point("with nothing else set"),
    fails=Point(
        "a chief executive has no part in leading the department",
        {"director.chief_executive_weight": 0},
    ),
    beside=(
        outcome("quality_after_failure"),
        outcome("director_changes"),
        average("director_tenure", 24, 44),
    ),
    doubt="Engagement adds to leadership as if a chief executive could never be wrong.",
)

if __name__ == "__main__":
    answer(CONTRAST)
