"""C14: can new leadership alone turn a council round?

Failing councils are left to their own plans. In one arm a judgement of inadequate costs the director the post
at once; in the other directors stay or go as they would.
"""

from experiments.claims.contrast import Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.leadership import bedded_in, dismiss_director, replace_director_after_failure

CONTRAST = Contrast(
    claim="C14",
    says="New leadership alone can turn a council round.",
    who="National Children's Bureau, 2015 (A2)",
    rules=(replace_director_after_failure, dismiss_director, bedded_in),
    lever="regime.director_replaced",
    levers=(
        "regime.director_replaced",
        "director.bedding_in",
        "director.bedding_in_depth",
        "director.stigma_skill",
        "capacity.director_loss",
    ),
    regime="no_intervention",
    without={"regime.director_replaced": 0},
    with_={"regime.director_replaced": 1},
    measure=outcome("quality_after_failure"),
    claimed=+1,
    smallest=0.5,
    reason="a thirtieth of the way from inadequate to good",
    strength=Strength("director.bedding_in"),
    sides=("charities",),
    holds=Point(
        "a new director starts at half strength, needs half a year to bed in and leads nearly alone, and the"
        " change costs hardly any capacity",
        {
            "director.bedding_in": 2,
            "director.bedding_in_depth": 0.5,
            "director.chief_executive_weight": 0.1,
            "capacity.director_loss": 0.01,
        },
    ),
    fails=Point(
        "a new director can do very little at first and needs two years to bed in",
        {"director.bedding_in": 8, "director.bedding_in_depth": 0.9},
    ),
    beside=(outcome("months_to_better"), outcome("director_changes")),
)

if __name__ == "__main__":
    answer(CONTRAST)
