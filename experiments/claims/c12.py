"""C12: is a market worth being in whose customers have ever less money?

Funding follows its stated path in one arm and falls behind it by a fixed share a year in the other; companies
may found themselves, and leave when they have run out of money.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.providers import enter_or_leave, found_company, settle_cash, spend_on_contract

CONTRAST = Contrast(
    claim="C12",
    says="A market whose customers have ever less money is not worth entering or staying in.",
    who="Children England, 2015 (A2)",
    rules=(enter_or_leave, found_company, settle_cash, spend_on_contract),
    lever="nation.funding_shift",
    levers=(
        "nation.funding_shift",
        "market.insolvency",
        "market.fixed_cost",
        "market.starting_cash",
        "market.entry_rate",
        "market.fee",
    ),
    regime="private_provider",
    without={"nation.funding_shift": 0},
    with_={"nation.funding_shift": -0.03},
    measure=average("providers_live", 24, 44),
    claimed=-1,
    smallest=1.0,
    reason="one company in six",
    strength=Strength("nation.funding_shift", "with", high=0),
    sides=("charities",),
    shared={"market.insolvency": 1},
    holds=Point("companies that run out of money leave", {"market.entry_rate": 0.1}),
    fails=Point(
        "the fee is a fifth higher than usual",
        {"market.entry_rate": 0.1, "market.fee": 0.12},
    ),
    beside=(outcome("bids_per_tender"), outcome("provider_entries"), outcome("provider_exits")),
)

if __name__ == "__main__":
    answer(CONTRAST)
