"""C26: do graduate schemes strengthen the workforce?

The department pays for graduates who enter vacant posts in one arm, and for none in the other.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.workforce import feel_pressure, train_graduates, vacant_posts

CONTRAST = Contrast(
    claim="C26",
    says="£100m for able graduates strengthens the workforce.",
    who="reported in December 2015 (A3)",
    rules=(train_graduates, vacant_posts, feel_pressure),
    lever="workforce.graduate_places",
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
    measure=average("vacancy_rate", 32, 44),
    claimed=-1,
    smallest=0.5,
    reason="what the rate moves by in an ordinary year",
    strength=Strength("workforce.graduate_places", "with"),
    sides=("government",),
    holds=Point("with places for 0.5% of posts a quarter: £100m in five years"),
    fails=Point(
        "half leave after the scheme, and there are a fifth of the places",
        {"workforce.graduate_stay": 0.5},
        with_={"workforce.graduate_places": 0.001},
    ),
    beside=(
        average("agency_share", 32, 44),
        average("experienced_share", 32, 44),
        outcome("quality_end"),
        outcome("extra_cost"),
    ),
    doubt=(
        "Entrants fill vacancies, but dilute experience and replace agency workers who do more: the model's"
        " quality falls a little even where the claim holds."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
