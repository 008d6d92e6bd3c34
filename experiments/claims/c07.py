"""C07: does working more closely with other agencies improve what children get, whoever runs the service?

Partnership is pushed in one arm only, where failure is dealt with case by case and, beside it, under four
other regimes on the same sets: how much less or more it does there is how ownership and partnership interact.
"""

from experiments.claims.contrast import Contrast, Further, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.standing import earn_confidence, what_reaches_children
from model.rules.workforce import feel_pressure

CONTRAST = Contrast(
    claim="C07",
    says="Stronger partnership with other agencies improves outcomes, whoever owns the service.",
    who="president of the Association of Directors of Children's Services, about 2009 (A1)",
    rules=(earn_confidence, what_reaches_children, feel_pressure),
    lever="regime.partnership_push",
    levers=(
        "regime.partnership_push",
        "support.partnership_time",
        "outcome.handover_harm",
        "demand.duplication",
    ),
    regime="ad_hoc",
    without={"regime.partnership_push": 0},
    with_={"regime.partnership_push": 0.3},
    measure=outcome("outcome_mean"),
    claimed=+1,
    smallest=0.25,
    reason="half of what matters in quality, which it follows slowly",
    strength=Strength("outcome.handover_harm"),
    sides=("sector",),
    holds=Point(
        "a tenth of the outcome is lost where agencies do not work together at all",
        {"outcome.handover_harm": 0.1},
    ),
    fails=Point(
        "nothing is lost between agencies, and joint work takes much of the staff's time",
        {"outcome.handover_harm": 0, "demand.duplication": 0, "support.partnership_time": 0.075},
    ),
    also_under=("no_intervention", "sector_led", "private_provider", "trust"),
    further=tuple(
        Further(regime, f"the same under {regime}", regime=regime)
        for regime in ("no_intervention", "sector_led", "private_provider", "trust")
    ),
    beside=(outcome("quality_end"),),
)

if __name__ == "__main__":
    answer(CONTRAST)
