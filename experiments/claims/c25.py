"""C25: do freedoms for the best councils raise performance?

The best councils get freedoms in one arm; in the other nobody does.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.intervention import engage_sector
from model.rules.practice import make_effort, room_to_try
from model.rules.support import is_freed

CONTRAST = Contrast(
    claim="C25",
    says="Freedoms for the best councils raise their performance.",
    who="reported in December 2015 (A3)",
    rules=(is_freed, engage_sector, make_effort, room_to_try),
    lever="regime.freedoms",
    levers=("regime.freedoms", "regime.freedom_grade", "support.freedom", "support.freedom_risk"),
    regime="ad_hoc",
    without={"regime.freedoms": 0},
    with_={"regime.freedoms": 1},
    measure=outcome("quality_end"),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("support.freedom"),
    sides=("government",),
    holds=Point(
        "good councils are freed too, freedoms release effort, effort builds capacity on which practice"
        " rests, and nothing that is tried goes wrong",
        {
            "regime.freedom_grade": 2,
            "support.freedom": 0.08,
            "support.freedom_risk": 0,
            "capacity.gain": 0.08,
            "practice.capacity_effect": 3,
        },
    ),
    fails=Point("only outstanding councils are freed, as by default"),
    beside=(average("quality_best_tenth", 24, 44), outcome("quality_sd_end"), average("freed", 24, 44)),
    doubt="What councils would do with freedoms is one number for effort and one for risk.",
)

if __name__ == "__main__":
    answer(CONTRAST)
