"""C01: does a private management contract speed up the improvement of an inadequate council?

Councils that made no progress in six months are left to their own plans in one arm and managed by a private
company under contract in the other.
"""

from experiments.claims.contrast import Contrast, Further, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.market import find_provider
from model.rules.support import import_capacity, lead_from_outside

CONTRAST = Contrast(
    claim="C01",
    says="A private management contract speeds up the improvement of an inadequate council.",
    who="joint area review, about 2009 (A1)",
    rules=(
        find_provider,
        import_capacity,
        lead_from_outside,
    ),
    lever="regime.takeover_mix",
    levers=(
        "regime.takeover_mix.own_plan",
        "regime.takeover_mix.private",
        "arrangement.private.power",
        "arrangement.private.ring_fence",
        "arrangement.private.disruption",
        "support.power",
    ),
    regime="private_provider",
    without={"regime.takeover_mix.own_plan": 1, "regime.takeover_mix.private": 0},
    with_={"regime.takeover_mix.own_plan": 0, "regime.takeover_mix.private": 1},
    measure=outcome("quality_after_failure"),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("arrangement.private.power"),
    sides=(
        "government",
        "providers",
    ),
    holds=Point("with nothing else set"),
    fails=Point(
        "outside help hardly takes hold, leadership stays in the council, and starting up disrupts more",
        {
            "support.power": 0.1,
            "arrangement.private.ring_fence": 0,
            "arrangement.private.disruption": 0.4,
        },
    ),
    further=(
        Further(
            "sector led",
            "the company against help from the alliance in place of the council's own plan",
            without={
                "regime.alliance": 1,
                "regime.takeover_mix.own_plan": 0,
                "regime.takeover_mix.alliance": 1,
            },
            with_={"regime.alliance": 1, "regime.takeover_mix.alliance": 0},
        ),
    ),
    beside=(outcome("months_to_better"), outcome("support_cost")),
    bundled=("no_intervention", "private_provider"),
    doubt=(
        "Next to nothing, any help does some good in the model. Next to an adviser who costs a tenth of it,"
        " the contract does worse at the defaults: see C13."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
