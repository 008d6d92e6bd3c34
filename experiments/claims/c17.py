"""C17: do children pay for failure that is tolerated while outside capacity goes unused?

Companies take over at once in one arm and after three years in the other.
"""

from experiments.claims.contrast import Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.ladder import deadline_has_passed, takeover_is_due
from model.rules.market import find_provider

CONTRAST = Contrast(
    claim="C17",
    says="Failure is tolerated too long: outside capacity that goes unused costs children.",
    who="CSDG, 2015 (A2)",
    rules=(takeover_is_due, deadline_has_passed, find_provider),
    lever="regime.takeover_deadline",
    levers=("regime.takeover_deadline", "support.power", "arrangement.private.disruption"),
    regime="private_provider",
    without={"regime.takeover_deadline": 12},
    with_={"regime.takeover_deadline": 1},
    measure=outcome("weak_child_years"),
    claimed=-1,
    smallest=0.44,
    reason="half of an average council's children, all the time",
    strength=Strength("support.power"),
    sides=("providers",),
    holds=Point("with nothing else set"),
    fails=Point(
        "outside help hardly takes hold, and starting up disrupts more",
        {"support.power": 0.05, "arrangement.private.disruption": 0.4},
    ),
    beside=(outcome("inadequate_child_years"), outcome("quality_after_failure")),
)

if __name__ == "__main__":
    answer(CONTRAST)
