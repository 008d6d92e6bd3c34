"""The documents that are made from the code, so that they cannot drift from it.

These are the tables of `docs/tables`, the pages of `docs/submodels` and the made passages of the description,
of TRACE and of the model card. Parameters, state, indicators, regimes, rules and their order are read where
the model itself reads them; what was measured is read from the files that keep it.

Run as `python -m experiments.document`; with `--check` nothing is written, and the exit code is 1 when a
page is not what the code would make of it.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import model.rules
from experiments.claims.page import claims_page, levers_page
from experiments.document_passages import WITH_PASSAGES, page_with_passages
from experiments.document_rules import called_by, first_line, has_source, meaning_of
from experiments.document_submodels import index_page, submodel_page
from experiments.markdown import COMMAND, FOLDER, page, paragraphs, path_of, range_of, table
from experiments.submodels import submodels
from model.agents import Council, Nation, Partner, Provider, Region
from model.indicators import CouncilOutcome, Outcome, Quarter
from model.records import dotted_fields
from model.regimes import SHIPPED, find_regime, resolve
from model.registry import Entry, registry
from model.rules.conclusion import conclude
from model.rules.observation import observe
from model.rules.soundness import soundness
from model.rules.start import start
from model.scenarios import SHIPPED_SCENARIOS, find_scenario
from model.state import Quantity, state_fields

AT_BOUNDARY_CHANGE = {"add": "added", "average": "averaged", "fresh": "starts anew"}
GROUPS = {
    "arrangement": "What distinguishes the arrangements: one value for each of them",
    "budget": "A council's money",
    "capacity": "The capacity to improve",
    "demand": "Need, statutory work and care",
    "director": "Directors and chief executives",
    "incidents": "Serious incidents and whistle-blowing",
    "inspection": "Inspection",
    "market": "Providers and their market",
    "nation": "National paths and what is assumed after 2025",
    "outcome": "Children's outcomes",
    "practice": "The quality of practice",
    "regime": "The levers of a regime",
    "standing": "Confidence and partnership",
    "start": "The starting state of 2014Q1",
    "support": "Help from outside",
    "workforce": "Social workers",
}


# ---- Parameters


def parameters_page() -> str:
    """Every parameter of the registry, by group."""
    grades = (
        "**Range** is what is allowed, and the prior over which a value is drawn when it is uncertain.",
        "**Distribution** `fixed` marks what is held in studies of uncertainty; it can still be set by hand.",
        "**Grade** says how a value is known: *measured*, a published figure; *calibrated*, fitted to the"
        " record of 2014-2019; *literature*, the sign is published and the size less sure; *assumed*, a prior"
        " that the data cannot tell from others. Claims are numbered as in the list of claims of the debate.",
    )
    groups: dict[str, list[Entry]] = {}
    for entry in registry().values():
        groups.setdefault(entry.name.split(".")[0], []).append(entry)
    parts = [list(paragraphs(grades))]
    for group, entries in groups.items():
        rows = _lever_rows(entries) if group == "arrangement" else _parameter_rows(entries)
        parts.append([f"## `{group}`: {GROUPS.get(group, 'added by an extension')}", "", *rows])
    total = f"{len(registry())} parameters in {len(groups)} groups."
    return page("Parameters", total, *parts)


def _parameter_rows(entries: Iterable[Entry]) -> list[str]:
    headings = ("name", "default", "range", "unit", "distribution", "grade", "source", "meaning")
    return table(
        headings,
        (
            (
                f"`{entry.name}`",
                entry.shown(entry.default),
                range_of(entry),
                entry.unit,
                entry.distribution,
                entry.grade,
                entry.source,
                entry.meaning,
            )
            for entry in entries
        ),
    )


def _lever_rows(entries: Iterable[Entry]) -> list[str]:
    """Levers of arrangements, a column an arrangement: what else is said of a lever is said of all."""
    levers: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        _, kind, lever = entry.name.split(".")
        levers.setdefault(lever, {})[kind] = entry
    kinds = list(dict.fromkeys(kind for by_kind in levers.values() for kind in by_kind))
    headings = ("lever", *kinds, "range", "unit", "distribution", "grade", "source", "meaning")
    rows = []
    for lever, by_kind in levers.items():
        one = next(iter(by_kind.values()))
        shown = [by_kind[kind].shown(by_kind[kind].default) for kind in kinds]
        rows.append(
            (
                f"`arrangement.*.{lever}`",
                *shown,
                range_of(one),
                one.unit,
                one.distribution,
                one.grade,
                one.source,
                one.meaning,
            )
        )
    return table(headings, rows)


# ---- State and indicators


def state_page() -> str:
    """The state of every kind of agent."""
    introduction = (
        "What each agent carries from quarter to quarter. A ratio is 1 at the council's own level in 2014Q1"
        " unless the unit says otherwise; money in £m is in 2014 prices; quarters count from 2014Q1 as 0."
    )
    boundary = (
        "**At a boundary change** stocks are *added* with the children who move, ratios are *averaged* by"
        " children, and what is particular to an organisation *starts anew*."
    )
    parts = [[boundary]]
    for agent in (Council, Provider, Partner, Region, Nation):
        parts.append([f"## {agent.__name__}", "", first_line(agent)])
        own = [(name, quantity) for name, _, quantity in state_fields(agent) if quantity is not None]
        merges = agent is Council
        parts.append(_state_rows(own, merges))
        for name, part, quantity in state_fields(agent):
            if quantity is None:
                parts.append([f"### {agent.__name__} `{name}`", "", first_line(part)])
                fields = [(f"{name}.{field}", kind) for field, _, kind in dotted_fields(part)]
                parts.append(_state_rows(fields, merges))
    return page("State of the agents", introduction, *parts)


def _state_rows(fields: Iterable[tuple[str, Quantity]], merges: bool) -> list[str]:
    headings = ("variable", "unit", "meaning", *(["at a boundary change"] if merges else []))
    rows = []
    for name, quantity in fields:
        last = [AT_BOUNDARY_CHANGE[quantity.at_merger]] if merges else []
        rows.append((f"`{name}`", quantity.unit, quantity.meaning, *last))
    return table(headings, rows)


def indicators_page() -> str:
    """What is recorded of a quarter, a run and a council."""
    introduction = (
        "What a run records. Councils that do not exist, or do not take part, are not counted. An indicator"
        " is missing where there is nothing to average."
    )
    parts = []
    titles = {
        Quarter: "By quarter: the table `quarters`",
        Outcome: "Over a whole run: the table `runs`",
        CouncilOutcome: "By council over a whole run: the table `councils`",
    }
    for owner, title in titles.items():
        rows = [(f"`{name}`", kind.unit, kind.meaning) for name, _, kind in dotted_fields(owner)]
        parts.append([f"## {title}", "", *table(("name", "unit", "meaning"), rows)])
    return page("Indicators and outcomes", introduction, *parts)


# ---- Regimes


def regimes_page() -> str:
    """What each regime sets, lever by lever, and the scenarios that can be laid over them."""
    regimes = [find_regime(name) for name in SHIPPED]
    sets = [resolve(regime) for regime in regimes]
    introduction = (
        "A regime is a set of lever values over the defaults, and nothing else. A file of one's own has a"
        " title, a summary and tables of levers; `base` names one of these, from which it departs."
    )
    named = table(
        ("name", "title", "summary"),
        ((f"`{regime.name}`", regime.title, regime.summary) for regime in regimes),
    )
    rows = []
    for name, entry in registry().items():
        values = [parameters[name] for parameters in sets]
        if any(value != entry.default for value in values):
            cells = ["·" if value == entry.default else entry.shown(value) for value in values]
            rows.append((f"`{name}`", entry.shown(entry.default), *cells, entry.meaning))
    levers = table(("lever", "default", *(regime.title for regime in regimes), "meaning"), rows)
    scenarios = [find_scenario(name) for name in SHIPPED_SCENARIOS]
    futures = table(
        ("name", "title", "summary", "sets"),
        (
            (
                f"`{scenario.name}`",
                scenario.title,
                scenario.summary,
                ", ".join(f"`{name}` = {value}" for name, value in scenario.settings.items()),
            )
            for scenario in scenarios
        ),
    )
    return page(
        "Regimes",
        introduction,
        named,
        ["## Where they differ", "", "A dot stands for the default.", "", *levers],
        ["## Scenarios", "", "They lie over every regime alike.", "", *futures],
    )


# ---- Rules


def rules_page() -> str:
    """The rules in the order in which a quarter calls them."""
    introduction = (
        "Every rule, where it stands in the order of events, and in which file. A rule that is called again"
        " is opened at its first place only. Shared arithmetic is left out, and so are the rules of"
        " extensions, which run at the end of each of the five phases of a quarter."
    )
    seen: set[str] = set()
    quarter = ["## A quarter", "", *_outline(model.rules.quarter, 0, seen)]
    check = ["## After each quarter", "", *_outline(soundness, 0, seen), *_outline(observe, 0, seen)]
    begin = ["## The start of a run", "", *_outline(start, 0, seen)]
    end = ["## The end of a run", "", *_outline(conclude, 0, seen)]
    return page("Rules in the order of events", introduction, begin, quarter, check, end)


def _outline(function: Callable[..., object], depth: int, seen: set[str]) -> Iterator[str]:
    """A bullet for a rule, and below it those that it calls, in the order in which it names them."""
    name = function.__name__
    again = name in seen
    seen.add(name)
    place = f" ({path_of(function)})" if has_source(function) else ""
    yield f"{'    ' * depth}- `{name}`{place}: {meaning_of(function)}"
    if not again:
        for called in called_by(function):
            yield from _outline(called, depth + 1, seen)


# ---- Writing and checking

DOCS = FOLDER.parent
PAGES: dict[str, Callable[[], str]] = {
    "tables/parameters.md": parameters_page,
    "tables/state.md": state_page,
    "tables/indicators.md": indicators_page,
    "tables/rules.md": rules_page,
    "tables/regimes.md": regimes_page,
    "tables/claims.md": claims_page,
    "tables/levers.md": levers_page,
    **{name: partial(page_with_passages, name) for name in WITH_PASSAGES},
    "submodels/index.md": index_page,
    **{f"submodels/{name}.md": partial(submodel_page, name) for name in submodels()},
}
"""In this order: pages of submodels link to headings of the description."""


def stale(folder: Path = DOCS) -> list[str]:
    """Names of the pages that are missing or are not what the code would make of them."""
    return [
        name
        for name, make in PAGES.items()
        if not (folder / name).is_file() or (folder / name).read_text("utf-8") != make()
    ]


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if stale")
    if parser.parse_args().check:
        old = stale()
        for name in old:
            sys.stderr.write(f"docs/{name} is not what the code says: run `{COMMAND}`\n")
        return 1 if old else 0
    for name, make in PAGES.items():
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(make(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
