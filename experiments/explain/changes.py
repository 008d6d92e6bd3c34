"""The one change by which a twin differs: what may be asked for, and how it is put on the council's record.

A twin is the same council with the same luck and one entry more on record. Both engines already obey the
record, as they do when the past is replayed, so nothing is built into them for twins.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from experiments.arrays import Records
from experiments.errors import StudyError
from experiments.explain.runs import Chosen, compiled_course
from experiments.explain.wording import ARRANGEMENTS, GRADES, names
from experiments.prose import listed
from experiments.units import MONTHS_PER_QUARTER, QUARTERS_PER_YEAR
from model.codes import DirectorEvent, Grade, Support
from model.ensemble import Worlds
from model.near_names import or_near
from model.quarters import format_quarter, parse_quarter

KINDS = {
    "adviser": Support.ADVISER,
    "alliance": Support.ALLIANCE,
    "partner in practice": Support.PARTNER_IN_PRACTICE,
    "private contract": Support.PRIVATE,
    "trust": Support.TRUST,
    "partner council": Support.PARTNER_COUNCIL,
    "specialist team": Support.SPECIALIST,
    "commissioner": Support.COMMISSIONER,
    "mutual": Support.MUTUAL,
}
"""Arrangements by the words for them."""

MONTHS_OF = {"month": 1, "quarter": MONTHS_PER_QUARTER, "year": MONTHS_PER_QUARTER * QUARTERS_PER_YEAR}

JUDGEMENTS = {GRADES[grade]: grade for grade in Grade if grade != Grade.NOT_JUDGED}

FORMS = (
    ("keep the director [from QUARTER] [to QUARTER]", "nobody leaves the post in that time"),
    (
        "replace the director in QUARTER [by an interim]",
        "another takes the post, a permanent one unless said",
    ),
    ("begin a KIND in QUARTER", "the arrangement is put in place, if anybody can take the council on"),
    ("begin the KIND N months earlier", "the first such arrangement of this history, moved forward"),
    ("no arrangement [from QUARTER] [to QUARTER]", "what is in force ends, and nothing is begun"),
    ("judge it GRADE in QUARTER", "a judgement is published then, whatever the score"),
    (
        "inspect it in QUARTER",
        "an inspection is held then, and judges by the score and the luck of that quarter",
    ),
)
"""What may be asked for: the form, and what it means."""


KINDS_IN_WORDS = listed(KINDS, "or")
GRADES_IN_WORDS = listed(JUDGEMENTS, "or")


@dataclass(frozen=True)
class Change:
    """The one thing in which a twin differs.

    Attributes:
        sentence: what it is, in words.
        since: the first quarter in which it can act.
        recorded: the record that both engines obey, shape (quarters, 158).
        begins: the arrangement that it is to put in place, if it is to.
    """

    sentence: str
    since: int
    recorded: Records
    begins: Support = Support.NONE


@dataclass(frozen=True)
class _Asked:
    text: str
    chosen: Chosen
    row: int
    states: list[Worlds]

    def refuse(self, why: str) -> StudyError:
        return StudyError(f"--twin {self.text!r}: {why}")

    def quarter(self, written: str) -> int:
        """A quarter of this history in which the council exists."""
        try:
            quarter = parse_quarter(written.upper())
        except ValueError as error:
            raise self.refuse(str(error)) from error
        last = len(self.states) - 1
        if not 0 <= quarter <= last:
            raise self.refuse(
                f"{written} is not in this history, which runs from 2014Q1 to {format_quarter(last)}"
            )
        if not self.exists(quarter):
            raise self.refuse(f"{names()[self.row]} does not exist in {written}")
        return quarter

    def exists(self, quarter: int) -> bool:
        """Whether the council exists in a quarter of this history."""
        return bool(self.states[quarter].councils[0, self.row]["exists"] == 1)

    def span(self, words: re.Match[str]) -> slice:
        """The quarters from one to another, ends included; from the first and to the last unless said."""
        first = self.quarter(words["first"]) if words["first"] else 0
        last = self.quarter(words["last"]) if words["last"] else len(self.states) - 1
        if last < first:
            raise self.refuse(f"{format_quarter(last)} comes before {format_quarter(first)}")
        return slice(first, last + 1)

    def record(self) -> Records:
        return self.chosen.nothing_recorded()


NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "twelve": 12}

QUARTER = r"\d{4}q\d"
SPAN = rf"(?: from (?P<first>{QUARTER}))?(?: (?:to|until) (?P<last>{QUARTER}))?"
KIND = rf"(?:an? |the )?(?P<kind>{'|'.join(KINDS)}|private)"


def _keep_director(words: re.Match[str], asked: _Asked) -> Change:
    span = asked.span(words)
    recorded = asked.record()
    recorded["director"][span, asked.row] = DirectorEvent.NONE
    return Change(
        f"The director is kept{_in_words(span, asked)}{_if_interim(span, recorded, asked)}.",
        span.start,
        recorded,
    )


def _if_interim(span: slice, recorded: Records, asked: _Asked) -> str:
    """Said of an interim, who may be kept for longer than any interim stays."""
    existing = [now for now in range(*span.indices(len(asked.states))) if asked.exists(now)]
    if not existing:
        return ""
    length = existing[0] + 1
    course = compiled_course(replace(asked.chosen, quarters=length), recorded[:length])
    interim = course.worlds[-1].councils[0, asked.row]["director"]["interim"]
    return " (an interim, who stays on as one)" if interim == 1 else ""


def _replace_director(words: re.Match[str], asked: _Asked) -> Change:
    quarter = asked.quarter(words["quarter"])
    interim = words["interim"] is not None
    event = DirectorEvent.INTERIM_ARRIVES if interim else DirectorEvent.PERMANENT_ARRIVES
    recorded = asked.record()
    recorded["director"][quarter, asked.row] = event
    by = "an interim" if interim else "a permanent one"
    return Change(f"The director is replaced by {by} in {format_quarter(quarter)}.", quarter, recorded)


def _begin(words: re.Match[str], asked: _Asked) -> Change:
    kind = KINDS["private contract" if words["kind"] == "private" else words["kind"]]
    if words["quarter"]:
        quarter = asked.quarter(words["quarter"])
        sentence = f"{_capital(ARRANGEMENTS[kind])} is put in place in {format_quarter(quarter)}."
    else:
        began = _first_beginning(kind, asked)
        quarter = began - _quarters_of(words, asked)
        if quarter < 0:
            raise asked.refuse(f"it began in {format_quarter(began)}, and no history begins before 2014Q1")
        if not asked.exists(quarter):
            raise asked.refuse(f"{names()[asked.row]} does not exist in {format_quarter(quarter)}")
        sentence = (
            f"{_capital(ARRANGEMENTS[kind])} is put in place in {format_quarter(quarter)}, instead of"
            f" {format_quarter(began)}."
        )
    if quarter and asked.states[quarter - 1].councils[0, asked.row]["arrangement"]["kind"] == kind:
        raise asked.refuse(
            f"{names()[asked.row]} has {ARRANGEMENTS[kind]} in {format_quarter(quarter)} anyway"
        )
    recorded = asked.record()
    recorded["arrangement"][quarter, asked.row] = kind
    return Change(sentence, quarter, recorded, kind)


def _first_beginning(kind: Support, asked: _Asked) -> int:
    begun = [int(world.councils[0, asked.row]["intervention"]["start_kind"]) for world in asked.states]
    if kind in begun:
        return begun.index(kind)
    there = [
        f"{ARRANGEMENTS[Support(item)]} in {format_quarter(now)}"
        for now, item in enumerate(begun)
        if item > 0
    ]
    had = f"it has {listed(there)}" if there else "no arrangement begins at all"
    raise asked.refuse(f"in this history {names()[asked.row]} never has {ARRANGEMENTS[kind]}: {had}")


def _quarters_of(words: re.Match[str], asked: _Asked) -> int:
    count = NUMBERS.get(words["number"]) or (int(words["number"]) if words["number"].isdigit() else 0)
    months = count * MONTHS_OF[words["unit"]]
    if months <= 0 or months % MONTHS_PER_QUARTER:
        raise asked.refuse(
            f"{words['number']} {words['unit']}s: allowed are whole quarters, such as 6 months"
        )
    return months // MONTHS_PER_QUARTER


def _no_arrangement(words: re.Match[str], asked: _Asked) -> Change:
    span = asked.span(words)
    recorded = asked.record()
    recorded["arrangement"][span, asked.row] = Support.NONE
    return Change(f"There is no arrangement{_in_words(span, asked)}.", span.start, recorded)


def _judge(words: re.Match[str], asked: _Asked) -> Change:
    quarter = _inspectable(words, asked)
    grade = JUDGEMENTS[words["grade"]]
    recorded = asked.record()
    if asked.states[quarter].councils[0, asked.row]["inspection"]["result"] != grade:
        recorded["inspection"][quarter, asked.row] = 1
        recorded["grade"][quarter, asked.row] = grade
    return Change(f"It is judged {GRADES[grade]} in {format_quarter(quarter)}.", quarter, recorded)


def _inspect(words: re.Match[str], asked: _Asked) -> Change:
    quarter = _inspectable(words, asked)
    recorded = asked.record()
    if asked.states[quarter].councils[0, asked.row]["inspection"]["result"] == Grade.NOT_JUDGED:
        recorded["inspection"][quarter, asked.row] = 1
    return Change(f"It is inspected in {format_quarter(quarter)}.", quarter, recorded)


def _inspectable(words: re.Match[str], asked: _Asked) -> int:
    """A quarter in which an entry about an inspection changes nothing but the inspection."""
    quarter = asked.quarter(words["quarter"])
    if asked.states[quarter].nations[0, 0]["suspended"] == 1:
        raise asked.refuse(f"inspections are suspended in {format_quarter(quarter)}")
    luck = asked.states[quarter].councils[0, asked.row]["shock"]
    levers = asked.chosen.parameters.rules_view.regime
    if luck["spin_out"] < levers.spin_out or luck["outsourcing"] < levers.voluntary_outsourcing:
        raise asked.refuse(
            f"in {format_quarter(quarter)} the council may give up its services by its own choice, and a"
            " judgement on record would keep it from that; choose another quarter"
        )
    return quarter


PATTERNS: tuple[tuple[str, Callable[[re.Match[str], _Asked], Change]], ...] = (
    (rf"keep the director{SPAN}", _keep_director),
    (
        rf"replace the director in (?P<quarter>{QUARTER})(?P<interim> (?:by|with) an interim)?",
        _replace_director,
    ),
    (
        rf"(?:begin|start) {KIND} (?:in (?P<quarter>{QUARTER})"
        r"|(?P<number>\w+) (?P<unit>month|quarter|year)s? earlier)",
        _begin,
    ),
    (rf"no arrangement{SPAN}", _no_arrangement),
    (rf"judge it (?P<grade>{'|'.join(JUDGEMENTS)}) in (?P<quarter>{QUARTER})", _judge),
    (rf"inspect it in (?P<quarter>{QUARTER})", _inspect),
)


def read_twin(text: str, chosen: Chosen, row: int, states: list[Worlds]) -> Change:
    """Read what was asked for, and put it on record.

    Args:
        text: as one of `FORMS`.
        chosen: the history.
        row: of the council.
        states: of the history as it went.

    Raises:
        StudyError: for what cannot be read, with every form that can, or does not fit this history.
    """
    plain = " ".join(text.lower().split()).rstrip(".")
    for pattern, reader in PATTERNS:
        if words := re.fullmatch(pattern, plain):
            return reader(words, _Asked(text, chosen, row, states))
    forms = [form for form, _ in FORMS]
    least = [re.sub(r" \[.*?\]", "", form) for form in forms]
    allowed = (
        f"allowed are: {'; '.join(forms)}; where KIND is {KINDS_IN_WORDS}, GRADE is {GRADES_IN_WORDS}, and"
        " QUARTER is written as 2016Q3"
    )
    raise StudyError(f"--twin {text!r} cannot be read{or_near(plain, least, allowed)}")


def _in_words(span: slice, asked: _Asked) -> str:
    since = f" from {format_quarter(span.start)}" if span.start else ""
    until = f" to {format_quarter(span.stop - 1)}" if span.stop < len(asked.states) else ""
    return since + until or " throughout"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
