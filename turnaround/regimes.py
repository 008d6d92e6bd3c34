"""`turnaround regimes`: the ways of dealing with councils that fail, and what distinguishes them."""

from collections.abc import Iterable

import click
from rich.table import Table

from experiments.screen import output, plain_table
from model.parameters import Parameters
from model.regimes import Regime, find_regime, regime_names, resolve
from model.registry import registry
from turnaround.parameters import meaning_of

AS_DEFAULT = "·"


@click.command("regimes")
@click.argument("name", required=False)
def regimes_command(name: str | None) -> None:
    """List regimes and what distinguishes them.

    With NAME, all that this regime sets. NAME may be a .toml file of your own, which is checked as `compare`
    would check it. It needs a title, a summary, and tables of parameters. With a base it sets what that
    regime sets, but for what it says itself; without one, nobody intervenes but as it says.

    \b
        title = "Trust, later"
        summary = "Services move to a trust after a year."
        base = "trust"
        [regime]
        takeover_deadline = 4

    \b
    What the mixed regime is made of:
        turnaround regimes mixed
    """  # noqa: D301 - the mark by which click keeps lines
    if name is None:
        list_regimes()
    else:
        regime = find_regime(name)
        show_regime(regime, resolve(regime))


def list_regimes() -> None:
    """Print titles and summaries, then a row for each lever in which any regime differs from the defaults."""
    screen = output()
    named = {name: find_regime(name) for name in regime_names()}
    summaries = plain_table("Regimes")
    for heading in ("name", "title", "summary"):
        summaries.add_column(heading, no_wrap=heading == "name")
    for name, regime in named.items():
        summaries.add_row(name, regime.title, regime.summary)
    screen.print(summaries)
    screen.print()
    sets = {name: resolve(regime) for name, regime in named.items()}
    levers = plain_table(
        f"Where they differ from the defaults, and from each other ({AS_DEFAULT} as the default)"
    )
    levers.add_column("lever", no_wrap=True)
    levers.add_column("default", justify="right")
    for regime in named.values():
        levers.add_column(regime.title, justify="right", overflow="fold")
    for lever in differing(list(sets.values())):
        entry = registry()[lever]
        cells = [
            AS_DEFAULT if parameters[lever] == entry.default else entry.shown(parameters[lever])
            for parameters in sets.values()
        ]
        levers.add_row(lever, entry.shown(entry.default), *cells)
    screen.print(levers)


def differing(sets: list[Parameters]) -> list[str]:
    """Parameters in which any of some sets differs from the defaults."""
    return [
        name
        for name, entry in registry().items()
        if any(parameters[name] != entry.default for parameters in sets)
    ]


def show_regime(regime: Regime, parameters: Parameters) -> None:
    """Print all that one regime sets."""
    screen = output()
    screen.print(f"{regime.title} ({regime.name})", style="bold")
    screen.print(regime.summary)
    screen.print()
    if regime.base is None:
        screen.print(
            _settings_table("What it sets", regime.settings, parameters, Parameters.defaults(), "default")
        )
        return
    before = resolve(regime.base)
    screen.print(_settings_table("What it sets", regime.settings, parameters, before, regime.base.name))
    taken = [name for name in regime.base.settings if name not in regime.settings]
    screen.print()
    title = f"What it takes from {regime.base.name}"
    screen.print(_settings_table(title, taken, parameters, Parameters.defaults(), "default"))


def _settings_table(
    title: str, names: Iterable[str], parameters: Parameters, before: Parameters, heading: str
) -> Table:
    """Settings beside what stood before them, a row each."""
    table = plain_table(title)
    table.add_column("lever", no_wrap=True)
    table.add_column("value", justify="right")
    table.add_column(heading, justify="right")
    table.add_column("meaning")
    for name in names:
        entry = registry()[name]
        table.add_row(name, entry.shown(parameters[name]), entry.shown(before[name]), meaning_of(entry))
    return table
