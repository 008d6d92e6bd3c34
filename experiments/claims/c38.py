"""C38: would companies pick the easy councils and leave the others?

Companies manage failing councils where they bid. They have to bid for every council in one arm and choose in
the other.
"""

from experiments.claims.contrast import Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.contracts import difficulty_of_contract, share_covered
from model.rules.market import find_provider

CONTRAST = Contrast(
    claim="C38",
    says="The easy or profitable parts would be cherry-picked.",
    who="Local Government Association and Solace, 2014 (A5)",
    rules=(find_provider, difficulty_of_contract, share_covered),
    lever="regime.must_serve",
    levers=(
        "regime.must_serve",
        "market.contract_scope",
        "market.residual",
        "market.cost_of_failure",
        "market.fee",
    ),
    regime="private_provider",
    without={"regime.must_serve": 1},
    with_={"regime.must_serve": 0},
    measure=outcome("unserved"),
    claimed=+1,
    smallest=22.0,
    reason="two council-quarters a year",
    strength=Strength("market.fee"),
    sides=("sector",),
    holds=Point("with nothing else set"),
    fails=Point("the fee is twice as high, so that every council pays", {"market.fee": 0.2}),
    beside=(outcome("bids_per_tender"), outcome("quality_after_failure")),
    doubt=(
        "Councils that nobody bids for keep an adviser in the model, and do no worse with one: being left"
        " over costs them a contract and nothing else."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
