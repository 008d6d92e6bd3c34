"""C02: does bought-in private management neglect the development of the workforce?

Councils that made no progress in six months are helped by the alliance in one arm and managed by a private
company in the other; staff are counted three years after help first ended.
"""

from experiments.claims.contrast import TWENTY_YEARS, Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.practice import build_capacity
from model.rules.support import end_arrangement
from model.rules.workforce import turn_over_staff

CONTRAST = Contrast(
    claim="C02",
    says="Buying in private management does not serve long-term aims such as developing the workforce.",
    who="adviser of the Improvement and Development Agency (IDeA), about 2009 (A1)",
    rules=(
        turn_over_staff,
        build_capacity,
        end_arrangement,
    ),
    lever="regime.takeover_mix",
    levers=(
        "regime.takeover_mix.alliance",
        "regime.takeover_mix.private",
        "arrangement.private.staff_development",
        "market.profit_motive",
    ),
    regime="private_provider",
    without={"regime.takeover_mix.alliance": 1, "regime.takeover_mix.private": 0},
    with_={"regime.takeover_mix.alliance": 0, "regime.takeover_mix.private": 1},
    measure=outcome("experienced_after_help"),
    claimed=-1,
    smallest=1.0,
    reason="one post in a hundred",
    strength=Strength("arrangement.private.staff_development"),
    sides=("sector",),
    shared={"regime.alliance": 1},
    holds=Point(
        "companies develop half as many staff as a council would",
        {"arrangement.private.staff_development": 0.5},
    ),
    fails=Point(
        "companies develop staff as councils do, and the public sees no profit motive",
        {
            "arrangement.private.staff_development": 1.0,
            "market.profit_motive": 0,
        },
    ),
    quarters=TWENTY_YEARS,
    beside=(outcome("vacancy_after_help"), outcome("quality_after_help")),
    bundled=("sector_led", "private_provider"),
    doubt=(
        "That companies develop fewer staff is put in, not derived: the model only follows what comes of it."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
