"""C36: does a perceived profit motive cost public confidence?

Companies manage failing councils in both arms, with the same results; in one arm the public sees a profit
motive in it.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.standing import earn_confidence
from model.rules.support import run_arrangement

CONTRAST = Contrast(
    claim="C36",
    says="A perceived profit motive undermines public confidence.",
    who="Local Government Association and Solace, 2014 (A5)",
    rules=(
        run_arrangement,
        earn_confidence,
    ),
    lever="arrangement.private.profit_motive",
    levers=("arrangement.private.profit_motive", "market.profit_motive", "regime.voluntary_outsourcing"),
    regime="private_provider",
    without={"arrangement.private.profit_motive": 0},
    with_={"arrangement.private.profit_motive": 1},
    measure=outcome("confidence_end"),
    claimed=-1,
    smallest=0.01,
    reason="one person in a hundred",
    strength=Strength("market.profit_motive"),
    sides=("sector",),
    holds=Point(
        "a contract costs 0.25 of public confidence, which follows quality with a delay of three years, and"
        " councils tender by choice",
        {"market.profit_motive": 0.25, "regime.voluntary_outsourcing": 0.005, "standing.delay": 12},
    ),
    fails=Point("a contract costs 0.02 of public confidence", {"market.profit_motive": 0.02}),
    beside=(average("contracts", 24, 44), outcome("vacancy_end")),
    bundled=("trust", "private_provider"),
    doubt="Confidence is lost once, when the contract begins, by an amount that nobody has measured.",
)

if __name__ == "__main__":
    answer(CONTRAST)
