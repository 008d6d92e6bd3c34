"""C21: does a trust with a sponsor turn services round?

The same councils have an adviser in one arm and move to a trust in the other. In the record, councils that
failed twice did no better under a trust, and the default is no advantage. They are followed from the start of
the run, when they were inadequate already; months to good, relapse and quality after failure, beside the
verdict, are of whichever councils fail in each arm.
"""

from experiments.claims.contrast import Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.market import find_provider
from model.rules.support import disrupt, lead_from_outside

CONTRAST = Contrast(
    claim="C21",
    says="A trust with a sponsor turns services round.",
    who="reported in December 2015 (A3)",
    rules=(
        find_provider,
        lead_from_outside,
        disrupt,
    ),
    lever="regime.takeover_mix",
    levers=(
        "regime.takeover_mix.adviser",
        "regime.takeover_mix.trust",
        "arrangement.trust.setup_quarters",
        "arrangement.trust.power",
    ),
    regime="trust",
    without={"regime.takeover_mix.adviser": 1, "regime.takeover_mix.trust": 0},
    with_={"regime.takeover_mix.adviser": 0, "regime.takeover_mix.trust": 1},
    measure=outcome("cohort_weak_quarters"),
    claimed=-1,
    smallest=0.5,
    reason="half of the time between monitoring visits",
    strength=Strength("arrangement.trust.power"),
    sides=(
        "government",
        "providers",
    ),
    holds=Point(
        "councils hardly recover by themselves; trusts lend half as much again as advisers, and are set up in"
        " three months with little upheaval",
        {
            "capacity.inadequate_effort": 0.1,
            "arrangement.trust.power": 1.5,
            "arrangement.trust.setup_quarters": 1,
            "arrangement.trust.disruption": 0.05,
        },
    ),
    fails=Point("trusts take three years to set up", {"arrangement.trust.setup_quarters": 12}),
    beside=(
        outcome("cohort_quarters_to_better"),
        outcome("cohort_quality"),
        outcome("months_to_good"),
        outcome("relapse"),
        outcome("quality_after_failure"),
        outcome("support_cost"),
    ),
    bundled=("ad_hoc", "trust"),
)

if __name__ == "__main__":
    answer(CONTRAST)
