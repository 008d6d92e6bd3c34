"""The controls of what a study runs: how long, how often, from when on, in which luck, how sure of itself."""

from collections.abc import Mapping

from dash.development.base_component import Component

from dashboards.live import controls
from dashboards.live.address import MOST_SEED
from experiments.believed import NONE, SHIPPED
from model.replay import ALLOWED_STARTS

BELIEFS = {SHIPPED: "As uncertain as the record leaves them", NONE: "As they are: intervals of luck alone"}
"""How parameters that were fitted to the record are taken."""


def baseline(offered: Mapping[str, str], chosen: str) -> Component:
    """The regime with which others are compared.

    Args:
        offered: titles of regimes by name.
        chosen: name of the one that is.
    """
    return controls.choose("baseline", "Compared with", offered, chosen, "", "Must be among the regimes")


def quarters(value: int, usual: int, most: int, since: str = "") -> Component:
    """How long histories run.

    Args:
        value: now.
        usual: where the address says nothing.
        most: allowed.
        since: the first quarter, where that is always the same.
    """
    label = f"Quarters from {since}" if since else "Quarters"
    return controls.whole_number("quarters", label, value, usual, 1, most, "How long it runs")


def histories(value: int, usual: int, most: int) -> Component:
    """How many histories are run under each regime."""
    return controls.whole_number(
        "replicates", "Histories", value, usual, 1, most, "More narrow the intervals"
    )


def seed(value: int) -> Component:
    """Which luck all histories meet."""
    return controls.whole_number("seed", "Seed", value, 1, 0, MOST_SEED, "Which luck")


def start(value: str, usual: str) -> Component:
    """The quarter in which simulated histories begin."""
    return controls.choose(
        "start",
        "Begin in",
        {quarter: quarter for quarter in ALLOWED_STARTS},
        value,
        usual,
        "First simulated quarter; up to then the record is replayed",
        searchable=True,
    )


def posterior(value: str, usual: str = SHIPPED) -> Component:
    """Whether histories carry the uncertainty of the parameters that were fitted to the record."""
    return controls.choose(
        "posterior", "Parameters", BELIEFS, value, usual, "Those that were fitted to the record"
    )
