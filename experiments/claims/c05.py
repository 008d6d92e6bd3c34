"""C05: do specialist teams help the departments that need them?

Councils that fail keep to their own plans in one arm and get specialist teams, for a year at a time, in the
other.
"""

from experiments.claims.contrast import Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.practice import build_capacity
from model.rules.support import end_arrangement, find_partner, import_capacity

CONTRAST = Contrast(
    claim="C05",
    says="Teams of specialists help departments in need.",
    who="reported about 2009 (A1)",
    rules=(find_partner, import_capacity, end_arrangement, build_capacity),
    lever="regime.support_mix",
    levers=(
        "regime.support_mix.own_plan",
        "regime.support_mix.specialist",
        "support.specialist_places",
        "support.power",
        "support.dependence",
        "regime.first_response",
    ),
    regime="no_intervention",
    without={"regime.support_mix.own_plan": 1, "regime.support_mix.specialist": 0},
    with_={"regime.support_mix.own_plan": 0, "regime.support_mix.specialist": 1},
    measure=outcome("quality_after_failure"),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("support.power"),
    sides=("government",),
    shared={"support.specialist_places": 40},
    holds=Point("there are forty teams"),
    fails=Point(
        "forty teams lend next to nothing, and those who are helped learn less",
        {"support.power": 0.02, "support.dependence": 0.5},
    ),
    beside=(outcome("dependence"), outcome("support_cost")),
    doubt="A team lends capacity as an adviser does; nothing says which specialism the council lacked.",
)

if __name__ == "__main__":
    answer(CONTRAST)
