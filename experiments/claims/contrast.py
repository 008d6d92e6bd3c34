"""A claim as an experiment: two arms that differ in declared levers alone, and two points at which to try it.

The arms meet the same luck. At the point where a claim `holds` and at the one where it `fails` both share the
same settings, over the same regime; nothing is extreme that need not be.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Literal

import numpy as np

from experiments.arrays import Numbers, mean_of_known
from experiments.claims.background import background
from experiments.effects import SELECTED
from experiments.layers import Way
from model.ensemble import Block
from model.indicators import Outcome, Quarter
from model.parameters import Parameters
from model.quarters import format_quarter
from model.records import dotted_fields
from model.regimes import resolve
from model.registry import registry

Settings = Mapping[str, float | str]
"""Values of parameters by dotted name; arrangements by theirs."""

Direction = Literal[1, 0, -1, "not above", "not below"]
"""Of the measure, with less without: it rises, changes by nothing that matters, falls; or does not rise, or
does not fall, by as much as matters, however far it may go the other way."""

EXPECTED: Mapping[Direction, str] = {
    1: "more",
    0: "no difference",
    -1: "less",
    "not above": "not more",
    "not below": "not less",
}
"""What is expected, in a word or two."""


def margin(effects: Numbers, claimed: Direction, smallest: float) -> Numbers:
    """By how much effects, with less without, bear a claim out: it is true where that is above 0."""
    found: Numbers
    if claimed == "not above":
        found = smallest - effects
    elif claimed == "not below":
        found = smallest + effects
    else:
        found = claimed * effects - smallest if claimed else smallest - np.abs(effects)
    return found


def way(claimed: Direction) -> Way:
    """The way in which a difference is first looked for: the claimed one, else that which is denied."""
    return -1 if claimed in (-1, "not below") else 1


def expectation(claimed: Direction, amount: str) -> str:
    """What a claim expects of a measure, as part of a sentence."""
    return {
        1: f"rises by more than {amount}",
        0: f"changes by less than {amount}",
        -1: f"falls by more than {amount}",
        "not above": f"does not rise by more than {amount}",
        "not below": f"does not fall by more than {amount}",
    }[claimed]


Side = Literal["sector", "government", "providers", "charities"]
"""On whose side of the debate a claim stands: not who said it, but whose case it makes."""

SIDES: Mapping[Side, str] = {
    "sector": "councils and their associations",
    "government": "government and its inspectorate",
    "providers": "private and charitable providers",
    "charities": "children's charities and critics of outsourcing",
}
"""The sides, as they are called."""

TEN_YEARS, TWENTY_YEARS = 44, 80
"""Horizons: the record's and a little more, and the longest, for what happens years after an exit."""


@dataclass(frozen=True)
class Measure:
    """What is compared of a run.

    Attributes:
        name: an outcome, or an indicator of a quarter.
        first: first quarter since 2014Q1 over which the indicator is averaged; None for an outcome.
        end: the quarter after the last.
    """

    name: str
    first: int | None = None
    end: int | None = None

    def values(self, block: Block) -> Numbers:
        """The measure of every run, shape (runs,); not a number where there was nothing to observe."""
        if self.first is None:
            outcomes: Numbers = block.outcomes[self.name]
            return outcomes
        return mean_of_known(block.quarters[self.name][:, self.first : self.end])

    @property
    def unit(self) -> str:
        """Its unit."""
        unit: str = self._declared().unit
        return unit

    @property
    def meaning(self) -> str:
        """What it says, as it is declared, with the quarters over which it is averaged and a caution."""
        parts = [self._declared().meaning]
        if self.first is not None and self.end is not None:
            first, last = format_quarter(self.first), format_quarter(self.end - 1)
            parts.append(f"in {first}" if first == last else f"average quarter of {first} to {last}")
        if self.name in SELECTED:
            who = f"other councils {SELECTED[self.name]} in each arm"
            parts.append(f"{who}, so that part of a difference is who they are")
        return "; ".join(parts)

    def _declared(self) -> Any:
        owner = Outcome if self.first is None else Quarter
        return {name: quantity for name, _, quantity in dotted_fields(owner)}[self.name]


def outcome(name: str) -> Measure:
    """An outcome of a whole run."""
    return Measure(name)


def average(name: str, first: int, end: int) -> Measure:
    """An indicator, averaged over the quarters since 2014Q1 from `first` up to `end`."""
    return Measure(name, first, end)


def in_quarter(name: str, quarter: int) -> Measure:
    """An indicator in one quarter, counted from 2014Q1."""
    return Measure(name, quarter, quarter + 1)


@dataclass(frozen=True)
class Point:
    """Where a contrast is tried: settings over the regime and the background.

    Attributes:
        says: what is so there, in words.
        both: settings of both arms, over the regime.
        without: other values than the contrast's own, in the arm without, of levers in which the arms differ.
        with_: the same, in the arm with it.
    """

    says: str
    both: Settings = field(default_factory=dict)
    without: Settings = field(default_factory=dict)
    with_: Settings = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A further part of a claim, about another measure of the same arms, with a verdict of its own.

    Attributes:
        says: the part, in one sentence.
        measure: what is compared.
        claimed: which way it is expected to go.
        smallest: the smallest difference that would matter, in the measure's unit.
        reason: why that one.
    """

    says: str
    measure: Measure
    claimed: Direction
    smallest: float
    reason: str


@dataclass(frozen=True)
class Further:
    """Two further arms, on the same sets and luck, reported beside the verdict.

    Attributes:
        name: by which its runs are kept.
        says: what is compared, as the end of a sentence.
        without: settings over those of the contrast's arm without.
        with_: the same, of the arm with.
        regime: on which both arms stand; the contrast's own when empty.
    """

    name: str
    says: str
    without: Settings = field(default_factory=dict)
    with_: Settings = field(default_factory=dict)
    regime: str = ""


@dataclass(frozen=True)
class Strength:
    """The parameter that makes a claim's mechanism weak or strong.

    Attributes:
        name: of the parameter.
        arm: `both` where the arms share it, `with` where only the arm with what the claim speaks of has it.
        low: least value tried; that of the registry when None.
        high: greatest value tried; likewise.
    """

    name: str
    arm: Literal["both", "with"] = "both"
    low: float | None = None
    high: float | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and greatest value tried."""
        entry = registry()[self.name]
        return (
            entry.low if self.low is None else self.low,
            entry.high if self.high is None else self.high,
        )

    def values(self, count: int) -> tuple[float, ...]:
        """Values at even steps between the bounds, whole where only whole ones are allowed."""
        low, high = self.bounds
        steps = np.linspace(low, high, count).tolist()
        whole = registry()[self.name].type != "number"
        return tuple(dict.fromkeys(float(round(step)) if whole else step for step in steps))


@dataclass(frozen=True)
class Trial:
    """Two arms to be run under the same luck.

    Attributes:
        name: `holds`, `fails`, `under` another regime, or `regimes as they are`.
        says: what is so there, in words.
        without: parameters of the arm without what the claim speaks of.
        with_: of the arm with it.
    """

    name: str
    says: str
    without: Parameters
    with_: Parameters


@dataclass(frozen=True, eq=False)
class Contrast:
    """A claim, what carries it in the model, and how it is tested.

    Attributes:
        claim: its number in the list of claims.
        says: the claim, in one sentence of ours.
        who: who said it, where and when.
        rules: that carry the mechanism.
        lever: in which alone the arms differ, a parameter or a mixture such as `regime.takeover_mix`; where
            they differ in more, that of which the claim speaks first.
        levers: parameters that make it, those in which the arms differ among them.
        regime: on which both arms stand.
        without: settings of the arm without what the claim speaks of.
        with_: settings of the arm with it.
        measure: what is compared, and has the verdict.
        claimed: which way the claimant expects it to go, with less without; 0 for no difference that matters.
        smallest: the smallest difference that would matter, in the measure's unit.
        reason: why that one.
        strength: what makes the mechanism weak or strong.
        sides: on whose side of the debate the claim stands.
        holds: where the claim holds.
        fails: where it does not.
        shared: settings of both arms, over the regime, wherever the claim is tried.
        facts: levers in which the arms differ and whose size nobody chooses. Across sets of parameters each
            set has its own in the arm with what the claim speaks of; at the two points `with_` says how
            large.
        quarters: length of the runs.
        beside: further measures, reported without a verdict.
        also_under: regimes on which the point where it holds is tried as well.
        bundle: why the arms differ in more than the lever; empty where they do not.
        parts: further parts of the claim, each with a verdict of its own.
        further: further arms, reported beside the verdict.
        bundled: two whole regimes, without and with, compared as they are at the defaults.
        doubt: why the mechanism does not convince, empty where it does.
    """

    claim: str
    says: str
    who: str
    rules: tuple[Callable[..., object], ...]
    lever: str
    levers: tuple[str, ...]
    regime: str
    without: Settings
    with_: Settings
    measure: Measure
    claimed: Direction
    smallest: float
    reason: str
    strength: Strength
    sides: tuple[Side, ...]
    holds: Point
    fails: Point
    shared: Settings = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    quarters: int = TEN_YEARS
    beside: tuple[Measure, ...] = ()
    also_under: tuple[str, ...] = ()
    bundle: str = ""
    parts: tuple[Part, ...] = ()
    further: tuple[Further, ...] = ()
    bundled: tuple[str, str] | None = None
    doubt: str = ""

    @property
    def question(self) -> str:
        """What is asked of the model: the first line of the claim's own file."""
        return self._written()[0]

    @property
    def compared(self) -> str:
        """What the two arms are: the rest of what the claim's own file opens with."""
        return self._written()[1]

    def _written(self) -> tuple[str, str]:
        document = inspect.cleandoc(import_module(f"{__package__}.{self.claim.lower()}").__doc__ or "")
        question, _, arms = document.removeprefix(f"{self.claim}: ").partition("\n\n")
        return question[:1].upper() + question[1:], " ".join(arms.split())

    @property
    def expectation(self) -> str:
        """What the claimant expects of the measure, and how much would matter, in a sentence."""
        return f"Expected of {self.measure.name}: it {expectation(self.claimed, self.amount)}."

    @property
    def amount(self) -> str:
        """The smallest difference that would matter, with its unit."""
        return f"{self.smallest:g} ({self.measure.unit})"

    @property
    def arms(self) -> tuple[str, ...]:
        """The levers in which the arms differ."""
        return tuple(dict.fromkeys((*self.without, *self.with_)))

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is compared: that of the verdict first, then those of the further parts."""
        return (self.measure, *(part.measure for part in self.parts), *self.beside)

    def bears_out(self, effects: Numbers) -> Numbers:
        """By how much effects, with less without, bear the claim out: it is true where that is above 0."""
        return margin(effects, self.claimed, self.smallest)

    def at(self, further: Further) -> "Contrast":
        """The same claim with further arms in place of its own."""
        return replace(
            self,
            regime=further.regime or self.regime,
            without={**self.without, **further.without},
            with_={**self.with_, **further.with_},
            further=(),
        )

    def about(self, part: Part) -> "Contrast":
        """The same arms with a further part of the claim in place of the first."""
        return replace(
            self, measure=part.measure, claimed=part.claimed, smallest=part.smallest, reason=part.reason
        )

    @property
    def in_one_lever(self) -> bool:
        """Whether the arms differ in the lever alone."""
        return all(name == self.lever or name.rpartition(".")[0] == self.lever for name in self.arms)

    def trials(self) -> Iterator[Trial]:
        """Everything that is run: the two points, further regimes, and whole regimes as they are.

        Raises:
            ParameterError: for settings that are unknown, out of bounds or contradictory.
        """
        yield self._trial("holds", self.holds, self.regime)
        yield self._trial("fails", self.fails, self.regime)
        for regime in self.also_under:
            yield self._trial(f"under {regime}", self.holds, regime)
        if self.bundled:
            without, with_ = self.bundled
            yield Trial("regimes as they are", f"{without} against {with_}", resolve(without), resolve(with_))

    def _trial(self, name: str, point: Point, regime: str) -> Trial:
        without = {**background(), **self.without, **self.shared, **point.both, **point.without}
        with_ = {**background(), **self.with_, **self.shared, **point.both, **point.with_}
        return Trial(name, point.says, resolve(regime, settings=without), resolve(regime, settings=with_))

    def arms_of(self, over: Settings) -> tuple[Parameters, Parameters]:
        """The arms without and with what the claim speaks of, at the defaults of everything else.

        Args:
            over: settings laid over both arms; those in which the arms differ stay as they are.

        Raises:
            ParameterError: for settings that are unknown, out of bounds or contradictory.
        """
        both = {**self.shared, **{name: value for name, value in over.items() if name not in self.arms}}
        return (
            resolve(self.regime, settings={**self.without, **both}),
            resolve(self.regime, settings={**self.with_, **both}),
        )

    @property
    def design_across(self) -> str:
        """A hash of what this file decides of runs across sets of parameters; the points are not in it."""
        parts = {
            "regime": self.regime,
            "arms": [dict(self.without), dict(self.with_)],
            "shared": dict(self.shared),
            "facts": self.facts,
            "levers": self.levers,
            "strength": [self.strength.name, self.strength.arm, *self.strength.bounds],
            "measures": [[measure.name, measure.first, measure.end] for measure in self.measures],
            "quarters": self.quarters,
            "further": [[one.name, one.regime, dict(one.without), dict(one.with_)] for one in self.further],
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def design(self) -> str:
        """A hash of what this file decides of a measurement; rules, defaults and regimes are the model's."""
        points = [
            [{**self.shared, **point.both}, dict(point.without), dict(point.with_)]
            for point in (self.holds, self.fails)
        ]
        measures = [[measure.name, measure.first, measure.end] for measure in self.measures]
        parts = {
            "claim": self.claim,
            "regimes": [self.regime, self.also_under, self.bundled],
            "arms": [dict(self.without), dict(self.with_)],
            "background": background(),
            "points": points,
            "measures": measures,
            "judged": [self.claimed, self.smallest],
            "quarters": self.quarters,
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
