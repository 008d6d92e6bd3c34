"""The answer in six sentences, written from the numbers so that it stays right whichever way they fall.

No sentence knows a regime or a conclusion. Each sorts the regimes by what their paired differences with the
baseline allow to say, names those of each sort, and says so when nothing can be told apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from dashboards.compared import Compared, read_difference
from dashboards.summaries import spread
from dashboards.words import NOTHING, Wording, amount, effect, number, span, wording_of
from experiments.comparison import compare_results
from experiments.prose import capitalised, counted, listed
from experiments.units import QUARTERS_PER_YEAR


@dataclass(frozen=True)
class Sorting:
    """What a sentence sorts regimes by.

    Attributes:
        outcome: its name.
        subject: what was less or more, with its verb.
        less: the adjective for a regime below the baseline.
        more: that for a regime above it.
        noun: what the smallest effect that matters is an amount of.
    """

    outcome: str
    subject: str
    less: str
    more: str
    noun: str


FAILURE = Sorting(
    "inadequate_mean",
    "the number of councils judged inadequate was",
    "lower",
    "higher",
    " councils in an average quarter",
)
HARM = Sorting(
    "weak_child_years",
    "the number of child-years in weak services was",
    "lower",
    "higher",
    " child-years",
)
COST = Sorting(
    "support_cost",
    "spending on outside support was",
    "lower",
    "higher",
    "",
)
NEW_MONEY = Sorting(
    "extra_cost",
    "new money for failure was",
    "lower",
    "higher",
    "",
)


def answer(compared: Compared) -> list[tuple[str, str]]:
    """The answer: sentences, each with a word or two on what it is about."""
    first = ("What happens anyway", level(compared))
    if not compared.others:
        return [first, ("Nothing to compare", "Only one regime was run, so nothing was compared.")]
    return [
        first,
        ("Councils that fail", capitalised(sorted_regimes(compared, FAILURE))),
        (
            "Children",
            "Services may be weak long before or after a judgement says so: "
            + sorted_regimes(compared, HARM),
        ),
        ("Money for support", money(compared)),
        ("Money that follows failure", new_money(compared)),
        ("Who did best", front_runner(compared)),
    ]


def level(compared: Compared) -> str:
    """What happens under the baseline, and how far luck moves it."""
    failing, good = wording_of("inadequate_mean"), wording_of("good_or_better_end")
    years = compared.length / QUARTERS_PER_YEAR
    both = compared.comparison.on_sets
    moves = f"{compared.of_what if both else 'luck alone'} {'move' if both else 'moves'} the numbers"
    ends = f"; {moves} that far."
    if compared.histories == 1:
        ends = f". This is one history: it does not show how far {moves}."
    return (
        f"Under {compared.baseline_title}, {_mean(compared, 'inadequate_mean')} councils were judged"
        " inadequate in an average quarter of the"
        f" {number(years, 0 if years.is_integer() else 2)} years simulated"
        f"{_nine_in_ten(compared, 'inadequate_mean', failing)}, and"
        f" {_mean(compared, 'good_or_better_end')} of all councils were judged good or better in"
        f" {compared.last}{_nine_in_ten(compared, 'good_or_better_end', good)}{ends}"
    )


def _nine_in_ten(compared: Compared, outcome: str, wording: Wording) -> str:
    """Where nine histories in ten lie, in brackets; nothing where there is but one."""
    if compared.histories == 1:
        return ""
    return f" ({span(*_spread(compared, outcome), wording)} in nine histories of ten)"


def sorted_regimes(compared: Compared, sorting: Sorting) -> str:
    """Who was below, who above, whose difference is too small to matter, and of whom nothing can be told."""
    rows = compared.differences(sorting.outcome)
    groups: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        reading, title = read_difference(row), compared.titles[row["regime"]]
        decided = reading.kind in ("clear", "leaning")
        if decided:
            title += f" ({_with_interval(row, sorting.outcome)})"
        groups.setdefault((reading.kind, reading.direction if decided else 0), []).append(title)
    matters = effect(rows[0]["smallest_effect"], _long(sorting.outcome)) + sorting.noun
    words = {
        ("clear", -1): sorting.less,
        ("clear", 1): sorting.more,
        ("leaning", -1): f"{sorting.less}, but perhaps by too little to matter,",
        ("leaning", 1): f"{sorting.more}, but perhaps by too little to matter,",
        ("small", 0): f"too little different to matter (by less than {matters})",
        ("unclear", 0): f"not to be told apart by {_grounds(compared)}",
    }
    against = f"compared with {compared.baseline_title} in the same luck, "
    if set(groups) == {("unclear", 0)}:
        return (
            f"nothing can be told apart; {_grounds(compared)}"
            f" {'does' if compared.histories == 1 else 'do'} not show whether {sorting.subject}"
            f" {sorting.less} or {sorting.more} than with {compared.baseline_title} under any other regime."
        )
    parts = [f"{text} under {_all_or(groups[key], rows)}" for key, text in words.items() if key in groups]
    return f"{against}{sorting.subject} {listed(parts)}."


def _all_or(named: Sequence[str], rows: Sequence[object]) -> str:
    """The regimes named, or that it is all of them, where there are several and none carries a number."""
    everyone = len(named) == len(rows) > 1 and not any("(" in name for name in named)
    return "every other regime" if everyone else listed(named)


def money(compared: Compared) -> str:
    """What outside support cost, and which regimes spent more or less on it."""
    around = _nine_in_ten(compared, COST.outcome, _long(COST.outcome))
    return (
        f"{compared.baseline_title} took {_mean(compared, COST.outcome)} of outside support over the whole"
        f" span{around}; {sorted_regimes(compared, COST)}"
    )


def new_money(compared: Compared) -> str:
    """What failure brings in new money, and under which regimes that is more or less."""
    around = _nine_in_ten(compared, NEW_MONEY.outcome, _long(NEW_MONEY.outcome))
    return (
        "Extra funding that follows inadequate judgements, and what the department pays for support, came to"
        f" {_mean(compared, NEW_MONEY.outcome)} under {compared.baseline_title}{around};"
        f" {sorted_regimes(compared, NEW_MONEY)}"
    )


def front_runner(compared: Compared) -> str:
    """Whether the regime with the least harm can be told from the next, and what that is worth."""
    outcomes = compared.comparison.outcomes
    order = outcomes.filter(pl.col("outcome") == HARM.outcome, pl.col("mean").is_not_null()).sort("mean")
    if order.height < len(compared.titles):
        return "Nobody can say, because under some regime no history gave an answer."
    best, second = order["regime"].to_list()[:2]
    between = compare_results(compared.comparison.results, best, outcomes=[HARM.outcome]).differences
    row = between.row(by_predicate=pl.col("regime") == second, named=True)
    first, next_best = compared.titles[best], compared.titles[second]
    leading = f"{first} left the fewest child-years in weak services, ahead of {next_best}"
    both = f"{first} and {next_best} left the fewest child-years in weak services"
    joined = " and"
    if len(compared.titles) == 2:
        joined = ""
        both = f"Child-years in weak services under {first} and under {next_best}"
    verdict = {
        "clear": f"{leading} by an amount that matters",
        "leaning": f"{leading} by perhaps too little to matter",
        "small": f"{both}{joined} differ by too little to matter",
        "unclear": f"{both}{joined} cannot be told apart",
    }[read_difference(row).kind]
    elsewhere = _front_runner_elsewhere(compared, best)
    return (
        f"{verdict} ({_with_interval(row, HARM.outcome)} between them); what any regime achieves here"
        " rests on assumptions about how well each kind of help works, which no data yet settle, so this"
        f" order follows from those assumptions and is no evidence for them.{elsewhere}"
    )


def _front_runner_elsewhere(compared: Compared, best: str) -> str:
    """That another regime comes first where councils judged inadequate are counted; else nothing."""
    order = compared.comparison.outcomes.filter(
        pl.col("outcome") == FAILURE.outcome, pl.col("mean").is_not_null()
    ).sort("mean")
    if not order.height or order["regime"][0] == best:
        return ""
    fewest = order["regime"][0]
    between = compare_results(compared.comparison.results, fewest, outcomes=[FAILURE.outcome]).differences
    kind = read_difference(between.row(by_predicate=pl.col("regime") == best, named=True)).kind
    if kind == "small":
        return ""
    how = "" if kind == "clear" else f", perhaps by too little to matter before {compared.titles[best]}"
    if kind == "unclear":
        how = f", though it cannot be told apart from {compared.titles[best]}"
    return (
        f" Of councils judged inadequate {compared.titles[fewest]} had the fewest{how}: which regime"
        " comes first depends on what is counted."
    )


def _long(outcome: str) -> Wording:
    """The wording of an outcome with its unit written out."""
    wording = wording_of(outcome)
    return replace(wording, unit=" million") if wording.unit == " m" else wording


def _with_interval(row: dict[str, Any], outcome: str) -> str:
    wording = _long(outcome)
    middle, around = amount(row["difference"], wording, True), span(row["low"], row["high"], wording, True)
    return middle if around == NOTHING else f"{middle}; {around}"


def _mean(compared: Compared, outcome: str) -> str:
    return amount(compared.mean(outcome, compared.baseline)["mean"], _long(outcome))


def _spread(compared: Compared, outcome: str) -> tuple[float | None, float | None]:
    table = spread(compared.runs, outcome).filter(pl.col("regime") == compared.baseline)
    return (table["q05"][0], table["q95"][0]) if len(table) else (None, None)


def _grounds(compared: Compared) -> str:
    """On what a reader can tell regimes apart, or not."""
    histories = counted(compared.histories, "history", "histories")
    if compared.posterior is None:
        return histories
    return f"{histories} on {counted(compared.posterior['drawn'], 'set')} of parameters"
