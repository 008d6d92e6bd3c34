"""C27: does help that is limited in time put councils back on their feet?

The alliance stays with those who recover for ten years in one arm and for one year in the other.
"""

from experiments.claims.contrast import TWENTY_YEARS, Contrast, Point, average, outcome
from experiments.claims.screen import answer
from model.rules.ladder import arrangement_is_over
from model.rules.practice import build_capacity
from model.rules.support import end_arrangement

CONTRAST = Contrast(
    claim="C27",
    says="Outside help should be limited in time, so that the council stands on its own feet again.",
    who="Local Government Association, December 2015 (A3)",
    rules=(build_capacity, arrangement_is_over, end_arrangement),
    levers=("arrangement.alliance.duration", "support.dependence", "arrangement.alliance.capacity_leaving"),
    regime="sector_led",
    without={"arrangement.alliance.duration": 40},
    with_={"arrangement.alliance.duration": 4},
    measure=average("improvement_capacity", 60, 80),
    claimed=+1,
    smallest=0.01,
    reason="a fortieth of the capacity of an ordinary council",
    holds=Point("those who are helped learn half as much by themselves", {"support.dependence": 0.5}),
    fails=Point("those who are helped learn as much by themselves as ever"),
    quarters=TWENTY_YEARS,
    beside=(outcome("dependence"), outcome("relapse"), outcome("quality_after_help")),
    doubt=(
        "That helped councils stop learning is assumed; without it, the model knows no harm in long help but"
        " its cost."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
