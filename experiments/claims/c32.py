"""C32: does calling councils givers and takers of help drive them apart?

Partners in practice help the others. In one arm those who help attract staff and directors and those who are
helped lose them; in the other the label does nothing.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.leadership import chance_of_permanent
from model.rules.standing import wear_label
from model.rules.workforce import hire_staff

CONTRAST = Contrast(
    claim="C32",
    says="Labelling councils as givers and takers polarises quality.",
    who="Wakefield, 2017 (A4)",
    rules=(wear_label, hire_staff, chance_of_permanent),
    lever="workforce.label_attraction",
    levers=(
        "workforce.label_attraction",
        "support.partners_in_practice_count",
        "regime.early_support",
        "practice.experience_effect",
        "practice.continuity_effect",
    ),
    regime="partners_in_practice",
    without={"workforce.label_attraction": 0},
    with_={"workforce.label_attraction": 0.4},
    measure=average("quality_sd", 32, 44),
    claimed=+1,
    smallest=0.5,
    reason="a fortieth of the spread between councils",
    strength=Strength("workforce.label_attraction", "with"),
    sides=("sector",),
    facts=("workforce.label_attraction",),
    holds=Point(
        "thirty councils help many, and experience and continuity of staff count as much as they can",
        {
            "support.partners_in_practice_count": 30,
            "regime.early_support": 0.1,
            "practice.experience_effect": 2,
            "practice.continuity_effect": 3,
        },
    ),
    fails=Point("the label counts as much, and staff as usual"),
    beside=(average("bimodality", 32, 44), outcome("vacancy_end")),
    bundled=("sector_led", "partners_in_practice"),
)

if __name__ == "__main__":
    answer(CONTRAST)
