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
    return mutant.segment.module, mutant.before, mutant.after


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
    overall = score_of(outcomes)
    harmless = harmless_by_reason(outcomes, reasons)
    explained = sum(map(len, harmless.values()))
    all_mutants = sum(len(one.mutants) for one in found.values())
    lines = [
        "# What the tests of the rules would notice",
        "",
        "Would a test notice if a rule were written a little wrong? Every rule is changed in one place, a"
        " *mutant*: a plus becomes a minus, `<` becomes `<=`, a number moves by one, a statement is left out."
        " A mutant that makes a test of the rules fail is *killed*; one that does not, *survives*. Made by"
        " `make mutation`; nothing of it is estimated but the intervals.",
        "",
        f"Of {all_mutants:,} mutants {overall.tried:,} were tried: {overall.killed:,} were killed,"
        f" {overall.timeouts} ran out of time, which counts as killed, and {overall.survived} survived."
        f" **Score {overall.share:.1%}**, {_interval(overall)}. Of the survivors {explained} are listed below"
        f" with the reason why they are no other rule or do no harm; without them the score is"
        f" {without(overall, explained).share:.1%}.",
        "",
        *_how(found),
        *_table(outcomes, harmless),
        *_survivors(outcomes, harmless),
    ]
    return "\n".join(lines)


def _interval(score: Score) -> str:
    low, high = wilson(score.killed + score.timeouts, score.tried)
    return f"95% interval {low:.1%} to {high:.1%}"


def without(score: Score, harmless: int) -> Score:
    """The score of mutants that could be killed: those that do no harm are left out."""
    return Score(score.tried - harmless, score.killed, score.timeouts, score.survived - harmless)


def harmless_by_reason(outcomes: Outcomes, reasons: Sequence[Reason]) -> dict[str, list[Mutant]]:
    """Survivors for which there is a reason, by that reason."""
    left = survivors(outcomes)
    return {
        reason.why: [mutant for mutant in left if change_of(mutant) in reason.changes] for reason in reasons
    }


def _how(found: Mapping[str, Found]) -> list[str]:
    twice = sum(one.said_twice for one in found.values())
    nothing = sum(one.not_computing for one in found.values())
    return [
        "## How",
        "",
        "The changes are those of [Cosmic Ray](https://cosmic-ray.readthedocs.io) that can be a mistake here:"
        " the four operations of arithmetic for each other, and for `//` and `%`; the six comparisons for"
        " `<`, `<=`, `>` and `>=`; `==` for `!=`, for codes have no order; `and` for `or`; a condition turned"
        " round; a number one more and one less; a loop that does not run. Three are our own: `+=` for `-=`"
        " and `*=` for `/=`, `min` for `max`, and a change of state or a call left out. Left out are changes"
        " that any test would notice, such as shifts and bits on numbers that are floats, for they would only"
        " flatter the score; imports, annotations and decorators, which compute nothing"
        f" ({nothing} places); and {twice} changes that another operator makes already.",
        "",
        "A mutant meets the tests in `tests/rules` that call the changed rule; the others cannot notice it."
        " They run interpreted. Other tests, such as those of directions, of invariants and against the"
        " prototype, would kill more; they are not asked. The interval is Wilson's, and takes the mutants"
        " that were tried for a sample of the mistakes that could be made.",
        "",
        "Read it with care. The tests were completed by what survived, so that the score says how well they"
        " hold these changes, and less of others. A rule that is wrong as a whole, and tested as it is wrong,"
        " has no mutant. That a survivor does no harm is the judgement of those who gave the reason.",
        "",
    ]


def _table(outcomes: Outcomes, harmless: Mapping[str, list[Mutant]]) -> list[str]:
    lines = [
        "## By module",
        "",
        "| rules of | mutants | killed | out of time | survived | of these harmless | score | 95% interval |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    explained = [mutant.segment.module for mutants in harmless.values() for mutant in mutants]
    for module, score in by_module(outcomes).items():
        low, high = wilson(score.killed + score.timeouts, score.tried)
        name = "the quarter (`__init__`)" if module == "__init__" else f"`{module}`"
        lines.append(
            f"| {name} | {score.tried} | {score.killed} | {score.timeouts} | {score.survived} |"
            f" {explained.count(module)} | {score.share:.1%} | {low:.1%} to {high:.1%} |"
        )
    return [*lines, ""]


def _survivors(outcomes: Outcomes, harmless: Mapping[str, list[Mutant]]) -> list[str]:
    lines = ["## Survivors that do no harm", ""]
    for why, mutants in harmless.items():
        if mutants:
            lines += [f"**{why}**", "", *map(_item, mutants), ""]
    explained = {mutant.key for mutants in harmless.values() for mutant in mutants}
    rest = [mutant for mutant in survivors(outcomes) if mutant.key not in explained]
    if rest:
        lines += ["## Survivors that a further test could kill", "", *map(_item, rest), ""]
    return lines


def _item(mutant: Mutant) -> str:
    where = f"`{mutant.segment.module}`" + (f", `{mutant.segment.name}`" if mutant.segment.name else "")
    return f"- {where}: `{mutant.before}` → `{mutant.after}`"
