"""C22: do new service leaders or a commissioner put things right?

Failing councils are left to their own plans in one arm; in the other a commissioner takes charge of the
service and may replace its director.
"""

from experiments.claims.contrast import Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.leadership import dismiss_director
from model.rules.support import lead_from_outside, leaves_council_in_charge, take_charge

CONTRAST = Contrast(
    claim="C22",
    says="New service leaders or a commissioner put things right.",
    who="reported in December 2015 (A3)",
    rules=(take_charge, dismiss_director, lead_from_outside, leaves_council_in_charge),
    lever="regime.support_mix",
    levers=(
        "regime.support_mix.own_plan",
        "regime.support_mix.commissioner",
        "regime.commissioner_sacks",
        "arrangement.commissioner.ring_fence",
        "support.power",
        "capacity.director_loss",
        "director.stigma_skill",
        "support.commissioner_count",
    ),
    regime="no_intervention",
    without={"regime.support_mix.own_plan": 1, "regime.support_mix.commissioner": 0},
    with_={"regime.support_mix.own_plan": 0, "regime.support_mix.commissioner": 1},
    measure=outcome("quality_after_failure"),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("regime.commissioner_sacks"),
    sides=("government",),
    holds=Point("every other commissioner replaces the director", {"regime.commissioner_sacks": 0.5}),
    fails=Point(
        "commissioners replace every director, weaker ones follow, and outside help hardly takes hold",
        {
            "regime.commissioner_sacks": 1,
            "director.stigma_skill": 0.8,
            "capacity.director_loss": 0.25,
            "support.power": 0.05,
        },
    ),
    beside=(outcome("months_to_better"), outcome("support_cost")),
)

if __name__ == "__main__":
    answer(CONTRAST)
