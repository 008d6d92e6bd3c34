"""How councils, helpers, arrangements and figures are called in a story for people who run services."""

from functools import cache
from typing import Any

from experiments.explain.terms import Term
from experiments.prose import MINUS
from experiments.units import MONTHS_PER_QUARTER, PERCENT
from model.agents import Council, Nation
from model.codes import Grade, PartnerKind, ProviderKind, Support
from model.facts import load_facts
from model.records import dotted_fields
from model.rules.start_helpers import (
    FIRST_ADVISER,
    FIRST_COMMISSIONER,
    FIRST_SPECIALIST,
    ROWS_PER_PROVIDER_KIND,
)

MOST_DECIMALS = 6

GRADES = {
    Grade.NOT_JUDGED: "not yet judged",
    Grade.OUTSTANDING: "outstanding",
    Grade.GOOD: "good",
    Grade.REQUIRES_IMPROVEMENT: "requires improvement",
    Grade.INADEQUATE: "inadequate",
}

ARRANGEMENTS = {
    Support.NONE: "no arrangement",
    Support.OWN_PLAN: "the council's own plan",
    Support.ADVISER: "an adviser",
    Support.ALLIANCE: "help from the alliance",
    Support.PARTNER_IN_PRACTICE: "a partner in practice",
    Support.PRIVATE: "a private contract",
    Support.TRUST: "a trust",
    Support.PARTNER_COUNCIL: "a partner council",
    Support.SPECIALIST: "a specialist team",
    Support.COMMISSIONER: "a commissioner",
    Support.MUTUAL: "a mutual of its social workers",
}

BEGINNINGS = {
    Support.ADVISER: "An adviser begins work",
    Support.ALLIANCE: "Help from the alliance begins",
    Support.PARTNER_IN_PRACTICE: "A partner in practice begins to help",
    Support.PRIVATE: "A private contract begins",
    Support.TRUST: "A trust is set up",
    Support.PARTNER_COUNCIL: "A partner council takes over",
    Support.SPECIALIST: "A specialist team comes",
    Support.COMMISSIONER: "A commissioner is appointed",
    Support.MUTUAL: "A mutual of its social workers is given the service",
}

ENDINGS = {
    Support.ADVISER: "The adviser's work ends",
    Support.ALLIANCE: "Help from the alliance ends",
    Support.PARTNER_IN_PRACTICE: "The help of the partner in practice ends",
    Support.PRIVATE: "The private contract ends",
    Support.TRUST: "The trust ends",
    Support.PARTNER_COUNCIL: "The partner council hands the service back",
    Support.SPECIALIST: "The specialist team leaves",
    Support.COMMISSIONER: "The commissioner leaves",
    Support.MUTUAL: "The mutual hands the service back",
}

PROVIDERS = {
    ProviderKind.PRIVATE: "company",
    ProviderKind.CHARITY: "charity",
    ProviderKind.COUNCIL_SPONSOR: "council sponsor",
    ProviderKind.MUTUAL: "mutual",
}

PARTNERS = {
    PartnerKind.ADVISER: ("adviser", FIRST_ADVISER),
    PartnerKind.SPECIALIST: ("specialist team", FIRST_SPECIALIST),
    PartnerKind.COMMISSIONER: ("commissioner", FIRST_COMMISSIONER),
}

HELPERS = {
    PartnerKind.ADVISER: ("adviser", "advisers"),
    PartnerKind.PARTNER_IN_PRACTICE: ("partner in practice", "partners in practice"),
    PartnerKind.ALLIANCE: ("council of the alliance", "councils of the alliance"),
    PartnerKind.SPECIALIST: ("specialist team", "specialist teams"),
    PartnerKind.COMMISSIONER: ("commissioner", "commissioners"),
}

IN_SHORT = {
    "practice.quality": "quality of practice",
    "practice.leadership": "leadership",
    "practice.standard": "standards",
    "practice.circumstances": "local circumstances",
    "practice.national_level": "the national level",
    "practice.innovation": "new ways of working",
    "nation.learning": "what the sector has learned",
    "nation.director_pool": "the pool of willing directors",
    "director.public_blame": "public blame",
    "director.burden": "the burden of the post",
    "chief_executive.engagement": "the chief executive's engagement",
    "workforce.stigma": "the council's name as an employer",
    "workforce.experienced_share": "experienced staff",
    "workforce.continuity": "children keeping their worker",
    "standing.label": "being known as a helper or as helped",
    "inspection.gaming": "effort spent on looking good",
    "inspection.grade": "the judgement in force",
    "capacity.improvement": "capacity to improve",
    "arrangement.disruption": "upheaval",
    "deprivation": "deprivation",
    "shock.inspection": "luck",
    "trouble": "quality as it is remembered",
    "cut": "corners cut under pressure",
    "capacity": "capacity to improve, outside help included",
    "leadership": "leadership",
    "standard": "standards",
    "experienced_share": "experienced staff",
    "continuity": "children keeping their worker",
    "share": "what is usual",
    "expected": "what was to be expected",
    "director.long_tenure": "a long time in post",
}
"""Names for what a rule reads, where the codebook's own meaning would be long in a sentence."""


@cache
def names() -> list[str]:
    """The councils by row."""
    return load_facts().councils["name"].to_list()


def provider_name(row: int, kind: int) -> str:
    """What a provider is called: by its kind and its number among those."""
    return f"{PROVIDERS[ProviderKind(kind)]} {row % ROWS_PER_PROVIDER_KIND + 1}"


def partner_name(row: int, kind: int, home: int) -> str:
    """What a partner is called: its council, or its kind and number."""
    if home >= 0:
        return names()[home]
    title, first = PARTNERS[PartnerKind(kind)]
    return f"{title} {row - first + 1}"


def other_side(facts: dict[str, Any]) -> str:
    """What the one on the other side of an arrangement is called."""
    if "margin_required" in facts:
        return provider_name(facts["row"], facts["kind"])
    return partner_name(facts["row"], facts["kind"], facts["home"])


@cache
def _meanings() -> dict[str, str]:
    council = {name: quantity.meaning for name, _, quantity in dotted_fields(Council)}
    return {f"nation.{name}": quantity.meaning for name, _, quantity in dotted_fields(Nation)} | council


def name_of(term: Term) -> str:
    """What a term of a sum stands for, in words: the first thing that it reads."""
    for chain in term.reads:
        tail = chain.partition(".")[2] if chain.startswith(("council.", "p.")) else chain
        known = IN_SHORT.get(tail) or IN_SHORT.get(chain) or _meanings().get(tail) or _meanings().get(chain)
        if known:
            return known
    return term.reads[0].rpartition(".")[2].replace("_", " ") if term.reads else term.source


def against(one: float, other: float, decimals: int = 2) -> tuple[str, str]:
    """Two figures with as many decimals as tell them apart, from each other and from nothing."""
    for places in range(decimals, MOST_DECIMALS + 1):
        first, second = f"{one:.{places}f}", f"{other:.{places}f}"
        lost = any(value != 0.0 and float(text) == 0.0 for value, text in ((one, first), (other, second)))
        if first != second and not lost:
            break
    return first.replace("-", MINUS), second.replace("-", MINUS)


def months(quarters: float) -> str:
    """A time in quarters as months or, from three years, as years."""
    count = round(quarters * MONTHS_PER_QUARTER)
    if count == 0:
        return "less than 3 months"
    if count >= 3 * 12:
        return f"{count / 12:g} years" if count % 12 == 0 else f"{count / 12:.1f} years"
    return f"{count} month{'' if count == 1 else 's'}"


def signed(value: float, decimals: int = 1) -> str:
    """A change, with its sign."""
    return f"{value:+.{decimals}f}".replace("-", MINUS)


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun."""
    return f"{count or 'no'} {one if count == 1 else many or one + 's'}"


def percent(share: float) -> str:
    """A share as a percentage."""
    return f"{PERCENT * share:.0f}%"
