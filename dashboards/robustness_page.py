"""The page on which regime does well whatever is true."""

from pathlib import Path
from typing import Any

from dashboards.style import STRONG, regime_styles
from dashboards.sweep_figures import PALE, Bar, bars, bars_height, regret_boxes, regret_plane
from dashboards.sweep_pages import write_sweep_page
from dashboards.words import amount, span, wording_of
from experiments.effects import unit_of
from experiments.intervals import Interval
from experiments.prose import counted, listed, number, share, with_interval
from experiments.sweeps.cells import title_of
from experiments.sweeps.noise import FEW_REPLICATES
from experiments.sweeps.robustness import (
    LEAST_HIGH,
    LEAST_MEAN,
    MOST_BEST,
    Robustness,
    RobustnessStudy,
    Verdict,
)


def write_robustness_page(study: RobustnessStudy, path: Path, command: str) -> Path:
    """Write the page.

    Args:
        study: what was found.
        path: of the file.
        command: that makes it again.
    """
    results = study.results
    names = [results.titles[name] for name in study.regimes]
    return write_sweep_page(
        path,
        "robustness.html.j2",
        results,
        "Which regime does well whatever is true?",
        f"{listed(names)} compared across"
        f" {counted(max(part.futures for part in study.outcomes), 'uncertain future')} of the sweep"
        f" “{results.title}”, with {counted(results.replicates, 'replicate')} of luck in each (seed"
        f" {results.seed}), on {listed([title_of(part.outcome).lower() for part in study.outcomes])}.",
        (
            ("answer", "The answer"),
            ("regret", "Regret"),
            ("best", "How often best"),
            *((("tradeoff", "One against the other"),) if len(study.outcomes) > 1 else ()),
            ("table", "Side by side"),
        ),
        command,
        limits_of(results.replicates),
        (),
        {
            "regimes": regime_styles(list(study.regimes)),
            "outcomes": [section_of(study, i, part) for i, part in enumerate(study.outcomes)],
            "plane": _plane(study),
        },
    )


def limits_of(replicates: int) -> list[str]:
    """What intervals and shares hold, and what they do not."""
    drawn = "over futures and histories of luck" if replicates > 1 else "over futures"
    words = [
        "Intervals show how far a finding depends on which futures"
        f"{' and histories of luck' if replicates > 1 else ''} were tried: 95%, from a bootstrap {drawn}"
        " (shares: at least as wide as Wilson’s). They do not show whether the ranges of the factors are"
        " right.",
        "All futures meet the same histories, so that luck which favours one regime does so in every future,"
        " and more futures do not average it out. "
        + (
            "Intervals hold this. Those of mean regret from other futures alone, in the same luck, stand in"
            " the table."
            if replicates > 1
            else "With one replicate nothing can be told of this, and intervals do not hold it: they are too"
            " narrow."
        ),
        "The largest regret is that of the futures tried. It has no interval, for a bootstrap never goes"
        " beyond it, and no regime is judged by it.",
        "Futures count alike. How often a regime is best says how often under the design, not how likely. The"
        " best one of a future is named on the luck that it met there: where regimes are close, shares speak"
        " of luck.",
    ]
    words.append(
        "To name the best regime of a future and measure regret on the same luck flatters; so the best was"
        " named on one half of the replicates and regret measured on the other, both ways, and averaged."
        " This is somewhat too small, since the one named is not always the best; on the same luck it is too"
        " large. Both are in the table. Single regrets hold luck, so high percentiles and the largest come"
        " out too large."
        if replicates > 1
        else "With one replicate the best regime of a future is named on the luck that regret is measured on:"
        " regret contains luck and comes out too large, and the best one is in part the luckiest."
    )
    return words


def section_of(study: RobustnessStudy, place: int, part: Robustness) -> dict[str, Any]:
    """What the template says of one outcome."""
    titles = study.results.titles
    styles = regime_styles(list(study.regimes))
    axis = f"Regret, {unit_of(part.outcome)}"
    regrets = {standing.regime: part.regrets[:, i].tolist() for i, standing in enumerate(part.standings)}
    meets = [one.meets for one in part.standings]
    best = [
        Bar(titles[one.regime], (one.best, one.meets) if part.limit is not None else (one.best,))
        for one in part.standings
    ]
    colours = (STRONG, PALE) if part.limit is not None else (STRONG,)
    return {
        "id": f"o{place}",
        "title": title_of(part.outcome),
        "answer": answer(study, part),
        "futures": part.futures,
        "regret": regret_boxes(regrets, styles, titles, axis),
        "regret_height": bars_height(len(part.standings), 1),
        "best": bars(best, colours, "Share of futures", (0.0, 1.04), percent=True),
        "best_height": bars_height(len(best), len(colours)),
        "limit": limit_in_words(part),
        "unit": unit_of(part.outcome),
        **_table(study, part, any(meets)),
    }


def limit_in_words(part: Robustness) -> str:
    """The limit to be met, in words; empty for none."""
    if part.limit is None:
        return ""
    return f"{'at most' if part.better == 'lower' else 'at least'} {part.limit:g} {unit_of(part.outcome)}"


def answer(study: RobustnessStudy, part: Robustness) -> list[tuple[str, str]]:
    """What was found, in a few sentences, each with a word or two in front."""
    by_name = {one.regime: one for one in part.standings}
    said = [("In short", _in_short(study, part))]
    for verdict in part.verdicts:
        one = by_name[verdict.regime]
        value = {
            LEAST_MEAN: f"a mean regret of {_measured(part, one.regret_mean)}{_below(one.regret_mean)}",
            LEAST_HIGH: f"a 90th percentile of {_measured(part, one.regret_high)}",
            MOST_BEST: f"best in {share(one.best).replace(' (', ' of futures (95% interval ')}",
        }[verdict.criterion]
        said.append((verdict.criterion.capitalize(), verdict_in_words(study, part, verdict, value)))
    if part.limit is not None:
        met = sorted(part.standings, key=lambda one: -(one.meets.value if one.meets else 0.0))
        words = listed([f"{study.results.titles[one.regime]} in {share(one.meets)}" for one in met])
        said.append(("Meets the limit", f"Of {limit_in_words(part)}, in shares of futures: {words}."))
    if part.left_out:
        said.append(
            (
                "Left out",
                f"{counted(part.left_out, 'future')} in which a run of any regime failed, is missing, or"
                f" could not be observed; {part.futures:,} remain.",
            )
        )
    return [*said, ("Luck", _luck_in_words(part))]


def _in_short(study: RobustnessStudy, part: Robustness) -> str:
    """Whether the criteria agree on a regime, and whether it can be told from others."""
    titles = study.results.titles
    named = list(dict.fromkeys(verdict.regime for verdict in part.verdicts))
    if len(named) > 1:
        criteria = {
            name: listed([one.criterion for one in part.verdicts if one.regime == name]) for name in named
        }
        by = listed([f"{titles[name]} by “{words}”" for name, words in criteria.items()])
        return f"No regime does best by all criteria: {by}. Which comes first depends on what is asked."
    unsure = [verdict.criterion for verdict in part.verdicts if verdict.alike]
    if not unsure:
        return f"{titles[named[0]]} does best by all three criteria."
    return (
        f"{titles[named[0]]} comes first by all three criteria, but by “{listed(unsure)}” it cannot be told"
        " apart from others: another may do as well or better, and the lead come of which"
        f" {'futures and luck were' if part.replicates > 1 else 'futures were'} met."
    )


def _luck_in_words(part: Robustness) -> str:
    """What luck does to regret, to shares and to intervals."""
    if part.left_open is None:
        return (
            "With one replicate, regret contains luck: it is too large. Intervals do not hold luck, and in"
            " how many futures it decides which regime is best cannot be told."
        )
    words = (
        f"In at least {part.left_open:,} of {counted(part.futures, 'future')} luck leaves open which regime"
        " is best in that one alone: how often each is best counts there by the luck that was met. What is"
        " said above is of all futures together, which tell more than any one of them."
        if part.left_open
        else f"In none of {counted(part.futures, 'future')} does luck leave open which regime is best."
    )
    if part.replicates < FEW_REPLICATES:
        words += f" {part.replicates} replicates are few: intervals hold luck, but are rough and too narrow."
    return words


def verdict_in_words(study: RobustnessStudy, part: Robustness, verdict: Verdict, value: str) -> str:
    """Who does best by a criterion, worded with the caution that the intervals ask for."""
    titles = study.results.titles
    words = (
        f"{titles[verdict.regime]}, with {value}"
        if not value.startswith("best")
        else f"{titles[verdict.regime]}, {value}"
    )
    if verdict.alike:
        return (
            f"{words}. It cannot be told apart from"
            f" {listed([titles[name] for name in verdict.alike], 'or')}: the interval of the paired"
            " difference covers 0."
        )
    chance = "futures and luck" if part.replicates > 1 else "futures"
    few = 1 < part.replicates < FEW_REPLICATES
    caution = f", as far as {part.replicates} replicates can tell" if few else ""
    return f"{words}. All others lie behind it by more than the choice of {chance} explains{caution}."


def _below(interval: Interval) -> str:
    """What a regret below 0 says."""
    if interval.value >= 0.0:
        return ""
    return (
        ", which is to be read as none, for nothing does better than the best: below 0 it comes of luck,"
        " since the best is named on one half of the replicates and regret is measured on the other"
    )


def _measured(part: Robustness, interval: Interval) -> str:
    wording = wording_of(part.outcome)
    return f"{amount(interval.value, wording)} (95% interval {span(interval.low, interval.high, wording)})"


def _table(study: RobustnessStudy, part: Robustness, with_limit: bool) -> dict[str, Any]:
    digits = wording_of(part.outcome).digits
    heads = [
        *("Regime", "Mean over futures", "5% to 95% of futures", "Best in"),
        "Mean regret",
        *(("Mean regret, other futures alone",) if part.replicates > 1 else ()),
        *("90th percentile", "Largest regret"),
        *(("Mean regret, named and measured on the same luck",) if part.replicates > 1 else ()),
        *(("Meets the limit",) if with_limit else ()),
    ]
    rows = []
    for one in part.standings:
        row = [study.results.titles[one.regime], with_interval(one.mean, digits)]
        row.append(f"{number(one.low, digits)} to {number(one.high, digits)}")
        row += [share(one.best), with_interval(one.regret_mean, digits)]
        row += [with_interval(one.regret_by_futures, digits)] if part.replicates > 1 else []
        row += [with_interval(one.regret_high, digits), number(one.regret_most, digits)]
        row += [number(one.regret_same_luck, digits)] if part.replicates > 1 else []
        row += [share(one.meets)] if with_limit else []
        rows.append(row)
    return {"heads": heads, "rows": rows}


def _plane(study: RobustnessStudy) -> dict[str, Any] | None:
    if len(study.outcomes) < 2:
        return None
    one, two = study.outcomes[:2]
    points = {
        a.regime: (a.regret_mean, b.regret_mean) for a, b in zip(one.standings, two.standings, strict=True)
    }
    axes = tuple(f"Regret, {unit_of(part.outcome)}" for part in (one, two))
    return {
        "figure": regret_plane(
            points, regime_styles(list(study.regimes)), study.results.titles, (axes[0], axes[1])
        ),
        "outcomes": [title_of(part.outcome) for part in (one, two)],
        "heads": ["Regime", *(f"{title_of(part.outcome)}: mean regret" for part in (one, two))],
        "rows": [
            (study.results.titles[name], *(with_interval(value, 2) for value in values))
            for name, values in points.items()
        ],
    }
