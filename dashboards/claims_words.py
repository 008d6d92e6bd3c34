"""What is found of claims, in sentences and numbers as people write them."""

from collections.abc import Sequence

from dashboards.words import GRADES, UNITLESS, wording_of
from experiments.claims.assessing import Assessment
from experiments.claims.breakeven import BreakEven
from experiments.claims.contrast import SIDES, Contrast, expectation, way
from experiments.claims.proxies import proxies
from experiments.claims.sets import FITTED
from experiments.claims.words import decimals
from experiments.claims.worth import Worth
from experiments.intervals import Interval
from experiments.prose import brief, counted, listed, number, percent
from experiments.structures.identified import Identified, Rests
from experiments.structures.verdicts import Standing
from experiments.sweeps.factors import parameter_title
from model.indicators import Outcome
from model.records import dotted_fields
from model.registry import registry

GROUPS = {**GRADES, FITTED: GRADES["calibrated"], "calibrated": "calibrated before"}
"""How well parameters are known, where those that the posterior holds are a group of their own."""


def shown_effect(contrast: Contrast, value: float, signed: bool = True) -> str:
    """An effect with the decimals of a quarter of what matters."""
    return number(value, decimals(contrast.smallest / 4), signed)


def shown_value(value: float) -> str:
    """A value of a parameter with three digits."""
    return brief(value, 3)


def title_of(contrast: Contrast) -> str:
    """What is compared, as a heading."""
    name = contrast.measure.name
    declared = {outcome for outcome, _, _ in dotted_fields(Outcome)}
    return wording_of(name).title if name in declared else name.replace("_", " ").capitalize()


def percent_of(interval: Interval) -> str:
    """A share with its interval."""
    if interval.value != interval.value:
        return "not known"
    return f"{percent(interval.value)} ({interval.low:.0%} to {interval.high:.0%})"


def expected(contrast: Contrast) -> str:
    """What the claimant expects."""
    return expectation(contrast.claimed, contrast.amount)


def verdict_sentence(one: Assessment) -> str:
    """The verdict with its probability, and the region where there is one."""
    effect = one.judged.effect
    if effect is None:
        return "In too few sets was there anything to compare: nothing can be said."
    true = percent_of(one.judged.true)
    base = f"It is true in {true} of {counted(len(effect.sets), 'set')} of parameters."
    if one.region:
        return (
            f"{base} It holds where {one.region.words}: of the {counted(one.region.sets, 'set')} kept aside"
            f" that lie there it is true in {percent_of(one.region.density)}, and"
            f" {percent_of(one.region.coverage)} of those kept aside in which it is true lie there."
        )
    if one.verdict == "cannot be told":
        return f"{base} Neither verdict is 95% sure, and no region was found in which it holds."
    return base


def direction_sentence(one: Assessment) -> str:
    """Probability of direction, and what it is taken over."""
    effect, claimed = one.judged.effect, way(one.contrast.claimed)
    if effect is None:
        return ""
    goes = "downwards" if claimed < 0 else "upwards"
    return (
        f"The effect goes {goes} at all with probability {percent(effect.direction(claimed))} over sets, luck"
        " taken out; of single histories, luck and parameters together, in"
        f" {percent(effect.histories(claimed))}."
    )


def parameter(name: str) -> str:
    """A parameter by its title, quoted, for sentences; its name stands in tables."""
    return f"“{parameter_title(name)}”"


def with_unit(name: str, value: float) -> str:
    """A value of a parameter with its unit."""
    unit = registry()[name].unit
    return shown_value(value) if unit in UNITLESS else f"{shown_value(value)} {unit}"


def strength_sentence(one: Assessment) -> str:
    """Where along the strength the claim flips, and what is known of that strength.

    It flips where the probability over sets that it is true crosses one half.
    """
    name = one.contrast.strength.name
    known = (
        f"Evidence: {GROUPS[one.evidence.grade]}, {shown_value(one.evidence.low)} to"
        f" {with_unit(name, one.evidence.high)}."
    )
    flips = one.flips
    if flips is None:
        return (
            f"Along {parameter(name)} the effect could not be followed: somewhere there was nothing to"
            f" compare. {known}"
        )
    if flips.at is None:
        always = "likelier true than not" if flips.first else "likelier not true than true"
        return (
            f"Never within the bounds: whatever {parameter(name)} is, from {shown_value(flips.strengths[0])}"
            f" to {with_unit(name, flips.strengths[-1])}, the claim is {always} over sets."
            f"{_verdicts_along(one.contrast, flips)} {known}"
        )
    return (
        f"Over sets the claim is likelier true than not where {parameter(name)} is"
        f" {_ranges(one.contrast, flips)}.{_verdicts_along(one.contrast, flips)} {known}"
    )


def _verdicts_along(contrast: Contrast, flips: BreakEven) -> str:
    """Where along the strength the probability that a claim is true crosses 0.95 and 0.05."""
    name = contrast.strength.name
    parts = [
        f"crosses {level} at {listed([with_unit(name, at) for at in places])}"
        for level, places in (("95%", flips.sure), ("5%", flips.unlikely))
        if places
    ]
    return f" The probability that it is true {listed(parts)}." if parts else ""


def _ranges(contrast: Contrast, flips: BreakEven) -> str:
    """Where the claim is true along the strength: above 0.3, below it, or between two values."""
    name, parts = contrast.strength.name, []
    for low, high in flips.true_between():
        if low == flips.strengths[0]:
            parts.append(f"below {with_unit(name, high)}")
        elif high == flips.strengths[-1]:
            parts.append(f"above {with_unit(name, low)}")
        else:
            parts.append(f"between {shown_value(low)} and {with_unit(name, high)}")
    return listed(parts, "or")


def dependence_sentence(one: Assessment) -> str:
    """How much of what varies between sets involves each kind of parameter."""
    known = [group for group in one.groups if group.share.value == group.share.value]
    if not known:
        return "The effect does not differ between sets by more than luck."
    parts = [
        f"{percent_of(group.share)} involves the {group.parameters} {GROUPS[group.group]}" for group in known
    ]
    return f"Of the variance between sets {listed(parts)}; where they work together a part counts for each."


def rests_sentence(one: Assessment) -> str:
    """Whether the claim rests on what the record cannot inform; nothing where it does not."""
    if not one.rests_on_the_unknown or one.uninformed is None:
        return ""
    return (
        f"It rests on parameters that the record cannot inform: {percent(one.uninformed)} of the variance"
        " involves them."
    )


def worth_sentence(one: Assessment) -> str:
    """Which measurable figure would settle it."""
    best = next((worth for worth in one.worths if worth.told), None)
    if best is None:
        return "No single parameter explains more of the differences between sets than chance may."
    return worth_in_words(best, one.error)


def worth_in_words(best: Worth, error: float) -> str:
    """What knowing a parameter would do, what can be measured of it, and what is known of it."""
    entry = registry()[best.name]
    proxy = proxies().get(best.name)
    told = f" What can be measured of it: {proxy.measure} ({proxy.where})." if proxy else ""
    way = "rises" if best.rising else "falls"
    unit = "" if entry.unit in UNITLESS else f" (in {entry.unit})"
    return (
        f"Know {parameter(best.name)}{unit}: the effect {way} with it, and"
        f" {percent_of(best.share)} of its variance would go. Who has to decide now errs with probability"
        f" {percent(error)}, and would with {percent(best.error)}. So far it is"
        f" {GROUPS.get(entry.grade, entry.grade)}: {entry.source}.{told}"
    )


def sides_of(contrast: Contrast) -> str:
    """Whose case the claim makes."""
    return listed([SIDES[side] for side in contrast.sides])


def false_verdicts_sentence(given: int, wrong: float, claims: int) -> str:
    """How many verdicts to expect to be wrong, if any was given."""
    if not given:
        return f"Of {counted(claims, 'claim')}, none has a verdict."
    return (
        f"Of {counted(claims, 'claim')}, {given} {'has' if given == 1 else 'have'} a verdict; if the sets of"
        f" parameters are believed, {wrong:.1f} of these {given} are to be expected wrong."
    )


def resting(claims: Sequence[str], among: Sequence[str]) -> str:
    """Which claims rest on what the record cannot inform; nothing where none does."""
    if not claims:
        return ""
    others = [claim for claim in among if claim not in claims]
    which = f"{len(claims)} of {len(among)}: {listed(list(claims))}"
    if not others:
        which = "all of them" if len(among) > 1 else among[0]
    elif len(claims) > len(others):
        which = f"{len(claims)} of {len(among)}, all but {listed(others)}"
    return f"On parameters that the record cannot inform rest, for the greater part, {which}."


def stays_sentence(standing: Standing) -> str:
    """In how many structures the verdict stays, and where it does not."""
    if not standing.differs:
        return f"The verdict stays in {_all_of(standing.tried)}."
    others = listed([f"{verdict} under “{title}”" for title, verdict in standing.differs.items()])
    turned = listed([f"“{title}”" for title in standing.opposed])
    return (
        f"The verdict stays in {len(standing.stays)} of {counted(standing.tried, 'structure')}: {others}."
        + (f" Under {turned} it turns into its opposite." if turned else "")
    )


def _all_of(tried: int) -> str:
    return "the one structure tried" if tried == 1 else f"all {tried} structures tried"


def identified_sentence(one: Identified) -> str:
    """On which parameters a claim rests, and whether the record informs them."""
    if not one.rests:
        return "It rests on no single parameter more than chance may have it."
    mostly = "mostly " if one.standing == "on what the record cannot tell" and one.told else ""
    return f"It rests {mostly}{one.standing}: {listed([_rests(rests) for rests in one.rests])}."


def _rests(rests: Rests) -> str:
    if rests.known is None:
        how = f"{GROUPS.get(rests.grade, rests.grade)}, not fitted"
    else:
        informs = "the record informs it" if rests.known.told else "the record hardly informs it"
        how = f"{informs}, {percent(min(rests.known.left, 1.0))} of its spread is left"
    return f"{parameter(rests.name)} ({percent(rests.share)} of the variance; {how})"


def resting_counts(found: Sequence[Identified]) -> list[tuple[str, str, str]]:
    """On what claims rest: in a word, how many, and which."""
    standings = list(dict.fromkeys(one.standing for one in sorted(found, key=lambda one: -one.told)))
    rows: list[tuple[str, str, str]] = []
    for standing in standings:
        own = [one.claim for one in found if one.standing == standing]
        rows.append((standing, str(len(own)), listed(own)))
    return rows
