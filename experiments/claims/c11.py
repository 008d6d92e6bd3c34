"""C11: does stopping the cuts do more for children than bringing in companies?

In one arm funding is cut and companies take over where councils fail; in the other funding never falls in
real terms and failing councils have an adviser.
"""

from experiments.claims.background import background
from experiments.claims.contrast import Contrast, Further, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.funding import fund_council
from model.rules.market import find_provider
from model.rules.nation import growth_of_funding

FALL = -100.0 * background()["nation.funding_growth_2014_2015"]
"""Of funding at the two points, in percent a year."""

CONTRAST = Contrast(
    claim="C11",
    says="Stopping the cuts does more than bringing in companies.",
    who="Children England, 2015 (A2)",
    rules=(growth_of_funding, fund_council, find_provider),
    lever="nation.cuts_stop_year",
    levers=(
        "nation.cuts_stop_year",
        "nation.funding_growth_2014_2015",
        "regime.takeover_mix.adviser",
        "regime.takeover_mix.private",
        "market.skill_mean",
        "arrangement.private.power",
        "arrangement.adviser.power",
    ),
    regime="private_provider",
    without={
        "nation.cuts_stop_year": 2040,
        "regime.takeover_mix.adviser": 0,
        "regime.takeover_mix.private": 1,
    },
    with_={
        "nation.cuts_stop_year": 2014,
        "regime.takeover_mix.adviser": 1,
        "regime.takeover_mix.private": 0,
    },
    measure=outcome("weak_child_years"),
    claimed=-1,
    smallest=0.44,
    reason="half of an average council's children, all the time",
    strength=Strength("nation.funding_growth_2014_2015"),
    bundle="the claim weighs one policy against another, and the arms beside the verdict take each by itself",
    further=(
        Further(
            "cuts stopped",
            "stopping the cuts alone, with an adviser in both arms",
            without={"regime.takeover_mix.adviser": 1, "regime.takeover_mix.private": 0},
        ),
        Further(
            "no companies",
            "advisers in place of companies alone, with the cuts in both arms",
            with_={"nation.cuts_stop_year": 2040},
        ),
    ),
    sides=("charities",),
    holds=Point(f"funding falls by {FALL:.1f}% a year in 2014 and 2015"),
    fails=Point(
        "funding hardly falls, and companies are abler than most directors and lend thrice what advisers do",
        {
            "nation.funding_growth_2014_2015": -0.005,
            "market.skill_mean": 0.8,
            "arrangement.private.power": 1.5,
            "arrangement.adviser.power": 0.5,
        },
    ),
    beside=(outcome("inadequate_child_years"), outcome("quality_end")),
)

if __name__ == "__main__":
    answer(CONTRAST)
