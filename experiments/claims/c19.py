"""C19: does a rule that waits for those who progress do better than a fixed deadline?

Both arms have a deadline of six months. In one it is fixed; in the other every visit that finds progress buys
another quarter.
"""

from experiments.claims.contrast import Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.intervention import hold_monitoring_visit, note_takeover
from model.rules.ladder import progress_buys_time
from model.rules.support import disrupt

CONTRAST = Contrast(
    claim="C19",
    says=(
        "Transformation often takes longer than six months, and a flexible rule does better than a fixed one."
    ),
    who="Local Government Association, December 2015 (A3)",
    rules=(progress_buys_time, hold_monitoring_visit, note_takeover, disrupt),
    lever="regime.patience",
    levers=(
        "regime.patience",
        "regime.progress_bar",
        "support.progress_leadership",
        "support.power",
        "arrangement.private.ring_fence",
        "arrangement.private.disruption",
        "support.recovery_bar",
    ),
    regime="private_provider",
    without={"regime.patience": 0},
    with_={"regime.patience": 1},
    measure=outcome("quality_after_failure"),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("arrangement.private.disruption"),
    sides=("sector",),
    holds=Point(
        "all but steep decline is progress; takeover lends next to nothing, brings no leader, disrupts",
        {
            "regime.progress_bar": -1,
            "support.progress_leadership": 0.2,
            "support.power": 0.02,
            "arrangement.private.ring_fence": 0,
            "arrangement.private.disruption": 0.4,
        },
    ),
    fails=Point("with nothing else set"),
    beside=(outcome("takeovers_recovering"), outcome("weak_child_years"), outcome("support_cost")),
    doubt=(
        "At the defaults patience makes next to no difference to quality, to children in weak services, or to"
        " how many councils are taken over that recover already."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
