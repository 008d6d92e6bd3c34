"""Events inside a council and at its inspections, read from the rules: directors, incidents, judgements."""

import math
from collections.abc import Iterator

from experiments.explain.events import Event, Moment, Reader, chance_and_draw, met_by
from experiments.explain.terms import Term
from experiments.explain.tracing import Call
from experiments.explain.wording import GRADES, against, months, name_of, signed
from experiments.prose import listed
from model.codes import UNKNOWN, DirectorEvent, Grade
from model.quarters import format_quarter

SMALLEST_FACTOR = 0.03
"""Influences on a hazard that change it by less are not named in a sentence."""

SMALLEST_PART = 0.05
"""Parts of a score below this many points are not named in a sentence."""


def read_director(call: Call, moment: Moment) -> Iterator[Event]:
    """A director stays or leaves, by hazard and draw or as a twin has it."""
    if call.before["recorded.director"] != UNKNOWN:
        yield from _director_by_twin(call, moment)
        return
    hazard = call.named("leadership.leaving_hazard_of_director")[0]
    draw = call.draws[0]
    interim = call.before["director.interim"] == 1
    who = "The interim director" if interim else "The director"
    tenure = months(call.before["director.tenure"])
    met = met_by(draw, "an interim's hazard" if interim else "hazard")
    if not draw.returned:
        yield moment.event(
            call,
            "director leaves",
            f"{who} stays ({met}).",
            happened=False,
            met=met,
            figures=chance_and_draw(draw),
        )
        return
    figures = chance_and_draw(draw) | {f"factor: {name}": factor for name, factor in _factors(hazard)}
    why = _why_leaving(hazard)
    yield moment.event(
        call, "director leaves", f"{who} leaves after {tenure} ({met}).{why}", met=met, figures=figures
    )
    yield _successor(call, call.draws[1], moment)


def _director_by_twin(call: Call, moment: Moment) -> Iterator[Event]:
    if call.after["director.event"] == DirectorEvent.NONE:
        yield moment.event(call, "director kept", "By the change, the director stays.", told=False)
        return
    kind = "an interim" if call.after["director.interim"] else "a permanent one"
    yield moment.event(
        call,
        "director replaced",
        f"By the change, the director is replaced by {kind} after {months(call.before['director.tenure'])}"
        f" (skill {call.after['director.skill']:.2f}).",
        figures={"skill": call.after["director.skill"]},
    )


def _factors(hazard: Call) -> list[tuple[str, float]]:
    """How many times as likely each influence made the director's leaving."""
    return [(name_of(term), math.exp(term.value)) for term in hazard.terms]


def _why_leaving(hazard: Call) -> str:
    felt = [(name, factor) for name, factor in _factors(hazard) if abs(factor - 1.0) >= SMALLEST_FACTOR]
    if not felt:
        return ""
    felt.sort(key=lambda item: -abs(math.log(item[1])))
    words = listed(f"{name} makes it {factor:.2f} times as likely" for name, factor in felt[:3])
    return f" {words[0].upper()}{words[1:]}."


def _successor(call: Call, draw: Call, moment: Moment) -> Event:
    skill = call.after["director.skill"]
    met = met_by(draw)
    if draw.returned:
        words = f"A permanent successor is found ({met}; skill {skill:.2f} of 1)."
    else:
        words = f"No permanent successor is found ({met}), and an interim comes (skill {skill:.2f} of 1)."
    figures = chance_and_draw(draw) | {"skill": skill}
    name = "permanent director comes" if draw.returned else "interim director comes"
    return moment.event(call, name, words, met=met, figures=figures)


def read_dismissal(call: Call, moment: Moment) -> Iterator[Event]:
    """Whoever intervenes puts another in the director's place."""
    if call.draws and call.after["intervention.dismissed"]:
        yield moment.event(
            call,
            "director dismissed",
            f"The director has to go after {months(call.before['director.tenure'])}.",
        )
        yield _successor(call, call.draws[0], moment)


def read_failure_and_director(call: Call, moment: Moment) -> Iterator[Event]:
    """Whether a judgement costs the director the post at once, where the regime may have it so."""
    yield from _if_possible(call, moment, "post lost at once", "The judgement costs the director the post")


def read_taking_charge(call: Call, moment: Moment) -> Iterator[Event]:
    """Whether a commissioner who takes charge replaces the director."""
    yield from _if_possible(
        call,
        moment,
        "commissioner replaces director",
        "The commissioner takes charge and wants another director",
    )


def _if_possible(call: Call, moment: Moment, name: str, words: str) -> Iterator[Event]:
    for draw in call.draws:
        if draw.given["probability"] > 0.0:
            met = met_by(draw)
            yield moment.event(
                call, name, f"{words} ({met}).", draw.returned, met, figures=chance_and_draw(draw)
            )


def read_incident(call: Call, moment: Moment) -> Iterator[Event]:
    """A serious incident, or none."""
    draw = call.draws[0]
    met = met_by(draw, "hazard")
    blame = call.after["director.public_blame"] - call.before["director.public_blame"]
    lost = call.before["standing.confidence"] - call.after["standing.confidence"]
    words = (
        f"A serious incident ({met}, {_at_quality(call)}): blame on the director rises by {blame:.2f} to"
        f" {call.after['director.public_blame']:.2f}, public confidence falls by {lost:.2f}."
    )
    figures = chance_and_draw(draw) | {"quality": call.before["practice.quality"]}
    yield moment.event(call, "serious incident", words, draw.returned, met, figures=figures)


def _at_quality(call: Call) -> str:
    return f"at a quality of {call.before['practice.quality']:.0f} points"


def read_whistle(call: Call, moment: Moment) -> Iterator[Event]:
    """Somebody alerts the inspectorate, or nobody does."""
    draw = call.draws[0]
    if draw.given["probability"] > 0.0:
        met = met_by(draw)
        words = f"Somebody blows the whistle ({met}, {_at_quality(call)})."
        yield moment.event(call, "whistle blown", words, draw.returned, met, figures=chance_and_draw(draw))


def read_case_review(call: Call, moment: Moment) -> Iterator[Event]:
    """The review of an earlier incident reports."""
    if call.before["incidents.review_due"] > 0.0 and call.after["incidents.review_due"] <= 0.0:
        learned = call.after["capacity.improvement"] - call.before["capacity.improvement"]
        words = f"The case review reports and teaches something (capacity to improve +{learned:.3f})."
        yield moment.event(call, "case review", words, figures={"learned": learned})


def read_alarm(call: Call, moment: Moment) -> Iterator[Event]:
    """Whether an alert brings the inspection forward."""
    if call.before["incidents.alert"] != 1:
        return
    if not call.draws:
        since = months(call.before["inspection.since"])
        words = (
            f"The alarm brings no inspection forward (judged {GRADES[call.before['inspection.grade']]},"
            f" {since} ago)."
        )
        yield moment.event(call, "inspection brought forward", words, happened=False)
        return
    draw = call.draws[0]
    met = met_by(draw)
    forward = call.after["inspection.emergency"] == 1
    words = f"The alarm brings the inspection forward to next quarter ({met})."
    if not forward:
        words = f"The alarm brings no inspection forward ({met})."
    yield moment.event(call, "inspection brought forward", words, forward, met, figures=chance_and_draw(draw))


def read_holding(call: Call, moment: Moment) -> Iterator[Event]:
    """An inspection that is due and cannot be held yet."""
    if call.local.get("due") and not call.returned:
        words = (
            "An inspection is due and has to wait: the inspectorate has no more inspectors this quarter"
            f" (it can hold {moment.p.inspection.capacity:.0f})."
        )
        yield moment.event(call, "inspection has to wait", words)


def parts_of_score(judgement: Call) -> list[Term]:
    """What the score was made of: the parts of what was to be expected, and luck."""
    expected = judgement.named("inspection.expected_score")[0]
    own = [term for term in judgement.terms if term.source != "expected"]
    return [*expected.terms, *own]


def read_judgement(call: Call, moment: Moment) -> Iterator[Event]:
    """A judgement: the score by its parts, against the bars, and what was judged before."""
    grade = call.after["inspection.grade"]
    before = call.before["inspection.grade"]
    score = call.local["score"]
    bars = {
        bar.given["grade"]: bar.returned
        for bar in call.named("inspection.grade_for")[0].named("inspection.bar_of")
    }
    parts = parts_of_score(call)
    figures = {"score": score, "expected": call.local["expected"], "quality": call.before["practice.quality"]}
    figures |= {f"part: {name_of(term)}": term.value for term in parts}
    figures |= {f"bar: {GRADES[bar]}": value for bar, value in bars.items()}
    figures |= {"grade": grade, "due": call.after["inspection.due"]}
    made_of = listed(
        f"{signed(term.value)} for {name_of(term)}" for term in parts if abs(term.value) >= SMALLEST_PART
    )
    change = f"again {GRADES[grade]}" if grade == before else GRADES[grade]
    was = "" if before in (grade, Grade.NOT_JUDGED) else f", after {GRADES[before]}"
    by_record = call.before["recorded.grade"] > Grade.NOT_JUDGED
    met = _score_against_bars(score, grade, bars)
    if by_record:
        met = ""
        middle = f"By the change the judgement stands whatever the score (without luck {score:.1f})."
    else:
        middle = f"The score of {score:.1f} ({made_of}) {met}."
    leadership = call.after["inspection.leadership_grade"]
    led = "" if leadership == grade else f" Leadership is judged {GRADES[leadership]}."
    due = format_quarter(int(call.after["inspection.due"]))
    yield moment.event(
        call, "judgement", f"Judged **{change}**{was}. {middle}{led} The next inspection is due in {due}.",
        met=met, figures=figures,
    )  # fmt: skip


def _score_against_bars(score: float, grade: int, bars: dict[int, float]) -> str:
    """Between which bars a score fell."""
    words = []
    if grade in bars:
        mine, bar = against(score, bars[grade], 1)
        words.append(f"reaches the bar for {GRADES[Grade(grade)]} ({mine} against {bar})")
    if grade - 1 in bars:
        mine, bar = against(score, bars[grade - 1], 1)
        words.append(f"misses the bar for {GRADES[Grade(grade - 1)]} ({mine} against {bar})")
    return listed(words)


def read_failing(call: Call, moment: Moment) -> Iterator[Event]:
    """What follows at once from a judgement of inadequate."""
    before, after = call.before, call.after
    first = after["inspection.inadequate_in_spell"] == 1
    blame = (before["director.public_blame"], after["director.public_blame"])
    lost = before["standing.confidence"] - after["standing.confidence"]
    words = (
        f"The judgement puts blame on the director (from {blame[0]:.2f} to {blame[1]:.2f} of 1) and costs"
        f" public confidence ({lost:.2f})"
    )
    if first:
        surge = after["demand.surge"] - before["demand.surge"]
        words += f"; referrals surge (+{100 * surge:.0f}%) and the department's clock starts"
    else:
        words += f"; it is the {counted_ordinal(after['inspection.inadequate_in_spell'])} in a row"
    yield moment.event(
        call,
        "consequences of failing",
        f"{words}.",
        figures={"blame_before": blame[0], "blame": blame[1], "confidence_lost": lost},
    )


def counted_ordinal(count: int) -> str:
    """First to fourth as words, then figures."""
    words = {1: "first", 2: "second", 3: "third", 4: "fourth"}
    return words.get(count, f"{count}th")


def read_visit(call: Call, moment: Moment) -> Iterator[Event]:
    """A monitoring visit; the story tells the first and those that find something else than the last."""
    if call.after["intervention.monitored"] != 1:
        return
    found = bool(call.local["found"])
    trend, bar = against(call.before["practice.trend"], moment.p.regime.progress_bar)
    led, needed = against(call.before["practice.leadership"], moment.p.support.progress_leadership)
    met = (
        f"quality changes by {trend} points a quarter, where more than {bar} is asked, and leadership is"
        f" {led}, where more than {needed} is asked"
    )
    result = "finds significant progress" if found else "finds no significant progress"
    news = call.before["intervention.monitored"] == 0 or call.before["intervention.progress"] != found
    words = f"A monitoring visit {result} ({met})."
    name = "visit finds progress" if found else "visit finds no progress"
    yield moment.event(
        call,
        name,
        words,
        met=met,
        told=news,
        figures={"trend": call.before["practice.trend"], "leadership": call.before["practice.leadership"]},
    )


READERS: dict[str, Reader] = {
    "leadership.replace_director": read_director,
    "leadership.replace_director_after_failure": read_failure_and_director,
    "leadership.dismiss_director": read_dismissal,
    "support.take_charge": read_taking_charge,
    "incidents.suffer_incident": read_incident,
    "incidents.blow_whistle": read_whistle,
    "incidents.report_case_review": read_case_review,
    "inspection.bring_forward": read_alarm,
    "inspection.inspection_is_held": read_holding,
    "inspection.judge": read_judgement,
    "inspection.fail_inspection": read_failing,
    "intervention.hold_monitoring_visit": read_visit,
}
"""Who reads which rule."""
