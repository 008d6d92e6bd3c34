"""C03: is the improvement that the sector helps to bring more sustained?

Councils that made no progress in six months are managed by a private company in one arm and helped by the
alliance in the other; they are seen again five years after help first ended.
"""

from experiments.claims.contrast import TWENTY_YEARS, Contrast, Further, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.practice import build_capacity
from model.rules.support import end_arrangement, import_capacity

CONTRAST = Contrast(
    claim="C03",
    says="Help from other councils gives more sustained improvement than that of private companies.",
    who="Local Government Association, about 2009 (A1)",
    rules=(
        build_capacity,
        end_arrangement,
        import_capacity,
    ),
    lever="regime.takeover_mix",
    levers=(
        "regime.takeover_mix.private",
        "regime.takeover_mix.alliance",
        "arrangement.private.capacity_leaving",
        "arrangement.private.power",
        "arrangement.private.setup_quarters",
        "market.skill_mean",
        "support.dependence",
    ),
    regime="private_provider",
    without={"regime.takeover_mix.alliance": 0, "regime.takeover_mix.private": 1},
    with_={"regime.takeover_mix.alliance": 1, "regime.takeover_mix.private": 0},
    measure=outcome("quality_after_help"),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("arrangement.private.capacity_leaving"),
    sides=("sector",),
    shared={"regime.alliance": 1},
    holds=Point(
        "companies take all that they lent with them, and those who are helped learn less",
        {"arrangement.private.capacity_leaving": 1.0, "support.dependence": 0.3},
    ),
    fails=Point(
        "companies start at once, are abler, lend more and leave as much behind as councils do",
        {
            "arrangement.private.setup_quarters": 1,
            "arrangement.private.capacity_leaving": 0.05,
            "arrangement.private.power": 1.5,
            "market.skill_mean": 0.8,
        },
    ),
    quarters=TWENTY_YEARS,
    further=(
        Further(
            "trust",
            "help from the alliance against a trust in place of the company",
            without={"regime.takeover_mix.private": 0, "regime.takeover_mix.trust": 1},
            with_={"regime.takeover_mix.trust": 0},
        ),
    ),
    beside=(outcome("relapse"),),
    bundled=("private_provider", "sector_led"),
)

if __name__ == "__main__":
    answer(CONTRAST)
