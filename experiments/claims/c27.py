"""C27: does help that is limited in time put councils back on their feet?

The alliance stays with those who recover for ten years in one arm and for one year in the other.
"""

from experiments.claims.contrast import TWENTY_YEARS, Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.ladder import arrangement_is_over
from model.rules.practice import build_capacity
from model.rules.support import end_arrangement

CONTRAST = Contrast(
    claim="C27",
    says="Outside help should be limited in time, so that the council stands on its own feet again.",
    who="Local Government Association, December 2015 (A3)",
    rules=(build_capacity, arrangement_is_over, end_arrangement),
    lever="arrangement.alliance.duration",
    levers=(
        "arrangement.alliance.duration",
        "support.dependence",
        "support.transfer",
        "arrangement.alliance.own_building",
        "arrangement.alliance.capacity_leaving",
    ),
    regime="sector_led",
    without={"arrangement.alliance.duration": 40},
    with_={"arrangement.alliance.duration": 4},
    measure=average("improvement_capacity", 60, 80),
    claimed=+1,
    smallest=0.01,
    reason="a fortieth of the capacity of an ordinary council",
    strength=Strength("support.dependence"),
    sides=("sector",),
    holds=Point(
        "help teaches nothing, and those who are helped build up little of their own",
        {
            "support.transfer": 0,
            "support.dependence": 0.5,
            "arrangement.alliance.own_building": 0.6,
        },
    ),
    fails=Point("help teaches those who are helped"),
    quarters=TWENTY_YEARS,
    beside=(outcome("quality_end"), outcome("relapse"), outcome("dependence")),
    doubt=(
        "Even where councils build up more of their own without help, they do worse without it: quality"
        " is lower and relapse more frequent. The model knows no other harm in long help than its cost."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
