"""`turnaround score`: a forecast on what happened, beside those that a sceptic would make."""

from pathlib import Path

import click
import polars as pl
from rich.table import Table

from experiments.command_line import command_line
from experiments.errors import StudyError
from experiments.folders import check_own
from experiments.prose import MISSING, number, percent
from experiments.screen import output, plain_table, warn
from turnaround.extras import analysis_extra
from turnaround.options import seed_option


@click.command("score")
@click.argument("forecast", type=click.Path(path_type=Path))
@click.argument("outcomes", type=click.Path(path_type=Path), metavar="OUTCOMES.csv")
@click.option(
    "--against",
    multiple=True,
    metavar="FOLDER|NAME",
    help="Another forecast from the same quarter, or a baseline by name; repeatable. [default: the three"
    " baselines, fitted to the record up to the forecast's origin]",
)
@click.option(
    "--until",
    metavar="QUARTER",
    help="Last quarter of which OUTCOMES has every judgement. [default: that of its last one]",
)
@seed_option("Of the resampling of councils.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Leave all scores there as CSV."
)
def score_command(
    forecast: Path, outcomes: Path, against: tuple[str, ...], until: str | None, seed: int, out: Path | None
) -> None:
    """Score a FORECAST on the judgements in OUTCOMES.csv.

    FORECAST is a folder. The table has the columns la_code, quarter (such as 2021Q3) and grade, a row a
    judgement published, with every judgement from the forecast's origin on; a council's name may stand in the
    place of its code, under la_code or council. It may end before the forecast does: scored is what has
    happened. Councils count at their first judgement after the origin; the intervals come from drawing
    councils anew.

    \b
    Against the baselines:
        turnaround score results/forecast-2019Q4 judgements.csv
    Against another forecast, with tables:
        turnaround score results/forecast-2019Q4 judgements.csv --against results/other --out results/scores
    """  # noqa: D301 - the mark by which click keeps lines
    with analysis_extra():
        from experiments.forecasts.outcomes import read_outcomes
        from experiments.forecasts.schema import read_forecast
        from experiments.forecasts.scored import ceiling_of, labelled, opponents, score_all, shared
        from experiments.forecasts.scores import pit_histogram
    if out is not None:
        check_own(out, "scores", ["scores.csv"])
    made = read_forecast(forecast)
    seen = read_outcomes(outcomes, until)
    with analysis_extra():
        others = opponents(against, made)
    named = labelled([made, *others], [str(forecast), *(against or [other.name for other in others])])
    told = shared(seen, list(named.values()))
    try:
        scored = score_all({name: [one] for name, one in named.items()}, [told], seed)
    except StudyError as problem:
        raise StudyError(f"{outcomes}: {problem}") from None
    _warn_of_what_is_left_out(seen.table, made.origin, told.until)
    _warn_of_few(scored.scores["inspections"][0])
    screen = output()
    first = next(iter(named))
    for table in (
        _scores_table(scored.scores, first, ceiling_of(forecast)),
        _counts_table(scored.counts, list(named)),
        _reliability_table(scored.reliability.filter(pl.col("forecast") == first), first),
    ):
        screen.print(table)
        screen.print()
    for name in named:
        at_next = pit_histogram(scored.inspections[name]["pit"].to_list())
        of_counts = pit_histogram(scored.national[name]["pit"].to_list())
        screen.print(
            f"Transforms in five equal bands, {name}: at inspections {_in_words(at_next)};"
            f" of national counts {_in_words(of_counts)}",
            soft_wrap=True,
            markup=False,
        )
    if out is not None:
        scored.write(out)
        screen.print(f"Tables  {out}", soft_wrap=True, markup=False)
    options = (*(("--against", one) for one in against), ("--until", until), ("--seed", seed), ("--out", out))
    command = command_line("score", forecast, outcomes, options=options)
    screen.print(f"Again   {command}", soft_wrap=True, markup=False)


def _in_words(counts: list[int]) -> str:
    return ", ".join(str(count) for count in counts)


def _warn_of_what_is_left_out(table: pl.DataFrame, origin: int, until: int) -> None:
    from model.quarters import format_quarter

    early = int((table["quarter"] <= origin).sum())
    late = int((table["quarter"] > until).sum())
    if early:
        warn([f"Not scored: {early:,} of the judgements, up to the origin {format_quarter(origin)}."])
    if late:
        warn([f"Not scored: {late:,} of the judgements, after {format_quarter(until)}."])


def _warn_of_few(inspections: int) -> None:
    from experiments.forecasts.scores import FEWEST_COUNCILS
    from experiments.prose import counted

    if inspections < FEWEST_COUNCILS:
        warn(
            [
                f"{counted(inspections, 'council')} can be scored: too few for intervals, which are given"
                f" from {FEWEST_COUNCILS} on. A mean of so few is luck for the greater part."
            ]
        )


def _scores_table(scores: pl.DataFrame, first: str, ceiling: pl.DataFrame | None) -> Table:
    inspections = scores["inspections"][0]
    table = plain_table(f"At the next inspection of {inspections:,} councils: mean score, 95% intervals")
    heads = ("mean, less is better", f"skill of {first}", "better in")
    table.add_column("")
    table.add_column("")
    for head in heads:
        table.add_column(head, justify="right")
    for (score,), rows in scores.group_by("score", maintain_order=True):
        for place, row in enumerate(rows.iter_rows(named=True)):
            skill = MISSING
            if row["skill"] is not None:
                skill = _with_ends(row["skill"], row["skill_low_95"], row["skill_high_95"], 2, signed=True)
            table.add_row(
                str(score) if place == 0 else "",
                row["forecast"],
                _mean(row["mean"], row["low_95"], row["high_95"]),
                skill,
                percent(row["better"]),
            )
        if ceiling is not None:
            perfect = ceiling.filter(pl.col("score") == score, pl.col("forecaster") == "perfect")
            for row in perfect.iter_rows(named=True):
                told = _mean(row["expected"], row["low_90"], row["high_90"])
                table.add_row("", "noise alone, in the model", told, "", "")
    return table


def _mean(value: float, low: float | None, high: float | None) -> str:
    if value == float("inf"):
        return "infinite"
    return _with_ends(value, low, high, 3)


def _with_ends(value: float, low: float | None, high: float | None, digits: int, signed: bool = False) -> str:
    said = number(value, digits, signed=signed)
    if low is None or high is None:
        return said
    return f"{said} ({number(low, digits, signed=signed)} to {number(high, digits, signed=signed)})"


def _counts_table(counts: pl.DataFrame, names: list[str]) -> Table:
    quarters = counts["quarters"][0]
    table = plain_table(
        f"Number of councils in {quarters:,} quarters: mean continuous ranked probability score,"
        " and quarters inside the 90% interval"
    )
    table.add_column("")
    for name in names:
        table.add_column(name, justify="right")
    for (quantity,), rows in counts.group_by("quantity", maintain_order=True):
        by_name = {row["forecast"]: row for row in rows.iter_rows(named=True)}
        cells = [
            f"{number(by_name[name]['crps'], 2)}  {percent(by_name[name]['inside_90'])}" for name in names
        ]
        table.add_row(str(quantity), *cells)
    return table


def _reliability_table(found: pl.DataFrame, first: str) -> Table:
    table = plain_table(f"How often it came where {first} said so: 95% intervals")
    for head in ("judgement", "probability", "inspections", "mean", "came"):
        table.add_column(head, justify="left" if head == "judgement" else "right")
    for row in found.iter_rows(named=True):
        came = f"{row['share']:.0%} ({row['low_95']:.0%} to {row['high_95']:.0%})"
        band = f"{row['from']:.0%} to {row['to']:.0%}"
        table.add_row(row["grade"], band, str(row["inspections"]), f"{row['mean_probability']:.0%}", came)
    return table
