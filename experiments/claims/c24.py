"""C24: does recruiting charities as sponsors shorten the wait for a trust?

Councils that made no progress in six months are planned for a trust. In one arm charities are recruited as
sponsors; in the other there are those of the start.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.market import find_provider
from model.rules.practice import adopt_innovation, share_innovation
from model.rules.providers import recruit_sponsor

CONTRAST = Contrast(
    claim="C24",
    says="Charities can be recruited as sponsors, and innovate.",
    who="reported in December 2015 (A3)",
    rules=(recruit_sponsor, find_provider, adopt_innovation, share_innovation),
    lever="market.sponsor_recruitment",
    levers=(
        "market.sponsor_recruitment",
        "market.recruitment_cost",
        "market.charity_count",
        "market.innovation",
        "market.diffusion",
        "market.adoption_effort",
    ),
    regime="trust",
    without={"market.sponsor_recruitment": 0},
    with_={"market.sponsor_recruitment": 0.25},
    measure=outcome("unserved"),
    claimed=-1,
    smallest=22.0,
    reason="two council-quarters a year",
    strength=Strength("market.sponsor_recruitment", "with"),
    sides=(
        "government",
        "providers",
    ),
    holds=Point(
        "four charities sponsor at the start, and their ways do good",
        {"market.innovation": 0.1, "market.diffusion": 0.02},
    ),
    fails=Point("twelve charities sponsor at the start, as many as ever", {"market.charity_count": 12}),
    beside=(outcome("waiting_time"), average("innovation", 24, 44), outcome("quality_end")),
    doubt=(
        "That new ways are better is not known: the range of their effect spans zero, and its default is"
        " zero."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
