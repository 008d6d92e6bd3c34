"""Rules watched while they run: which were called for a council, with what, and what they answered.

The interpreted engine is run as it is, under the interpreter's own profiling hook. Nothing of a rule is
repeated here, and without a watcher nothing is slower. Luck becomes an event in one rule alone, `happens`, so
its calls are the chances and draws that decided.
"""

import inspect
import pkgutil
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from operator import attrgetter
from types import CodeType, FrameType, TracebackType
from typing import Any

import model.rules
from experiments.explain.terms import RETURNED, Term, condition_of_return, terms_of
from model.agents import Council
from model.records import dotted_fields
from model.rules.arithmetic import happens
from model.rules.support import is_run_by_provider
from model.world import World

NOBODYS = -1
"""In place of a council's row: the rule that runs is no single council's."""

LUCK = "arithmetic.happens"

UNTOLD = ("arithmetic", "conclusion", "observation", "observation_of_help", "soundness", "start_helpers")
"""Files of rules that only calculate, observe or check: nothing happens in them that a trace could tell."""

SUMS = {
    "inspection.expected_score": (RETURNED, ""),
    "inspection.judge": ("score", ""),
    "leadership.leaving_hazard_of_director": ("log_hazard", ""),
    "leadership.chance_of_permanent": (RETURNED, "logistic"),
    "practice.explained_quality": (RETURNED, ""),
    "practice.improve_practice": ("sustained", "logistic"),
}
"""Sums that are taken apart: by rule, the variable, and the function whose argument the sum is."""

ASKED = {"support.find_partner": "partners", "market.find_provider": "providers"}
"""Rules that ask around: by rule, whom of the world they ask."""

WITH_ANOTHER = ("support.begin_arrangement", "support.end_arrangement")
"""Rules that concern the council and one who stands on the other side of its arrangement."""

FACTS = ("row", "kind", "active", "load", "capacity", "home", "expertise", "skill", "margin_required")
"""Of a partner or a provider: what decides on whether it can be asked, and on who is chosen."""

STATE = tuple(name for name, _, _ in dotted_fields(Council))
_PLACES = {name: place for place, name in enumerate(STATE)}
_read_state: Callable[[Any], tuple[Any, ...]] = attrgetter(*STATE)

RECORD_KEEPING = tuple(
    name for name in STATE if name.startswith(("recorded.", "shock.")) or name == "inspection.log_weight"
)
"""State that says what the record holds, or is luck: no part of how a council fares."""
_read_faring: Callable[[Any], tuple[Any, ...]] = attrgetter(
    *(name for name in STATE if name not in RECORD_KEEPING)
)


@cache
def rules_by_code() -> dict[CodeType, str]:
    """The rules that are watched: names such as `leadership.replace_director` by what Python runs."""
    rules = {happens.__code__: LUCK}
    for item in pkgutil.iter_modules(model.rules.__path__):
        if item.name not in UNTOLD:
            module = import_module(f"model.rules.{item.name}")
            for name, function in vars(module).items():
                if inspect.isfunction(function) and function.__module__ == module.__name__:
                    rules[function.__code__] = f"{item.name}.{name}"
    return rules


@cache
def docstring_of(rule: str) -> str:
    """What a rule says it does, in its first paragraph, as one line."""
    module, _, name = rule.partition(".")
    text = inspect.getdoc(getattr(import_module(f"model.rules.{module}"), name)) or ""
    return " ".join(text.split("\n\n")[0].split())


class Snapshot(Mapping[str, Any]):
    """The state of a council at a moment, by dotted name."""

    def __init__(self, council: Any) -> None:
        """Take the state down."""
        self._values = _read_state(council)

    def __getitem__(self, name: str) -> Any:
        """A number of the state."""
        return self._values[_PLACES[name]]

    def __iter__(self) -> Any:
        """The dotted names."""
        return iter(STATE)

    def __len__(self) -> int:
        """How many numbers there are."""
        return len(STATE)


@dataclass
class Call:
    """A call of a rule for the council that is watched.

    Attributes:
        rule: its file and name, such as `leadership.replace_director`.
        before: the council's state when it was called.
        given: what it was given that is a number, and the rows of agents by the argument's name.
        after: the council's state when it had answered.
        returned: its answer.
        local: its variables that are numbers, when it answered.
        because: the condition under which it answered, as the rule has it; empty for the answer at the end.
        terms: the sum of the rules in `SUMS`, taken apart.
        asked: for the rules in `ASKED`, those in the world who could be asked, as they then were.
        other: for the rules in `WITH_ANOTHER`, the partner or provider.
        calls: the rules that it called, in order.
        caller: the rule that called it; None for those that the quarter calls.
    """

    rule: str
    before: Snapshot
    given: dict[str, Any]
    caller: "Call | None" = None
    after: Snapshot = field(init=False)
    returned: Any = None
    local: dict[str, Any] = field(default_factory=dict)
    because: str = ""
    terms: tuple[Term, ...] = ()
    asked: tuple[dict[str, Any], ...] = ()
    other: dict[str, Any] = field(default_factory=dict)
    calls: list["Call"] = field(default_factory=list)

    def named(self, rule: str) -> list["Call"]:
        """The calls of a rule, made by this one itself."""
        return [call for call in self.calls if call.rule == rule]

    def within(self, rule: str) -> list["Call"]:
        """The calls of a rule, made by this one or by those that it called."""
        found = []
        for call in self.calls:
            found += [call] if call.rule == rule else []
            found += call.within(rule)
        return found

    def callers(self) -> list[str]:
        """The rules under which this one was called, the nearest first."""
        return [self.caller.rule, *self.caller.callers()] if self.caller else []

    @property
    def draws(self) -> list["Call"]:
        """Where luck decided in this rule itself: each has `given` probability and draw, and `returned`."""
        return self.named(LUCK)


@dataclass(frozen=True)
class Elsewhere:
    """What happened to another council on whose other side the watched council stands as its helper."""

    quarter: int
    rule: str
    row: int
    kind: int


@dataclass(frozen=True)
class Step:
    """A council's state after a rule that ran for it: what two runs are compared by."""

    rule: str
    state: tuple[Any, ...]


@dataclass
class Trace:
    """What a watcher saw.

    Attributes:
        quarters: by quarter, the rules that the quarter called for the council, in order.
        elsewhere: help that the council began to give, or ended.
        steps: by quarter and row, the states of councils to be compared with another run's, rule by rule.
    """

    quarters: list[list[Call]] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)
    steps: dict[tuple[int, int], list[Step]] = field(default_factory=dict)


class Watcher:
    """Watches a quarter for one council: used as a context around each step of the interpreted engine."""

    def __init__(self, row: int, world: World, probes: Mapping[int, Collection[int]] | None = None) -> None:
        """Watch the council of a row.

        Args:
            row: of the council.
            world: of the run.
            probes: by quarter, the rows of the councils whose state is taken down after every rule.
        """
        self.trace = Trace()
        self._row = row
        self._world = world
        self._probes = probes or {}
        self._probed: Collection[int] = ()
        self._rules = rules_by_code()
        self._of_council = {code for code in self._rules if "council" in code.co_varnames[: code.co_argcount]}
        self._rows = [NOBODYS]
        self._open: list[Call] = []
        self._previous: Any = None

    def __enter__(self) -> "Watcher":
        """Begin to watch."""
        self.trace.quarters.append([])
        self._probed = self._probes.get(len(self.trace.quarters) - 1, ())
        self._previous = sys.getprofile()
        sys.setprofile(self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Cease to watch."""
        sys.setprofile(self._previous)

    def _note(self, frame: FrameType, what: str, returned: Any) -> None:
        if what == "call":
            if (rule := self._rules.get(frame.f_code)) is not None:
                self._enter(rule, frame)
        elif what == "return" and (rule := self._rules.get(frame.f_code)) is not None:
            self._leave(rule, frame, returned)

    def _enter(self, rule: str, frame: FrameType) -> None:
        council = frame.f_locals["council"] if frame.f_code in self._of_council else None
        row = self._rows[-1] if council is None else council.row
        self._rows.append(row)
        if row == self._row:
            scope = frame.f_locals
            caller = self._open[-1] if self._open else None
            call = Call(rule, Snapshot(self._world.councils[row]), _numbers(scope), caller)
            if rule in ASKED:
                call.asked = tuple(map(_facts, getattr(self._world, ASKED[rule])))
            elif rule in WITH_ANOTHER:
                arranged = self._world.councils[row].arrangement
                kind, ally = scope.get("kind", arranged.kind), scope.get("ally", arranged.ally)
                side = self._world.providers if is_run_by_provider(kind) else self._world.partners
                call.other = _facts(side[ally])
            (caller.calls if caller else self.trace.quarters[-1]).append(call)
            self._open.append(call)
        elif rule == "support.end_arrangement" and council is not None:
            self._note_help(rule, row, council.arrangement.kind, council.arrangement.ally)

    def _leave(self, rule: str, frame: FrameType, returned: Any) -> None:
        row = self._rows.pop()
        if row == self._row:
            call = self._open.pop()
            call.after = Snapshot(self._world.councils[row])
            call.returned = returned
            call.local = _numbers(frame.f_locals)
            call.because = condition_of_return(frame.f_code, frame.f_lineno) if returned else ""
            if rule in SUMS:
                known = {inner.rule.partition(".")[2]: inner.returned for inner in call.calls}
                call.terms = tuple(terms_of(frame, *SUMS[rule], known=known))
        elif rule == "support.begin_arrangement":
            scope = frame.f_locals
            self._note_help(rule, row, scope["kind"], scope["ally"])
        for name in ("council", "reviewer"):
            touched = frame.f_locals.get(name) if self._probed else None
            if touched is not None and touched.row in self._probed:
                key = len(self.trace.quarters) - 1, touched.row
                self.trace.steps.setdefault(key, []).append(Step(rule, _read_faring(touched)))

    def _note_help(self, rule: str, row: int, kind: int, ally: int) -> None:
        if not is_run_by_provider(kind) and self._world.partners[ally].home == self._row:
            self.trace.elsewhere.append(Elsewhere(len(self.trace.quarters) - 1, rule, row, kind))


def _numbers(scope: Mapping[str, Any]) -> dict[str, Any]:
    """Variables that are numbers, and the rows of agents."""
    numbers = {}
    for name, value in scope.items():
        if isinstance(value, int | float):
            numbers[name] = value
        elif name in ("provider", "partner"):
            numbers[name] = value.row
    return numbers


def _facts(agent: Any) -> dict[str, Any]:
    """A partner or a provider as it is now; a provider has no home, and a partner asks no margin."""
    return {name: getattr(agent, name) for name in FACTS if hasattr(agent, name)}


def first_difference(one: Sequence[Step], other: Sequence[Step]) -> str:
    """The first rule after which two runs of a council's quarter differ; empty when none is."""
    for mine, theirs in zip(one, other, strict=False):
        if mine.rule != theirs.rule or mine.state != theirs.state:
            return mine.rule
    return ""
