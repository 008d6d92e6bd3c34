"""Numbers and names as people read them: titles of outcomes, digits and units, lists of things.

What an outcome measures is declared in `model.indicators`, how large a difference matters and which way is
better in `experiments.effects`; here stands what it is called in a heading, and how many digits are worth
showing.
"""

import math
from dataclasses import dataclass, replace

from experiments import prose
from model.indicators import CouncilOutcome, Outcome, Quarter
from model.records import dotted_fields
from model.registry import registry

NOTHING = "not known"
"""Stands where a number could not be had, for instance the time to recover when no council ever failed."""


ONE_HISTORY = "one history, no interval"
"""Stands where an interval would rest on a single history."""

UNITLESS = ("none", "0-1", "ratio")
"""Units of the registry that say nothing beside a value."""

GRADES = {
    "measured": "measured",
    "calibrated": "fitted to the record",
    "literature": "from the literature",
    "assumed": "assumed",
}
"""How well a parameter is known, by its grade in the registry."""

JOINED = "\u2060"
"""Keeps a sign and what follows it on one line."""
MOST_DIGITS = 4
ROUNDING = 0.005
"""Rounding of an effect that nobody would notice, relative to it."""


@dataclass(frozen=True)
class Wording:
    """How an outcome or an indicator is written.

    Attributes:
        title: heading.
        unit: after a number; begins with a space where one belongs.
        digits: after the decimal point.
        group: heading under which it stands.
        before: in front of a number, such as £.
        why: one sentence for those who meet it first.
    """

    title: str
    unit: str = ""
    digits: int = 1
    group: str = "Other"
    before: str = ""
    why: str = ""

    @property
    def titled(self) -> str:
        """The heading with its unit, unless it names that already."""
        unit = f"{self.before}{self.unit}".strip()
        return self.title if unit in self.title.lower() else f"{self.title}, {unit}"


FAILURE, CHILDREN, STAFF, MONEY = "Failure and recovery", "Quality and children", "People", "Money"
HELP = "Help, learning and the market"

OUTCOMES = {
    "inadequate_mean": Wording("Councils judged inadequate, average quarter", "", 1, FAILURE),
    "inadequate_end": Wording("Judged inadequate at the end", "%", 1, FAILURE),
    "new_inadequate": Wording("Newly judged inadequate, a year", "", 2, FAILURE),
    "months_to_better": Wording("Months from inadequate to a better judgement", "", 1, FAILURE),
    "months_to_good": Wording("Months from inadequate to good", "", 1, FAILURE),
    "relapse": Wording("Inadequate again within five years", "%", 1, FAILURE),
    "cohort_weak_quarters": Wording("Quarters weak, of councils inadequate at the start", "", 1, FAILURE),
    "cohort_quarters_to_better": Wording(
        "Quarters to a better judgement, of councils inadequate at the start", "", 1, FAILURE
    ),
    "good_or_better_end": Wording("Judged good or better at the end", "%", 1, CHILDREN),
    "quality_end": Wording("Latent quality at the end, 0 to 100", "", 1, CHILDREN),
    "quality_while_inadequate": Wording("Latent quality while inadequate", "", 1, CHILDREN),
    "quality_sd_end": Wording("Gap between councils (spread of quality)", "", 2, CHILDREN),
    "bimodality_end": Wording("Councils falling into two camps, 0 to 1", "", 3, CHILDREN),
    "outcome_mean": Wording("Children’s outcome index, 0 to 100", "", 1, CHILDREN),
    "inadequate_child_years": Wording("Child-years in councils judged inadequate", " m", 2, CHILDREN),
    "weak_child_years": Wording("Child-years in weak services", " m", 2, CHILDREN),
    "incidents": Wording("Serious incidents, a year", "", 2, CHILDREN),
    "director_changes": Wording("Changes of director, a year", "", 1, STAFF),
    "agency_end": Wording("Agency staff at the end", "%", 1, STAFF),
    "vacancy_end": Wording("Vacant posts at the end", "%", 1, STAFF),
    "confidence_end": Wording("Public confidence at the end, 0 to 1", "", 3, STAFF),
    "in_house": Wording("Children served in house", "%", 1, STAFF),
    "supported": Wording("Inadequate councils that have an arrangement", "%", 1, FAILURE),
    "undetected": Wording("Failing and not judged so, council-quarters a year", "", 1, FAILURE),
    "takeovers_recovering": Wording("Takeovers that met a council already recovering", "%", 0, FAILURE),
    "quality_after_failure": Wording("Latent quality three years after failing", "", 1, CHILDREN),
    "cohort_quality": Wording(
        "Latent quality after three years, of councils inadequate at the start", "", 1, CHILDREN
    ),
    "quality_after_help": Wording("Latent quality five years after help ended", "", 1, CHILDREN),
    "quality_never_failed_end": Wording("Latent quality where it never failed", "", 1, CHILDREN),
    "capacity_never_failed_end": Wording("Capacity to improve where it never failed", "", 3, CHILDREN),
    "experienced_after_help": Wording("Experienced staff three years after help ended", "%", 1, STAFF),
    "vacancy_after_help": Wording("Vacant posts three years after help ended", "%", 1, STAFF),
    "unmet": Wording("Requests for help that nobody could meet", "%", 1, HELP),
    "waiting_time": Wording("Wait for what was decided on, quarters", "", 1, HELP),
    "unserved": Wording("Council-quarters without a provider or trust that was sought", "", 0, HELP),
    "early_returns": Wording("Arrangements returned early, a year", "", 2, HELP),
    "dependence": Wording("Capacity of helped councils that is imported", "%", 1, HELP),
    "lessons_spread": Wording("Capacity learned from other councils, a year", "", 3, HELP),
    "bids_per_tender": Wording("Bids in a tender", "", 2, HELP),
    "provider_entries": Wording("Providers that came into the market", "", 1, HELP),
    "provider_exits": Wording("Providers that left the market", "", 1, HELP),
    "duplication": Wording("Work that agencies do twice", "%", 1, CHILDREN),
    "gaming": Wording("Effort spent on looking good, 0 to 1", "", 3, CHILDREN),
    "oversight_cost": Wording("Oversight of those who run services", " m", 1, MONEY, "£"),
    "funding_gap_end": Wording("Gap to the service levels of 2014, a year at the end", " m", 0, MONEY, "£"),
    "support_cost": Wording("Outside support", " m", 0, MONEY, "£"),
    "extra_cost": Wording("New money for failure", " m", 0, MONEY, "£"),
    "total_cost": Wording("All spending on children’s services", " m", 0, MONEY, "£"),
}
"""Outcomes of a run, in the order in which they are shown."""

INDICATORS = {
    "inadequate": Wording(
        "Councils judged inadequate",
        " councils",
        0,
        why="The judgement in force, which may be old: councils are inspected every three or four years.",
    ),
    "good_or_better_share": Wording(
        "Good or better", "%", 0, why="Share of all councils whose judgement in force is good or outstanding."
    ),
    "quality_mean": Wording(
        "Latent quality",
        " points",
        0,
        why="Mean quality of practice from 0 to 100 that children meet, whatever the last judgement says.",
    ),
    "agency_share": Wording(
        "Agency staff", "%", 1, why="Social workers from agencies, of all social workers in post."
    ),
    "director_changes": Wording(
        "Changes of director",
        " in the quarter",
        0,
        why="How often the post of director of children’s services changed hands, interims included.",
    ),
    "outcome": Wording(
        "Children’s outcome index",
        " points",
        0,
        why="An index from 0 to 100 of what services do for children; it follows quality after a delay.",
    ),
    "undetected": Wording(
        "Failing and not judged so",
        " councils",
        0,
        why="Councils whose practice lies below the bar of inadequate while their last judgement is better.",
    ),
    "requests_unmet": Wording(
        "Requests for help that nobody could meet",
        " in the quarter",
        0,
        why="Councils for which help was sought and every helper, provider or sponsor was full or unwilling.",
    ),
    "funding_gap": Wording(
        "Gap to the service levels of 2014",
        " m a year",
        0,
        before="£",
        why="What the service of 2014 would cost today less what councils have, in prices of 2014.",
    ),
    "support_spending": Wording(
        "Spending on support",
        " m in the quarter",
        1,
        before="£",
        why="Paid by councils and the department for advisers, partners, providers, trusts and peer reviews.",
    ),
}
"""Indicators of a quarter for the fan charts, in the order of the choice offered."""


def wording_of(outcome: str) -> Wording:
    """How an outcome is written; one that an extension added goes by its name."""
    return OUTCOMES.get(outcome) or Wording(outcome.replace("_", " ").capitalize())


def meanings() -> dict[str, str]:
    """What each indicator and outcome means, with its unit, as declared by the model."""
    declared = (field for table in (Quarter, CouncilOutcome, Outcome) for field in dotted_fields(table))
    return {name: f"{quantity.meaning} ({quantity.unit})" for name, _, quantity in declared}


def number(value: float | None, digits: int = 1, signed: bool = False) -> str:
    """A number in a sentence, which says that it is not known where another would have a dash."""
    return NOTHING if value is None or not math.isfinite(value) else prose.number(value, digits, signed)


def amount(value: float | None, wording: Wording, signed: bool = False) -> str:
    """A number with its unit: 19.3, 7%, £115 m, −£22 m."""
    text = number(value, wording.digits, signed)
    if text == NOTHING:
        return text
    sign, bare = (text[0], text[1:]) if text[0] in "−+" else ("", text)
    unit = " points" if signed and wording.unit == "%" else wording.unit
    return f"{sign}{JOINED if sign and wording.before else ''}{wording.before}{bare}{unit}"


def span(low: float | None, high: float | None, wording: Wording, signed: bool = False) -> str:
    """An interval, its unit written once: 15.8 to 23.1, £90 to £120 m."""
    texts = [amount(value, wording, signed) for value in (low, high)]
    if NOTHING in texts:
        return NOTHING
    unit = " points" if signed and wording.unit == "%" else wording.unit
    return f"{texts[0].removesuffix(unit) if unit else texts[0]} to {texts[1]}"


def around(
    low: float | None, high: float | None, wording: Wording, histories: int, signed: bool = False
) -> str:
    """An interval over histories, or that there is none over a single one."""
    return ONE_HISTORY if histories == 1 else span(low, high, wording, signed)


def points_in_words() -> str:
    """What a point is: of quality, against the width of a judgement by default, and of a share."""
    low, high = (registry()[f"inspection.{bar}_bar"].default for bar in ("inadequate", "good"))
    return (
        f"Quality has points from 0 to 100; “requires improvement” is {number(high - low, 0)} of them wide,"
        f" from {number(low, 0)} to {number(high, 0)}. A point of a share is a percentage point."
    )


def effect(value: float, wording: Wording) -> str:
    """The size of a difference, without a sign, with the digits it needs: 0.5, 2.0 points, £11 m."""
    digits = wording.digits
    while digits < MOST_DIGITS and abs(round(value, digits) - value) > ROUNDING * abs(value):
        digits += 1
    return amount(value, replace(wording, digits=digits), signed=True).removeprefix("+")


def in_words(count: int) -> str:
    """A small count as a word, a larger one in figures."""
    return SMALL[count] if 0 <= count < len(SMALL) else f"{count:,}"


SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
