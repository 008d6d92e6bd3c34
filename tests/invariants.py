"""What holds in every world in every quarter, each a question to the records as the quarter left them."""

from collections.abc import Callable

import numpy as np
import pytest
from ensemble_helpers import (
    Array,
    field,
)

from model.agents import Council
from model.codes import DirectorEvent, Grade, Support
from model.ensemble import Worlds
from model.indicators import quarter_fields
from model.population import boundary_changes
from model.records import dotted_fields

ROUNDING = 1e-9

SHARES = [name for name, _, quantity in dotted_fields(Council) if quantity.unit in ("0-1", "0/1")]
STOCKS = [
    name
    for name, _, quantity in dotted_fields(Council)
    if quantity.unit in ("FTE", "children", "child-years", "count", "councils", "£m", "cases")
]
PAYMENTS = (
    "permanent_staff",
    "agency_staff",
    "placements",
    "early_help",
    "provider_fees",
    "partner_fees",
    "setup",
    "peer_reviews",
    "oversight",
    "other_services",
)
RUN_BY_PROVIDERS = (Support.PRIVATE, Support.TRUST, Support.MUTUAL)


def here(worlds: Worlds) -> Array:
    return worlds.councils["exists"] == 1


def check_stocks_and_shares(before: Worlds | None, worlds: Worlds, rows: Array) -> None:
    councils = worlds.councils[here(worlds)]
    for name in STOCKS:
        assert (field(councils, name) >= 0).all(), name
    for name in SHARES:
        values = field(councils, name)
        assert ((values >= 0) & (values <= 1 + ROUNDING)).all(), f"{name}: {values.min()} to {values.max()}"
    for record, name in ((worlds.partners, "expertise"), (worlds.providers, "skill")):
        assert ((record[name] >= 0) & (record[name] <= 1)).all(), name
    assert (worlds.nations["director_pool"] > 0).all()
    assert (worlds.regions["pool"] > 0).all()


def check_capacity(before: Worlds | None, worlds: Worlds, rows: Array) -> None:
    for helpers in (worlds.partners, worlds.providers):
        assert (helpers["load"] >= 0).all()
        assert (helpers["load"] <= helpers["capacity"]).all()
        assert (helpers["load"][helpers["enabled"] == 0] == 0).all()


def check_loads(before: Worlds | None, worlds: Worlds, rows: Array) -> None:
    """The load of a helper is the number of arrangements that point at it."""
    for run, councils in enumerate(worlds.councils):
        kind, ally = councils["arrangement"]["kind"], councils["arrangement"]["ally"]
        by_provider = np.isin(kind, RUN_BY_PROVIDERS)
        by_partner = (kind > Support.OWN_PLAN) & ~by_provider
        for helpers, chosen in ((worlds.providers[run], by_provider), (worlds.partners[run], by_partner)):
            assert (np.bincount(ally[chosen], minlength=len(helpers)) == helpers["load"]).all()


def check_counterparts(before: Worlds | None, worlds: Worlds, rows: Array) -> None:
    """Every arrangement has somebody in use on its other side; councils without one point at nobody."""
    for run, councils in enumerate(worlds.councils):
        existing = councils["exists"] == 1
        kind, ally = councils["arrangement"]["kind"], councils["arrangement"]["ally"]
        assert (kind[~existing] == Support.NONE).all()
        assert (kind != Support.OWN_PLAN).all()
        assert (ally[existing & (kind == Support.NONE)] == -1).all()
        by_provider = np.isin(kind, RUN_BY_PROVIDERS)
        by_partner = (kind > Support.OWN_PLAN) & ~by_provider
        assert (worlds.providers[run]["enabled"][ally[by_provider]] == 1).all()
        assert (worlds.partners[run]["enabled"][ally[by_partner]] == 1).all()
        homes = worlds.partners[run]["home"][ally[by_partner]]
        assert (homes != np.flatnonzero(by_partner)).all(), "a council helps itself"
        until_now = existing if before is None else existing | (before.councils[run]["exists"] == 1)
        assert until_now[homes[homes >= 0]].all(), "a council helps after the quarter in which it ends"


def check_ledger(before: Worlds | None, worlds: Worlds, rows: Array) -> None:
    """Every pound has a payer and a payee, and what a council does not spend it keeps."""
    ledger = worlds.councils["ledger"]
    existing = here(worlds)
    for run in range(len(worlds.councils)):
        for line, helpers in (("provider", worlds.providers[run]), ("partner", worlds.partners[run])):
            paid = ledger[run][f"{line}_fees"] + ledger[run][f"department_{line}_fees"]
            np.testing.assert_allclose(paid[existing[run]].sum(), helpers["income"].sum(), atol=ROUNDING)
            assert rows[run][f"{line}_income"] == pytest.approx(helpers["income"].sum(), abs=ROUNDING)
    if before is None:
        return
    old = existing & here(before)
    spent = sum(ledger[name] for name in PAYMENTS)
    kept = worlds.councils["budget"]["reserves"] - before.councils["budget"]["reserves"]
    annual = worlds.councils["budget"]["annual"]
    np.testing.assert_allclose((kept * annual)[old], (ledger["funding"] - spent)[old], atol=ROUNDING)


def check_payees(before: Worlds | None, worlds: Worlds, rows: Array) -> None:
    """Each helper receives what councils, and the department for them, pay for the quarter before."""
    if before is None:
        return
    for run, councils in enumerate(worlds.councils):
        paying = (councils["exists"] == 1) & (before.councils[run]["exists"] == 1)
        kind, ally = (before.councils[run]["arrangement"][name] for name in ("paid_kind", "paid_ally"))
        by_provider = np.isin(kind, RUN_BY_PROVIDERS)
        for line, helpers, chosen in (
            ("provider", worlds.providers[run], by_provider),
            ("partner", worlds.partners[run], ~by_provider),
        ):
            ledger = councils["ledger"]
            fees = ledger[f"{line}_fees"] + ledger[f"department_{line}_fees"]
            due = paying & chosen & (ally >= 0)
            received = np.bincount(ally[due], weights=fees[due], minlength=len(helpers))
            np.testing.assert_allclose(received, helpers["income"], atol=ROUNDING)


def check_counts(before: Worlds | None, worlds: Worlds, rows: Array) -> None:
    """Councils by judgement add to all councils, and indicators count what the records hold."""
    existing = here(worlds)
    grades = worlds.councils["inspection"]["grade"]
    by_grade = ("not_judged", "outstanding", "good", "requires_improvement", "inadequate")
    for grade, name in zip(Grade, by_grade, strict=True):
        assert (rows[name] == ((grades == grade) & existing).sum(axis=1)).all(), name
    assert (sum(rows[name] for name in by_grade) == rows["councils"]).all()
    assert (rows["councils"] == existing.sum(axis=1)).all()
    events = worlds.councils["director"]["event"]
    assert (rows["director_changes"] == ((events != DirectorEvent.NONE) & existing).sum(axis=1)).all()
    assert (rows["contracts"] == worlds.providers["load"].sum(axis=1)).all()


def check_indicators(before: Worlds | None, worlds: Worlds, rows: Array) -> None:
    """Indicators that are shares are shares, where there is anything to take a share of."""
    for name, unit, _ in quarter_fields():
        if unit in ("%", "0-1", "0-100"):
            values = rows[name][~np.isnan(rows[name])]
            assert ((values >= 0) & (values <= (1 if unit == "0-1" else 100) + ROUNDING)).all(), name


def check_suspension(before: Worlds | None, worlds: Worlds, rows: Array) -> None:
    suspended = worlds.nations["suspended"][:, 0] == 1
    results = np.where(here(worlds), worlds.councils["inspection"]["result"], 0)
    assert (results[suspended] == Grade.NOT_JUDGED).all()
    assert (rows["inspections"][suspended] == 0).all()


def check_life_table(before: Worlds | None, worlds: Worlds, rows: Array) -> None:
    """Whoever leaves was at risk, and who was at risk is counted once a quarter; no relapse without exit."""
    table = worlds.durations
    pairs = (("still_inadequate", "got_better"), ("not_yet_good", "got_good"), ("may_relapse", "relapsed"))
    for at_risk, left in pairs:
        assert (table[left] >= 0).all()
        assert (table[left] <= table[at_risk]).all()
    assert (table["got_good"].sum(axis=1) <= table["got_better"].sum(axis=1)).all()
    assert (table["relapsed"].sum(axis=1) <= table["got_better"].sum(axis=1)).all()
    if before is None:
        return
    clocks = (
        ("still_inadequate", "better_clock"),
        ("not_yet_good", "good_clock"),
        ("may_relapse", "relapse_clock"),
    )
    for at_risk, clock in clocks:
        running = (before.councils["outcome"][clock] > -1) & here(worlds) & here(before)
        added = table[at_risk].sum(axis=1) - before.durations[at_risk].sum(axis=1)
        assert (added == running.sum(axis=1)).all(), at_risk
    exits = table["got_better"].sum(axis=1) - before.durations["got_better"].sum(axis=1)
    assert (exits == rows["exits"]).all()


def check_abolition(before: Worlds | None, worlds: Worlds, rows: Array) -> None:
    """Whoever is abolished stays gone, whoever is founded had not been there, and no child is lost."""
    if before is None:
        return
    now = worlds.nations["quarter"][0, 0]
    was, is_now = here(before), here(worlds)
    changes = boundary_changes()
    gone = changes["predecessor"][changes["quarter"] <= now]
    founded = changes["successor"][changes["quarter"] == now]
    assert not is_now[:, gone].any()
    assert (np.flatnonzero((is_now & ~was).any(axis=0)) == np.unique(founded)).all()
    children = worlds.councils["children"]
    np.testing.assert_allclose(
        (children * is_now).sum(axis=1), (before.councils["children"] * was).sum(axis=1), rtol=1e-12
    )


def check_judgements(before: Worlds | None, worlds: Worlds, rows: Array) -> None:
    """A judgement changes only when one is published, and the next is due after it."""
    inspection = worlds.councils["inspection"]
    published = (inspection["result"] > Grade.NOT_JUDGED) & here(worlds)
    assert (inspection["grade"][published] == inspection["result"][published]).all()
    quarter = worlds.nations["quarter"]
    assert (inspection["due"][published] > np.broadcast_to(quarter, published.shape)[published]).all()
    if before is None:
        return
    same = here(worlds) & here(before) & ~published
    assert (inspection["grade"][same] == before.councils["inspection"]["grade"][same]).all()


INVARIANTS: list[Callable[[Worlds | None, Worlds, Array], None]] = [
    check_stocks_and_shares,
    check_capacity,
    check_loads,
    check_counterparts,
    check_ledger,
    check_payees,
    check_counts,
    check_indicators,
    check_suspension,
    check_life_table,
    check_abolition,
    check_judgements,
]


def snapshot(worlds: Worlds) -> Worlds:
    """The records as they are now, which the next quarter leaves alone."""
    return worlds.of(np.arange(len(worlds.councils)))
