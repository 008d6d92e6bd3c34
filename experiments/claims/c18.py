"""C18: does a deadline of six months before takeover turn services round sooner?

Companies take over after two quarters without progress in one arm; in the other only after a repeated
failure and, beside it, after four and after eight. The same councils are followed in both: those that were
inadequate when the run began. Exits are seen at inspections only, so that they hardly tell how fast a council
improved; the verdict goes by quarters of latent quality below the inadequate bar. Months to good and quality
after failure, beside it, are of whichever councils fail in each arm.
"""

from experiments.claims.contrast import Contrast, Further, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.ladder import deadline_has_passed, progress_buys_time, takeover_is_due

CONTRAST = Contrast(
    claim="C18",
    says="A deadline of six months before takeover turns failing services round sooner.",
    who="prime minister, December 2015 (A3)",
    rules=(deadline_has_passed, takeover_is_due, progress_buys_time),
    lever="regime.takeover_deadline",
    levers=("regime.takeover_deadline", "support.power", "arrangement.private.setup_quarters"),
    regime="private_provider",
    without={"regime.takeover_deadline": 0},
    with_={"regime.takeover_deadline": 2},
    measure=outcome("cohort_weak_quarters"),
    claimed=-1,
    smallest=0.5,
    reason="half of the time between monitoring visits",
    strength=Strength("regime.takeover_deadline", "with", low=1),
    further=tuple(
        Further(
            f"{quarters} quarters",
            f"a deadline of two quarters against one of {quarters}",
            without={"regime.takeover_deadline": quarters},
        )
        for quarters in (4, 8)
    ),
    sides=(
        "government",
        "providers",
    ),
    holds=Point(
        "councils hardly recover by themselves, outside help takes hold strongly, and practice follows the"
        " capacity that it brings",
        {"capacity.inadequate_effort": 0.1, "support.power": 0.5, "practice.capacity_effect": 2.5},
    ),
    fails=Point(
        "outside help hardly takes hold, and takes a year and a half to set up",
        {"support.power": 0.05, "arrangement.private.setup_quarters": 6},
    ),
    beside=(
        outcome("cohort_quarters_to_better"),
        outcome("cohort_quality"),
        outcome("months_to_good"),
        outcome("weak_child_years"),
        outcome("quality_after_failure"),
        outcome("support_cost"),
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
