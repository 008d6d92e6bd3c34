"""An event of a council's history: what happened, by which rule, and the figures that decided it.

Readers turn calls of rules into events. They look at what a rule was given, what it answered and what it
changed, and decide nothing themselves.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from experiments.explain.tracing import Call
from experiments.explain.wording import against


@dataclass(frozen=True)
class Event:
    """Something that happened, or that was drawn for and did not.

    Attributes:
        quarter: since 2014Q1.
        name: of the kind of event, such as `director leaves`.
        rule: that brought it about.
        happened: whether it did.
        sentence: what it was, in plain English, with the figures that decided it in brackets.
        met: what met what: `chance 0.14, draw 0.09`.
        figures: by name.
        told: whether the story tells it; the table holds all.
    """

    quarter: int
    name: str
    rule: str
    happened: bool
    sentence: str
    met: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    told: bool = True


@dataclass(frozen=True)
class Moment:
    """When a call was made, and under which parameters.

    Attributes:
        quarter: since 2014Q1.
        p: the parameters as rules read them.
    """

    quarter: int
    p: Any

    def event(
        self,
        call: Call,
        name: str,
        sentence: str,
        happened: bool = True,
        met: str = "",
        told: bool = True,
        figures: Mapping[str, float] | None = None,
    ) -> Event:
        """An event that a call brought about."""
        return Event(self.quarter, name, call.rule, happened, sentence, met, figures or {}, told and happened)


Reader = Callable[[Call, Moment], Iterator[Event]]


def met_by(draw: Call, what: str = "chance") -> str:
    """A chance and the draw that it met, with as many decimals as tell them apart."""
    probability, drawn = against(draw.given["probability"], draw.given["draw"])
    return f"{what} {probability}, draw {drawn}"


def chance_and_draw(draw: Call) -> dict[str, float]:
    """The figures of a draw."""
    return {"chance": float(draw.given["probability"]), "draw": float(draw.given["draw"])}


def read_events(calls: list[Call], moment: Moment, readers: Mapping[str, Reader]) -> Iterator[Event]:
    """The events of a quarter in the order in which they came about."""
    for call in calls:
        if call.rule in readers:
            yield from readers[call.rule](call, moment)
        yield from read_events(call.calls, moment, readers)
