"""C26: do graduate schemes strengthen the workforce?

The department pays for graduates who enter vacant posts in one arm, and for none in the other.
"""

from experiments.claims.contrast import Contrast, Point, average, outcome
from experiments.claims.screen import answer
from model.rules.workforce import feel_pressure, hire_staff, turn_over_staff

CONTRAST = Contrast(
    claim="C26",
    says="£100m for able graduates strengthens the workforce.",
    who="reported in December 2015 (A3)",
    rules=(
        turn_over_staff,
        hire_staff,
        feel_pressure,
    ),
    levers=(
        "workforce.graduate_places",
        "workforce.graduate_stay",
        "workforce.supervision",
        "workforce.graduate_programme",
        "workforce.graduate_cost",
    ),
    regime="ad_hoc",
    without={"workforce.graduate_places": 0},
    with_={"workforce.graduate_places": 0.005},
    measure=average("experienced_share", 32, 44),
    claimed=+1,
    smallest=0.5,
    reason="one post in two hundred",
    holds=Point("nine in ten stay after the scheme", {"workforce.graduate_stay": 0.9}),
    fails=Point(
        "half leave after a scheme of three years",
        {"workforce.graduate_stay": 0.5, "workforce.graduate_programme": 12, "workforce.supervision": 0.2},
    ),
    beside=(average("vacancy_rate", 32, 44), average("agency_share", 32, 44), outcome("extra_cost")),
)

if __name__ == "__main__":
    answer(CONTRAST)
