"""C41: do most services stay in house even where outsiders are let in?

Councils run all services themselves in one arm. In the other companies take over where they fail, and
councils may tender by choice.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.market import consider_outsourcing, find_provider
from model.rules.start_helpers import provider_capacity

CONTRAST = Contrast(
    claim="C41",
    says="Councils hold about nine tenths of the capacity, so that most services stay in house.",
    who="CCN, 2014 (A5)",
    rules=(consider_outsourcing, find_provider, provider_capacity),
    lever="regime.takeover_mix",
    levers=(
        "regime.takeover_mix.own_plan",
        "regime.takeover_mix.private",
        "regime.voluntary_outsourcing",
        "market.private_count",
    ),
    regime="private_provider",
    without={
        "regime.takeover_mix.own_plan": 1,
        "regime.takeover_mix.private": 0,
        "regime.voluntary_outsourcing": 0,
    },
    with_={
        "regime.takeover_mix.own_plan": 0,
        "regime.takeover_mix.private": 1,
        "regime.voluntary_outsourcing": 0,
    },
    measure=outcome("in_house"),
    claimed=0,
    smallest=10.0,
    reason="the tenth of capacity that is not the councils' own",
    bundle="outsiders come by failure and by choice; the two points and the strength vary how much by choice",
    strength=Strength("regime.voluntary_outsourcing", "with"),
    sides=("sector",),
    holds=Point("with nothing else set"),
    fails=Point(
        "there are twelve companies, and councils tender by choice",
        {"market.private_count": 12},
        with_={"regime.voluntary_outsourcing": 0.01},
    ),
    beside=(average("contracts", 24, 44), outcome("bids_per_tender")),
)

if __name__ == "__main__":
    answer(CONTRAST)
