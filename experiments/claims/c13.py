"""C13: does outsourcing bring no vast improvement, and save nothing?

Councils that made no progress in six months have an adviser in one arm and are managed by a private company
in the other. The verdict is about quality, and says nothing against the claim where quality falls. That it
saves nothing, the other half of what was said, has a verdict of its own. What a contract costs was found in
the record; what a company achieves was not, so that its power is assumed.
"""

from experiments.claims.contrast import Contrast, Part, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.market import find_provider
from model.rules.support import lead_from_outside, make_out_bill

CONTRAST = Contrast(
    claim="C13",
    says="Outsourcing brings no vast improvement.",
    who="Children England, 2015 (A2)",
    rules=(
        find_provider,
        make_out_bill,
        lead_from_outside,
    ),
    lever="regime.takeover_mix",
    levers=(
        "regime.takeover_mix.adviser",
        "regime.takeover_mix.private",
        "arrangement.private.power",
        "arrangement.adviser.power",
        "arrangement.private.running_cost",
        "market.skill_mean",
    ),
    regime="private_provider",
    without={"regime.takeover_mix.adviser": 1, "regime.takeover_mix.private": 0},
    with_={"regime.takeover_mix.adviser": 0, "regime.takeover_mix.private": 1},
    measure=outcome("quality_after_failure"),
    claimed="not above",
    smallest=3.0,
    reason="vast would be a fifth of the way from inadequate to good at the very least",
    strength=Strength("arrangement.private.power"),
    sides=("charities",),
    holds=Point("help from outside does little, whoever gives it", {"support.power": 0.1}),
    fails=Point(
        "help does much, and companies are far abler than most directors, start within a quarter and lend"
        " thrice what advisers do",
        {
            "support.power": 0.5,
            "market.skill_mean": 0.8,
            "arrangement.private.setup_quarters": 1,
            "arrangement.private.power": 1.5,
            "arrangement.adviser.power": 0.5,
        },
    ),
    beside=(outcome("support_cost"),),
    parts=(
        Part(
            "It saves nothing.",
            outcome("total_cost"),
            "not below",
            110.0,
            "a thousandth of what is spent each year",
        ),
    ),
    bundled=("ad_hoc", "private_provider"),
)

if __name__ == "__main__":
    answer(CONTRAST)
