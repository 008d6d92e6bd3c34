"""C09: does joint work between departments, councils and charities improve services?

Partnership is pushed in one arm only. What is compared is the quality of practice, to which less work done
twice leaves more time.
"""

from experiments.claims.contrast import Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.demand import turn_need_into_work
from model.rules.standing import earn_confidence
from model.rules.workforce import feel_pressure

CONTRAST = Contrast(
    claim="C09",
    says="Joint work between departments, councils and charities improves services.",
    who="prime minister, 2015 (A2)",
    rules=(
        earn_confidence,
        turn_need_into_work,
        feel_pressure,
    ),
    lever="regime.partnership_push",
    levers=("regime.partnership_push", "support.partnership_time", "demand.duplication"),
    regime="ad_hoc",
    without={"regime.partnership_push": 0},
    with_={"regime.partnership_push": 0.3},
    measure=outcome("quality_end"),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("demand.duplication"),
    sides=("government",),
    holds=Point("agencies do up to a fifth of the work twice", {"demand.duplication": 0.2}),
    fails=Point(
        "little is done twice, and joint work takes much of the staff's time",
        {"demand.duplication": 0.02, "support.partnership_time": 0.075},
    ),
    beside=(outcome("duplication"), outcome("outcome_mean")),
    doubt="Charities are part of partnership as a whole; the model does not know them one by one.",
)

if __name__ == "__main__":
    answer(CONTRAST)
