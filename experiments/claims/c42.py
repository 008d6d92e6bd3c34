"""C42: do licences hold outside providers to the same standard?

Companies manage failing councils. They need a licence in one arm and none in the other. A licence asks for a
provider's skill, which a regulator could not see so clearly.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.market import find_provider
from model.rules.providers import enter_or_leave

CONTRAST = Contrast(
    claim="C42",
    says="Licensing and regulation hold outside providers to the same standard as councils.",
    who="CCN, 2014 (A5)",
    rules=(enter_or_leave, find_provider),
    lever="regime.licence",
    levers=("regime.licence", "market.licence_bar", "market.licence_cost", "market.skill_spread"),
    regime="private_provider",
    without={"regime.licence": 0},
    with_={"regime.licence": 1},
    measure=average("quality_under_contract", 8, 44),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("market.licence_bar"),
    sides=(
        "sector",
        "providers",
    ),
    holds=Point("with nothing else set"),
    fails=Point("every company is good enough for it", {"market.licence_bar": 0.2}),
    beside=(average("providers_live", 8, 44), outcome("bids_per_tender"), outcome("unserved")),
)

if __name__ == "__main__":
    answer(CONTRAST)
