"""The smallest effects that matter: one for every outcome, each with its reason.

Under common random numbers any difference, however small, is found sooner or later; a verdict asks whether
it is large enough to matter to somebody. They were declared before the first comparison, but for the two of
child-years, which were raised after it from 0.025 to 0.04 million a year, to agree with the half council of
`inadequate_mean`.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal

from experiments.tables import outcome_names
from model.indicators import Outcome
from model.records import dotted_fields
from model.rules.arithmetic import YEARS_PER_QUARTER

Direction = Literal["higher", "lower"]


@dataclass(frozen=True)
class SmallestEffect:
    """What difference in an outcome matters.

    Attributes:
        title: of the outcome, for people.
        smallest: the smallest difference that matters, in the outcome's unit; a year, where the outcome
            adds up over the years.
        better: which direction is better; None where opinions differ or it is a matter of degree.
        reason: why this size.
        adds_up: whether the outcome adds up over the years.
    """

    title: str
    smallest: float
    better: Direction | None
    reason: str
    adds_up: bool = False

    def over(self, quarters: int) -> float:
        """The smallest difference that matters over so many quarters."""
        return self.smallest * quarters * YEARS_PER_QUARTER if self.adds_up else self.smallest

    def decimals(self, quarters: int) -> int:
        """Decimals worth showing over so many quarters: a quarter of the smallest effect can be told."""
        return max(0, -math.floor(math.log10(self.over(quarters) / 4)))


OTHERS = "other councils fail under each regime, so it is no measure of how well those that fail do"
"""Why no direction is better for what is measured on councils that fail."""

COHORT = "they are the same councils under every regime"
"""Why a direction is better for what is measured on councils that are inadequate when the run begins."""

HELPED = "other councils are helped under each regime"
"""Why no direction is better for what is measured on councils that are helped."""

SELECTED = {
    **dict.fromkeys(
        (
            "months_to_better",
            "months_to_good",
            "relapse",
            "quality_while_inadequate",
            "quality_after_failure",
        ),
        "fail",
    ),
    **dict.fromkeys(
        ("quality_after_help", "experienced_after_help", "vacancy_after_help", "dependence"), "are helped"
    ),
    **dict.fromkeys(
        (
            "quality_never_failed",
            "capacity_never_failed",
            "quality_never_failed_end",
            "capacity_never_failed_end",
        ),
        "never fail",
    ),
    "waiting_time": "wait",
    "takeovers_recovering": "are taken over",
    "quality_under_contract": "are under contract",
    "quality_freed": "have freedoms",
    **dict.fromkeys(("quality_helpers", "director_tenure_helpers"), "help others"),
    "director_tenure_inadequate": "are inadequate",
    "director_tenure_good": "are good",
}
"""Outcomes and indicators that are means over councils which the regime itself picks out, and how."""

EFFECTS = {
    "good_or_better_end": SmallestEffect(
        "Judged good or better at the end",
        1.0,
        "higher",
        "the share is published to the whole percentage point",
    ),
    "inadequate_end": SmallestEffect(
        "Judged inadequate at the end", 1.0, "lower", "the share is published to the whole percentage point"
    ),
    "inadequate_mean": SmallestEffect(
        "Judged inadequate, average quarter", 0.5, "lower", "one council for half of the time"
    ),
    "new_inadequate": SmallestEffect(
        "Newly judged inadequate", 0.25, "lower", "one council more in four years"
    ),
    "months_to_better": SmallestEffect(
        "Time from inadequate to better",
        1.0,
        None,
        "a third of the time between visits; " + OTHERS,
    ),
    "months_to_good": SmallestEffect(
        "Time from inadequate to good",
        2.0,
        None,
        "two thirds of the time between visits; " + OTHERS,
    ),
    "relapse": SmallestEffect(
        "Inadequate again within five years", 2.0, None, "one in fifty that had got out; " + OTHERS
    ),
    "quality_end": SmallestEffect(
        "Quality of practice at the end", 0.5, "higher", "a thirtieth of the way from inadequate to good"
    ),
    "quality_sd_end": SmallestEffect(
        "Spread of quality between councils", 0.5, "lower", "a fortieth of the spread between councils"
    ),
    "bimodality_end": SmallestEffect(
        "Bimodality of quality", 0.02, "lower", "a third of the way from a flat to a two-peaked distribution"
    ),
    "quality_while_inadequate": SmallestEffect(
        "Quality while judged inadequate", 0.5, None, "as for quality; who is inadequate differs by regime"
    ),
    "outcome_mean": SmallestEffect(
        "Children's outcome index", 0.25, "higher", "half of what matters in quality, which it follows slowly"
    ),
    "inadequate_child_years": SmallestEffect(
        "Time spent in inadequate councils",
        0.04,
        "lower",
        "half of an average council's children",
        adds_up=True,
    ),
    "weak_child_years": SmallestEffect(
        "Time spent in weak services", 0.04, "lower", "half of an average council's children", adds_up=True
    ),
    "director_changes": SmallestEffect(
        "Turnover of directors", 1.0, "lower", "one council's director more each year"
    ),
    "agency_end": SmallestEffect(
        "Agency staff at the end", 0.5, "lower", "what the rate moves by in an ordinary year"
    ),
    "vacancy_end": SmallestEffect(
        "Vacant posts at the end", 0.5, "lower", "what the rate moves by in an ordinary year"
    ),
    "confidence_end": SmallestEffect(
        "Public confidence at the end", 0.01, "higher", "one person in a hundred"
    ),
    "incidents": SmallestEffect("Serious incidents", 0.5, "lower", "one child in two years"),
    "in_house": SmallestEffect("Children served in house", 1.0, None, "about one and a half councils"),
    "supported": SmallestEffect(
        "Inadequate councils with support", 5.0, None, "one inadequate council in twenty"
    ),
    "undetected": SmallestEffect(
        "Failure that nobody has found", 2.0, "lower", "half a council more, all year, as for those found"
    ),
    "quality_never_failed_end": SmallestEffect(
        "Quality where it never failed",
        0.5,
        None,
        "as for quality; other councils have failed under each regime",
    ),
    "capacity_never_failed_end": SmallestEffect(
        "Capacity where it never failed",
        0.01,
        None,
        "a fortieth of an ordinary council's; other councils have failed under each regime",
    ),
    "quality_after_failure": SmallestEffect(
        "Quality three years after failing", 0.5, None, "as for quality; " + OTHERS
    ),
    "cohort_weak_quarters": SmallestEffect(
        "Weak, of those inadequate at the start",
        0.5,
        "lower",
        "half of the time between visits; " + COHORT,
    ),
    "cohort_quarters_to_better": SmallestEffect(
        "Until better, of those inadequate at the start",
        0.5,
        "lower",
        "half of the time between visits; " + COHORT,
    ),
    "cohort_quality": SmallestEffect(
        "Quality after three years, of those inadequate at the start",
        0.5,
        "higher",
        "as for quality; " + COHORT,
    ),
    "quality_after_help": SmallestEffect(
        "Quality five years after help", 0.5, None, "as for quality; " + HELPED
    ),
    "experienced_after_help": SmallestEffect(
        "Experienced staff three years after help", 1.0, None, "one post in a hundred; " + HELPED
    ),
    "vacancy_after_help": SmallestEffect(
        "Vacant posts three years after help", 0.5, None, "as for vacancy; " + HELPED
    ),
    "lessons_spread": SmallestEffect(
        "Learned from other councils", 0.05, "higher", "a tenth of a council's capacity, once a year"
    ),
    "dependence": SmallestEffect(
        "Capacity of the helped that is imported", 2.0, None, "one part in fifty; " + HELPED
    ),
    "duplication": SmallestEffect("Work done twice", 0.5, "lower", "one case in two hundred"),
    "gaming": SmallestEffect("Effort on looking good", 0.01, "lower", "one hour in a hundred"),
    "unmet": SmallestEffect("Requests for help not met", 5.0, "lower", "one request in twenty"),
    "waiting_time": SmallestEffect(
        "Wait for what was decided on", 1.0, None, "one quarter; other councils wait under each regime"
    ),
    "unserved": SmallestEffect(
        "No provider or trust to be found", 2.0, "lower", "half a council all year", adds_up=True
    ),
    "takeovers_recovering": SmallestEffect(
        "Takeovers that met a recovery", 5.0, None, "one in twenty; other councils are taken over each time"
    ),
    "early_returns": SmallestEffect("Arrangements returned early", 0.25, None, "one more in four years"),
    "bids_per_tender": SmallestEffect("Bids in a tender", 0.5, None, "a second bid in every other tender"),
    "provider_entries": SmallestEffect("Entries into the market", 0.5, None, "one company in two histories"),
    "provider_exits": SmallestEffect("Exits from the market", 0.5, None, "one company in two histories"),
    "funding_gap_end": SmallestEffect(
        "Gap to the service levels of 2014", 20.0, "lower", "a hundredth of the gap of £2bn that was claimed"
    ),
    "oversight_cost": SmallestEffect("Oversight of providers", 0.5, None, "ten officers' pay", adds_up=True),
    "total_cost": SmallestEffect(
        "All spending", 10.0, None, "a thousandth of a year's spending", adds_up=True
    ),
    "support_cost": SmallestEffect(
        "Outside support", 1.0, None, "£1 million a year, what a handful of contracts cost", adds_up=True
    ),
    "extra_cost": SmallestEffect(
        "New money for failure",
        4.0,
        "lower",
        "£4 million a year, a sixtieth of what failure costs",
        adds_up=True,
    ),
}
"""By outcome."""

MAIN_OUTCOMES = (
    "good_or_better_end",
    "inadequate_mean",
    "weak_child_years",
    "months_to_good",
    "relapse",
    "quality_end",
    "quality_sd_end",
    "outcome_mean",
    "director_changes",
    "support_cost",
    "extra_cost",
)
"""What a short table shows."""


@cache
def unit_of(outcome: str) -> str:
    """The unit of an outcome."""
    return next(quantity.unit for name, _, quantity in dotted_fields(Outcome) if name == outcome)


SHARES_AND_SCALES = {"%": 100.0, "0-1": 1.0, "0-100": 100.0, "points": 100.0}
"""Most that an outcome of a unit can be, where there is a most."""

EITHER_SIGN = ("funding_gap_end",)
"""Outcomes that can be less than 0: what is spent can exceed what the services of 2014 would cost."""


def possible(outcome: str) -> tuple[float, float]:
    """The least and the most that an outcome can be, so that an interval of its mean ends there too."""
    least = -math.inf if outcome in EITHER_SIGN else 0.0
    return least, SHARES_AND_SCALES.get(unit_of(outcome), math.inf)


if set(EFFECTS) != set(outcome_names()):
    raise ValueError(f"no smallest effect, or no outcome: {', '.join(set(EFFECTS) ^ set(outcome_names()))}")
