"""C08: do new providers improve services by breaking the monopoly of councils?

Councils that made no progress in six months keep an adviser in one arm; in the other half of them go to a
private company and half to a trust.
"""

from experiments.claims.contrast import Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.market import expected_margin, find_provider
from model.rules.support import lead_from_outside

CONTRAST = Contrast(
    claim="C08",
    says="Breaking the monopoly of councils with new providers improves services.",
    who="prime minister, 2015 (A2)",
    rules=(
        find_provider,
        expected_margin,
        lead_from_outside,
    ),
    lever="regime.takeover_mix",
    levers=(
        "regime.takeover_mix.adviser",
        "regime.takeover_mix.private",
        "regime.takeover_mix.trust",
        "market.skill_mean",
        "arrangement.private.power",
        "arrangement.trust.power",
    ),
    regime="trust",
    without={
        "regime.takeover_mix.adviser": 1,
        "regime.takeover_mix.private": 0,
        "regime.takeover_mix.trust": 0,
    },
    with_={
        "regime.takeover_mix.adviser": 0,
        "regime.takeover_mix.private": 0.5,
        "regime.takeover_mix.trust": 0.5,
    },
    measure=outcome("quality_end"),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("market.skill_mean"),
    sides=(
        "government",
        "providers",
    ),
    holds=Point(
        "help does much, and providers are abler than most directors and lend thrice what advisers do",
        {
            "support.power": 0.5,
            "market.skill_mean": 0.65,
            "arrangement.private.power": 1.5,
            "arrangement.trust.power": 1.5,
            "arrangement.adviser.power": 0.5,
        },
    ),
    fails=Point("providers are as able as the average director, and lend what others do"),
    beside=(outcome("outcome_mean"), outcome("support_cost")),
    bundled=("ad_hoc", "private_provider"),
    doubt=(
        "Competition itself does nothing in the model: providers help one council at a time, and no council"
        " does better because it could lose its services."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
