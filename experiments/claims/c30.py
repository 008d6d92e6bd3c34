"""C30: does relying on a few councils leave requests for help unmet?

Only partners in practice help. There are thirty of them in one arm and eight in the other, as were named in
December 2015. The few are the best by quality, the many those after them.
"""

from experiments.claims.contrast import Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.intervention import count_waiting, find_ally, offer_early_support
from model.rules.support import find_partner

CONTRAST = Contrast(
    claim="C30",
    says="Relying on a few councils wastes the capability of the many.",
    who="Local Government Association, 2017 (A4)",
    rules=(find_partner, find_ally, offer_early_support, count_waiting),
    lever="support.partners_in_practice_count",
    levers=("support.partners_in_practice_count", "support.partner_capacity", "regime.early_support"),
    regime="partners_in_practice",
    without={"support.partners_in_practice_count": 30},
    with_={"support.partners_in_practice_count": 8},
    measure=outcome("unmet"),
    claimed=+1,
    smallest=5.0,
    reason="one request in twenty",
    strength=Strength("support.partner_capacity"),
    sides=("sector",),
    holds=Point("a partner helps one council at a time", {"support.partner_capacity": 1}),
    fails=Point(
        "twenty partners help four councils at a time each, and only those who failed ask",
        {"support.partner_capacity": 4, "regime.early_support": 0},
        with_={"support.partners_in_practice_count": 20},
    ),
    beside=(outcome("waiting_time"), outcome("quality_after_failure")),
)

if __name__ == "__main__":
    answer(CONTRAST)
