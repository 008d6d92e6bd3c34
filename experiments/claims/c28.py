"""C28: do those who are helped gain more where the time of helpers is paid for?

Councils help each other. Their time is paid for in one arm and given for nothing in the other.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.helping import bear_burden, pay_helper
from model.rules.support import help_given, paid_time

CONTRAST = Contrast(
    claim="C28",
    says="Helping those who struggle needs real capacity and money in those who help.",
    who="Local Government Association, December 2015 (A3)",
    rules=(help_given, paid_time, bear_burden, pay_helper),
    lever="regime.backfill",
    levers=(
        "regime.backfill",
        "regime.promise_kept",
        "support.goodwill",
        "support.helper_cost",
        "support.helper_burden",
    ),
    regime="sector_led",
    without={"regime.backfill": 0},
    with_={"regime.backfill": 1},
    measure=outcome("quality_after_failure"),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("support.goodwill"),
    sides=("sector",),
    holds=Point("councils give half as much in time that nobody pays for", {"support.goodwill": 0.5}),
    fails=Point("councils give as much in time that nobody pays for"),
    beside=(average("helper_burden", 24, 44), outcome("extra_cost"), outcome("quality_end")),
)

if __name__ == "__main__":
    answer(CONTRAST)
