"""What every study of the field does when it is run: its command line, its table on the screen, its files."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from rich.table import Table
from rich.text import Text

from experiments.claims.screen import progress_bar
from experiments.comparison import LUCK_ONLY
from experiments.ending import exit_code_of
from experiments.prose import brief, number
from experiments.screen import output, plain_table
from experiments.studies.paired import REFERENCE, Measure, places_of
from experiments.sweeps.executors import KINDS
from experiments.sweeps.results import SweepResults
from experiments.sweeps.run import sweep
from experiments.sweeps.study import read_study
from experiments.writing import write_table

STYLES = {"better": "green", "worse": "red", "undecided": "dim", "too small": "dim", REFERENCE: "dim"}
Given = Mapping[str, Any]


@dataclass(frozen=True)
class FieldStudy:
    """A study of the field.

    Attributes:
        design: the study, as a study file says it.
        small: what is otherwise at the small size whose answer is stored.
        measures: what is compared.
        answer: makes the table that answers, as `paired.against` does.
        conclude: says what the table shows, in a sentence or two made from its figures.
    """

    design: Given
    small: Given
    measures: Sequence[Measure]
    answer: Callable[[SweepResults], pl.DataFrame]
    conclude: Callable[[pl.DataFrame], str]

    def small_answer(self) -> pl.DataFrame:
        """What it answers at its small size, written with ten digits."""
        return self.answer(sweep({**self.design, **self.small})).with_columns(
            pl.col(pl.Float64).round_sig_figs(10)
        )


def asked(document: str | None) -> str:
    """The question that a script's docstring opens with."""
    return " ".join((document or "").split("\n\n")[0].split())


def main(study: FieldStudy) -> None:
    """Do what the command line asks of a study, and leave with an exit code."""
    sys.exit(_exit_code(study, sys.argv[1:]))


def _exit_code(study: FieldStudy, arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=study.design["question"])
    usual = study.design["replicates"]
    parser.add_argument(
        "--replicates",
        type=int,
        default=usual,
        metavar="N",
        help=f"histories of luck that every cell meets (default {usual}; 20 give an idea)",
    )
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="keep the sweep and answer.csv there")
    parser.add_argument("--executor", choices=KINDS, default="threads", help="what runs it (default threads)")
    parser.add_argument("--toml", action="store_true", help="print it as a file for `turnaround sweep`")
    chosen = parser.parse_args(arguments)
    design = {**study.design, "replicates": chosen.replicates}
    if chosen.toml:
        sys.stdout.write(as_toml(design))
        return 0

    def work() -> None:
        with progress_bar(read_study(design).runs) as advance:
            results = sweep(design, chosen.out, chosen.executor, progress=advance)
        table = study.answer(results)
        show(study, table)
        if chosen.out:
            write_table(chosen.out / "answer.csv", table)
            print(f"Written to {chosen.out}")

    return exit_code_of(work)


def show(study: FieldStudy, table: pl.DataFrame) -> None:
    """Print the question, the table and the sentence that answers."""
    screen = output()
    screen.print(study.design["question"], style="bold")
    screen.print()
    screen.print(_as_seen(study, table))
    screen.print()
    screen.print(study.conclude(table))
    screen.print(
        "Below each difference from the reference, its interval; better, worse, more and less say that it"
        f" exceeds the smallest effect that matters. {LUCK_ONLY}",
        style="dim",
    )


def _as_seen(study: FieldStudy, table: pl.DataFrame) -> Table:
    """A row a cell, a column a measure: the mean of a reference, else the difference with its verdict."""
    keys = table.columns[: table.columns.index("measure")]
    seen = [name for name in keys if table[name].n_unique() > 1]
    shown = plain_table()
    for name in seen:
        shown.add_column(name.rsplit(".", 1)[-1].replace("_", " "), justify="right", vertical="top")
    columns = [[_figure(row) for row in table.filter(pl.col("measure") == measure.name).iter_rows(named=True)]
               for measure in study.measures]  # fmt: skip
    for measure, texts in zip(study.measures, columns, strict=True):
        widest = max(len(line) for text in texts for line in text.plain.splitlines())
        header = f"{measure.effect.title}, {measure.unit}"
        shown.add_column(header, justify="right", vertical="bottom", min_width=widest)
    cells = table.unique(keys, keep="first", maintain_order=True).select(seen)
    for cell, *figures in zip(cells.iter_rows(), *columns, strict=True):
        shown.add_row(*map(_plain, cell), *figures)
    return shown


def _plain(value: object) -> str:
    return brief(value) if isinstance(value, float) else str(value)


def _figure(row: Mapping[str, Any]) -> Text:
    places = places_of(row["smallest_effect"])
    if row["verdict"] == REFERENCE:
        return Text.assemble(number(row["mean"], places), ("\nreference", "dim"))
    spread = f"{number(row['low'], places, True)} to {number(row['high'], places, True)}"
    verdict = (row["verdict"], STYLES.get(row["verdict"], ""))
    return Text.assemble(number(row["difference"], places, True), " ", verdict, (f"\n{spread}", "dim"))


def as_toml(design: Given) -> str:
    """A study as a study file: entries first, then tables of entries, each on a line.

    Values are texts, numbers, switches and lists of them, which JSON and TOML write alike.
    """
    lines = [f"{name} = {json.dumps(value)}" for name, value in design.items() if not _is_table(value)]
    for name, table in design.items():
        if _is_table(table):
            lines += ["", f"[{name}]", *_entries(table)]
    return "\n".join(lines) + "\n"


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _entries(table: Given) -> Iterator[str]:
    for key, value in table.items():
        inline = f"{{ {', '.join(_entries(value))} }}" if _is_table(value) else json.dumps(value)
        yield f"{key if key.isidentifier() else json.dumps(key)} = {inline}"
