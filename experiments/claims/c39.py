"""C39: do councils take services back where there is no clear evidence of improvement?

Companies manage failing councils. In one arm a council may return a contract that has brought nothing; in the
other it keeps it to its end.
"""

from experiments.claims.contrast import Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.intervention import hold_monitoring_visit
from model.rules.ladder import arrangement_is_over, has_brought_nothing, pulls_back

CONTRAST = Contrast(
    claim="C39",
    says="Without clear evidence of improvement councils pull services back.",
    who="president of the Association of Directors of Children's Services, 2014 (A5)",
    rules=(pulls_back, has_brought_nothing, arrangement_is_over, hold_monitoring_visit),
    lever="market.pull_back",
    levers=(
        "market.pull_back",
        "market.pull_back_after",
        "market.pull_back_visits",
        "regime.pull_back_any",
        "regime.returned_kept",
    ),
    regime="private_provider",
    without={"market.pull_back": 0},
    with_={"market.pull_back": 0.6},
    measure=outcome("early_returns"),
    claimed=+1,
    smallest=0.25,
    reason="one more in four years",
    strength=Strength("market.pull_back", "with"),
    sides=("sector",),
    facts=("market.pull_back",),
    holds=Point(
        "four visits in a row without progress are evidence enough",
        {"market.pull_back_visits": 4},
    ),
    fails=Point("quality has to be falling, as by default"),
    beside=(outcome("quality_after_failure"), outcome("weak_child_years")),
    doubt=(
        "Where councils may not return a contract none is returned: what is tested is only which evidence"
        " would bring them to it. Returning does harm in the model."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
