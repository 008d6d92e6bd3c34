"""What holds in every world, whatever the parameters: in both engines, under any regime, in every quarter."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from ensemble_helpers import (
    Array,
    field,
    free_entries,
    quarter_by_quarter,
    random_settings,
    reconciled,
    value_at,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from model.agents import Council
from model.codes import DirectorEvent, Grade, Status, Support
from model.ensemble import Luck, Worlds, draw_luck
from model.indicators import Quarter, quarter_fields
from model.parameters import Parameters
from model.population import boundary_changes
from model.records import dotted_fields, record_dtype, store_agents
from model.regimes import SHIPPED, resolve
from model.rules.reorganisation import reorganise
from model.simulation import Simulation

QUARTERS = 44
SEED = 7
ROUNDING = 1e-9

# ---- Any parameters, any regime -------------------------------------------------------------


@dataclass(frozen=True)
class Point:
    """A regime at the defaults, or at a random point inside the bounds, with some values on a bound."""

    regime: str
    seed: int | None
    on_bounds: dict[str, float]

    def parameters(self) -> Parameters:
        """Settings that contradict each other are reconciled, so that no example is thrown away."""
        elsewhere = {} if self.seed is None else random_settings(self.seed)
        return reconciled(self.regime, elsewhere | self.on_bounds)


BOUNDS = [(entry.name, value_at(entry, side)) for entry in free_entries() for side in (0.0, 1.0)]
points = st.builds(
    Point,
    regime=st.sampled_from(SHIPPED),
    seed=st.none() | st.integers(0, 10_000),
    on_bounds=st.lists(st.sampled_from(BOUNDS), max_size=8).map(dict),
)


@cache
def luck() -> Luck:
    return draw_luck(SEED, [0], QUARTERS)


# ---- The invariants, each a question to the records of a quarter -----------------------------------

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
    return worlds.of(np.arange(len(worlds.councils)))


@given(block=st.lists(points, min_size=1, max_size=3))
@settings(max_examples=40)
def test_invariants_hold_in_compiled_runs(block):
    records = np.array([point.parameters().record for point in block])
    before = None
    for quarter, worlds, seen in quarter_by_quarter(records, luck(), QUARTERS):
        assert (seen.status == Status.OK).all(), f"quarter {quarter}: {seen.status}"
        for check in INVARIANTS:
            check(before, worlds, seen.quarters[:, 0])
        before = snapshot(worlds)


@given(point=points, quarters=st.integers(1, 6))
@settings(max_examples=8)
def test_invariants_hold_in_interpreted_runs(point, quarters):
    simulation = Simulation(seed=SEED, quarters=quarters, parameters=point.parameters())
    before = None
    while simulation.running:
        simulation.step()
        worlds = simulation.worlds()
        row = store_agents([simulation.observed], record_dtype(Quarter))
        for check in INVARIANTS:
            check(before, worlds, row)
        before = worlds
    assert simulation.status == Status.OK


ACTS_LATE = {
    "start.clock_inadequate": 0.0,
    "regime.support_delay": 12,
    "regime.takeover_deadline": 12,
    "regime.immediate_takeover": 0,
    "regime.peer_reviews": 0.0,
    "regime.chief_executives": 0.0,
    "regime.freedoms": 0,
    "regime.early_support": 0.0,
    "regime.partnership_push": 0.0,
    "regime.voluntary_outsourcing": 0.0,
    "regime.spin_out": 0.0,
    "arrangement.trust.department_setup_share": 1.0,
}


def test_regimes_share_every_council_until_the_first_arrangement_begins():
    """Levers that act at once are off; all that is left differs in who takes over, once somebody does."""
    records = np.array([resolve(name, settings=ACTS_LATE).record for name in SHIPPED])
    first_begun = None
    for quarter, worlds, _ in quarter_by_quarter(records, luck(), 24):
        councils = worlds.councils
        if (councils["intervention"]["start_kind"] > Support.NONE).any():
            first_begun = quarter
            break
        assert len({world.tobytes() for world in councils}) == 1, f"quarter {quarter}"
    assert first_begun == 11
    assert len({world.tobytes() for world in councils}) > 1


def test_nothing_that_a_regime_does_is_felt_before_it_is_done():
    """In the first quarter, what precedes the ladder is the same under all regimes at their own settings.

    But for staff time that goes into working with other agencies, from the first day on.
    """
    free = {"support.partnership_time": 0.0}
    records = np.array([resolve(name, settings=free).record for name in SHIPPED])
    _, worlds, _ = next(quarter_by_quarter(records, luck(), 1))
    for name in (
        "practice.quality",
        "workforce",
        "demand",
        "director.skill",
        "inspection.grade",
        "budget.spending",
    ):
        assert len({values.tobytes() for values in field(worlds.councils, name)}) == 1, name


@pytest.mark.parametrize("quarter", np.unique(boundary_changes()["quarter"]).tolist())
def test_councils_that_merge_or_split_lose_no_children_staff_or_money(quarter):
    simulation = Simulation("mixed", seed=SEED, quarters=quarter + 1)
    while simulation.quarter < quarter:
        simulation.step()
    world = simulation.world

    def totals() -> dict[str, float]:
        existing = [council for council in world.councils if council.exists == 1]
        return {
            name: sum(attribute(council, name) for council in existing)
            for name, _, quantity in dotted_fields(Council)
            if quantity.at_merger == "add"
        }

    before, count = totals(), len(simulation.councils)
    reserves = sum(c.budget.reserves * c.budget.annual for c in simulation.councils.values())
    world.nation.quarter = quarter
    reorganise(world, simulation.parameters.rules_view)
    assert totals() == pytest.approx(before, rel=1e-12)
    assert before["workforce.experienced"] > 0
    assert len(simulation.councils) != count
    after = sum(c.budget.reserves * c.budget.annual for c in simulation.councils.values())
    assert after == pytest.approx(reserves, rel=0.01)


def attribute(holder: object, name: str) -> float:
    for part in name.split("."):
        holder = getattr(holder, part)
    return holder
