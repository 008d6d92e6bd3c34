"""C16: do children lose where they lose their worker, at equal quality of practice?

Both arms are the same world, with the same quality to the last digit; in one arm part of what reaches
children rests on keeping one's worker.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.standing import what_reaches_children
from model.rules.workforce import feel_pressure

CONTRAST = Contrast(
    claim="C16",
    says="Trusting relationships are the bedrock: children lose where they do not keep their worker.",
    who="National Children's Bureau, 2015 (A2)",
    rules=(what_reaches_children, feel_pressure),
    lever="outcome.continuity",
    levers=("outcome.continuity", "nation.leaving_shift", "nation.hiring_shift"),
    regime="ad_hoc",
    without={"outcome.continuity": 0},
    with_={"outcome.continuity": 0.6},
    measure=outcome("outcome_mean"),
    claimed=-1,
    smallest=0.25,
    reason="half of what matters in quality, which it follows slowly",
    strength=Strength("outcome.continuity", "with"),
    sides=("charities",),
    facts=("outcome.continuity",),
    holds=Point("staff leave a third more often everywhere", {"nation.leaving_shift": 0.3}),
    fails=Point(
        "staff leave a quarter less often everywhere, and children need the same worker for half a year only",
        {"nation.leaving_shift": -0.3, "workforce.churn_span": 2},
    ),
    beside=(average("continuity", 24, 44),),
    doubt="Relationships are staying with one worker; whether they are trusting is more than that.",
)

if __name__ == "__main__":
    answer(CONTRAST)
