"""C15: does care improve when less is done twice and children are not passed between systems?

Partnership is pushed in one arm only, to which everything that agencies do twice responds. What is compared
is the pressure of work.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.demand import turn_need_into_work
from model.rules.standing import earn_confidence, what_reaches_children

CONTRAST = Contrast(
    claim="C15",
    says="Less duplication, and children not passed between systems, improves care.",
    who="National Children's Bureau, 2015 (A2)",
    rules=(turn_need_into_work, earn_confidence, what_reaches_children),
    lever="regime.partnership_push",
    levers=(
        "regime.partnership_push",
        "demand.duplication",
        "support.partnership_time",
        "outcome.handover_harm",
    ),
    regime="ad_hoc",
    without={"regime.partnership_push": 0},
    with_={"regime.partnership_push": 0.3},
    measure=average("pressure", 24, 44),
    claimed=-1,
    smallest=0.01,
    reason="one case in a hundred for every worker",
    strength=Strength("demand.duplication"),
    sides=("charities",),
    holds=Point("agencies do up to a fifth of the work twice", {"demand.duplication": 0.2}),
    fails=Point(
        "little is done twice, and joint work takes much of the staff's time",
        {"demand.duplication": 0.02, "support.partnership_time": 0.075},
    ),
    beside=(average("workload", 24, 44), outcome("outcome_mean")),
)

if __name__ == "__main__":
    answer(CONTRAST)
