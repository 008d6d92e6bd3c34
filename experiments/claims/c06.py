"""C06: does the need for outside providers shrink once the sector leads?

Councils that made no progress in six months are planned for a trust. In one arm the alliance is asked first,
and grows by so much for every quarter in which it is called on; in the other nobody but sponsors is asked.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.helping import recruit_to_alliance
from model.rules.intervention import kind_to_try
from model.rules.support import find_partner

CONTRAST = Contrast(
    claim="C06",
    says="The need for outside providers shrinks once the sector leads.",
    who="Local Government Association, about 2009 (A1)",
    rules=(kind_to_try, recruit_to_alliance, find_partner),
    lever="regime.sector_first",
    levers=("regime.sector_first", "support.sector_growth", "support.alliance_count", "regime.early_support"),
    regime="trust",
    without={"regime.sector_first": 0},
    with_={"regime.sector_first": 1},
    measure=average("contracts", 24, 44),
    claimed=-1,
    smallest=1.0,
    reason="one council",
    strength=Strength("support.sector_growth"),
    sides=("sector",),
    shared={"regime.alliance": 1, "support.sector_growth": 0.03},
    holds=Point("forty-five councils help at the start"),
    fails=Point(
        "ten councils help, no others join, and those who had not failed are promised most for ten years",
        {
            "support.alliance_count": 10,
            "regime.early_support": 0.1,
            "regime.early_support_kind": "alliance",
            "arrangement.alliance.duration": 40,
            "support.sector_growth": 0,
        },
    ),
    beside=(outcome("quality_after_failure"), outcome("support_cost")),
)

if __name__ == "__main__":
    answer(CONTRAST)
