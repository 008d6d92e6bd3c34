"""`turnaround parameters`: the registry of parameters, to be listed, searched, and looked up."""

import re
import sys
from collections.abc import Sequence
from typing import get_args

import click
import polars as pl

from experiments.errors import StudyError
from experiments.screen import aside, output, plain_table
from model.near_names import or_near
from model.regimes import regime_names, resolve
from model.registry import Entry, registry

GRADES = get_args(Entry.model_fields["grade"].annotation)
NOTHING_FOUND = 1


def groups() -> list[str]:
    """First parts of parameters' names."""
    return list(dict.fromkeys(name.split(".")[0] for name in registry()))


@click.command("parameters")
@click.argument("words", nargs=-1)
@click.option("--group", help="Only those whose name starts with this group, such as director.")
@click.option("--grade", type=click.Choice(GRADES), help="Only those known this well.")
@click.option("--csv", "as_csv", is_flag=True, help="Everything known about them, as CSV.")
@click.option("--show", metavar="NAME", help="Everything known about one parameter.")
def parameters_command(
    words: tuple[str, ...], group: str | None, grade: str | None, as_csv: bool, show: str | None
) -> int:
    """List parameters, or search them.

    With WORDS, those in which all of them occur: in name, meaning, unit, grade or source; of one alone,
    everything. Change a parameter with --set name=value in `turnaround compare` and `turnaround run`, or in
    a .toml file given with --scenario.

    \b
    What is there about directors and blame:
        turnaround parameters director blame
    Everything about one, by regime too:
        turnaround parameters --show regime.takeover_deadline
    All that is assumed, for a spreadsheet:
        turnaround parameters --grade assumed --csv > assumed.csv
    """  # noqa: D301 - the mark by which click keeps lines
    if show is not None:
        show_entry(registry()[show])
        return 0
    if group is not None and group not in groups():
        raise StudyError(
            f"no group of parameters is called {group!r}"
            + or_near(group, groups(), f"allowed is one of {', '.join(groups())}")
        )
    found = [
        entry
        for entry in registry().search(" ".join(words))
        if (group is None or entry.name.startswith(f"{group}.")) and (grade is None or entry.grade == grade)
    ]
    if not found:
        aside().print(nothing_found(words), soft_wrap=True, markup=False)
        return NOTHING_FOUND
    if as_csv:
        sys.stdout.write(as_table(found).write_csv())
    elif words and len(found) == 1:
        show_entry(found[0])
    else:
        list_entries(found)
    return 0


def nothing_found(words: Sequence[str]) -> str:
    """What to say where no parameter has all words: the first that none has, and what resembles it."""
    advice = "try fewer words, or other ones"
    for word in words:
        if not registry().search(word):
            return f"No parameter fits {word!r}{or_near(word.lower(), _vocabulary(), advice)}."
    return f"No parameter fits; {advice}."


def _vocabulary() -> list[str]:
    """Names of parameters, their parts, and the words of meanings, each once."""
    texts = " ".join(f"{name.replace('_', ' ')} {entry.meaning}" for name, entry in registry().items())
    return list(dict.fromkeys([*registry(), *re.findall("[a-z]{3,}", texts.lower())]))


def as_table(entries: list[Entry]) -> pl.DataFrame:
    """Everything known about some parameters, a row each."""
    return pl.DataFrame(
        [entry.model_dump() | {"default": entry.shown(entry.default)} for entry in entries],
        infer_schema_length=None,
    )


def list_entries(entries: list[Entry]) -> None:
    """Print some parameters, a row each."""
    table = plain_table(f"{len(entries)} of {len(registry())} parameters")
    table.add_column("name", no_wrap=True)
    table.add_column("default", justify="right")
    table.add_column("allowed", no_wrap=len(entries) > 1)
    table.add_column("grade")
    table.add_column("meaning")
    for entry in entries:
        table.add_row(
            entry.name, entry.shown(entry.default), bounds_of(entry), entry.grade, meaning_of(entry)
        )
    output().print(table)


def bounds_of(entry: Entry) -> str:
    """What is allowed, in short."""
    if entry.type == "arrangement":
        return "arrangement"
    return "0 or 1" if entry.type == "switch" else f"{entry.low:g} to {entry.high:g}"


def meaning_of(entry: Entry) -> str:
    """The meaning with the unit."""
    return entry.meaning if entry.type in ("switch", "arrangement") else f"{entry.meaning} ({entry.unit})"


def show_entry(entry: Entry) -> None:
    """Print everything known about one parameter."""
    table = plain_table(entry.name)
    table.show_header = False
    table.add_column("", style="dim")
    table.add_column("")
    table.add_row("meaning", entry.meaning)
    table.add_row("default", entry.shown(entry.default))
    table.add_row("allowed", entry.allowed())
    table.add_row("unit", entry.unit)
    table.add_row("drawn", "never" if entry.distribution == "fixed" else entry.distribution)
    table.add_row("grade", entry.grade)
    table.add_row("source", entry.source)
    for name in regime_names():
        value = resolve(name)[entry.name]
        if value != entry.default:
            table.add_row("regime", f"{name} sets {entry.shown(value)}")
    output().print(table)
