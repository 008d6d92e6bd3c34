"""C32: does calling councils givers and takers of help drive them apart?

Partners in practice help the others. In one arm those who help attract staff and directors and those who are
helped lose them; in the other the label does nothing.
"""

from experiments.claims.contrast import Contrast, Point, average, outcome
from experiments.claims.screen import answer
from model.rules.leadership import chance_of_permanent
from model.rules.support import burden_helpers
from model.rules.workforce import hire_staff

CONTRAST = Contrast(
    claim="C32",
    says="Labelling councils as givers and takers polarises quality.",
    who="Wakefield, 2017 (A4)",
    rules=(
        hire_staff,
        chance_of_permanent,
        burden_helpers,
    ),
    levers=("workforce.label_attraction",),
    regime="partners_in_practice",
    without={"workforce.label_attraction": 0},
    with_={"workforce.label_attraction": 0.4},
    measure=average("quality_sd", 32, 44),
    claimed=+1,
    smallest=0.5,
    reason="a fortieth of the spread between councils",
    holds=Point("the label counts as much as it can"),
    fails=Point("the label counts a tenth of that", with_={"workforce.label_attraction": 0.04}),
    beside=(average("bimodality", 32, 44), outcome("vacancy_end")),
    bundled=("sector_led", "partners_in_practice"),
)

if __name__ == "__main__":
    answer(CONTRAST)
