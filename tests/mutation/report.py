"""What became of the mutants: the score, survivors with the reason why each is harmless, and the page."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from .mutants import Found, Mutant
from .sampling import wilson


class Outcome(NamedTuple):
    """What became of one mutant."""

    outcome: str  # killed, timeout, survived
    test: str  # that killed it
    tests: int  # that call the rule
    seconds: float


Outcomes = Sequence[tuple[Mutant, Outcome]]


@dataclass(frozen=True)
class Reason:
    """Why some survivors do no harm."""

    why: str
    changes: frozenset[tuple[str, str, str]]  # module, the line as it is, the line as it was changed


def read_reasons(path: Path) -> list[Reason]:
    """Read the reasons that people gave for survivors."""
    entries = tomllib.loads(path.read_text(encoding="utf-8")).get("reason", [])
    return [Reason(entry["why"], frozenset(map(tuple, entry["changes"]))) for entry in entries]


def change_of(mutant: Mutant) -> tuple[str, str, str]:
    """What reasons know a mutant by, wherever in its file it stands."""
    return (mutant.segment.module, *mutant.texts())


def survivors(outcomes: Outcomes) -> list[Mutant]:
    """The mutants that no test noticed."""
    return [mutant for mutant, outcome in outcomes if outcome.outcome == "survived"]


@dataclass(frozen=True)
class Score:
    """How many mutants were tried and what became of them."""

    tried: int
    killed: int
    timeouts: int
    survived: int

    @property
    def share(self) -> float:
        """Killed, with those that ran out of time, of all that were tried; 0-1."""
        return (self.killed + self.timeouts) / self.tried if self.tried else 1.0

    def __str__(self) -> str:
        """The score as a percentage with its 95% interval."""
        low, high = wilson(self.killed + self.timeouts, self.tried)
        return f"{self.share:.1%} ({low:.1%} to {high:.1%})"


def score_of(outcomes: Outcomes) -> Score:
    """Count outcomes."""
    kinds = [outcome.outcome for _, outcome in outcomes]
    return Score(len(kinds), *(kinds.count(kind) for kind in ("killed", "timeout", "survived")))


def by_module(outcomes: Outcomes) -> dict[str, Score]:
    """The score of each module."""
    modules = dict.fromkeys(mutant.segment.module for mutant, _ in outcomes)
    return {
        module: score_of([pair for pair in outcomes if pair[0].segment.module == module])
        for module in modules
    }


def summary(outcomes: Outcomes) -> str:
    """The scores in lines."""
    scores = {**by_module(outcomes), "all": score_of(outcomes)}
    return "\n".join(
        f"{module:22} {score.tried:5} tried, {score.killed:5} killed, {score.timeouts:3} timeouts,"
        f" {score.survived:4} survived: {score}"
        for module, score in scores.items()
    )


def unexplained(outcomes: Outcomes, reasons: Sequence[Reason]) -> Iterator[str]:
    """A line for each survivor that has no reason."""
    known = {change for reason in reasons for change in reason.changes}
    for mutant in survivors(outcomes):
        module, before, after = change_of(mutant)
        if (module, before, after) not in known:
            yield f"{module}.py:{mutant.line} in {mutant.segment.name or 'module'}\n  - {before}\n  + {after}"


def page(found: Mapping[str, Found], outcomes: Outcomes, reasons: Sequence[Reason]) -> str:
    """The page: what was done, scores, survivors."""
    return ""
