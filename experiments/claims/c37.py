"""C37: do providers deliver what was agreed only where councils oversee them?

Companies manage failing councils in both arms. In one the council pays for close oversight, in the other for
none. What oversight is worth to the public is left out.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.contracts import apply_terms_of_contract, share_delivered
from model.rules.funding import plan_spending

CONTRAST = Contrast(
    claim="C37",
    says="Councils must stay in charge of commissioning, oversight and accountability.",
    who="Local Government Association and Solace, 2014 (A5)",
    rules=(share_delivered, apply_terms_of_contract, plan_spending),
    lever="regime.oversight",
    levers=("regime.oversight", "market.shirk", "market.oversight_cost"),
    regime="private_provider",
    without={"regime.oversight": 0},
    with_={"regime.oversight": 1},
    measure=outcome("quality_after_failure"),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("market.shirk"),
    sides=("sector",),
    holds=Point("providers keep back half of their help where nobody looks", {"market.shirk": 0.5}),
    fails=Point("providers keep back nothing"),
    beside=(average("quality_under_contract", 8, 44), outcome("oversight_cost"), outcome("relapse")),
)

if __name__ == "__main__":
    answer(CONTRAST)
