"""What holds in every world, whatever the parameters: in both engines, under any regime, in every quarter."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from ensemble_helpers import (
    field,
    free_entries,
    quarter_by_quarter,
    random_settings,
    reconciled,
    value_at,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from invariants import INVARIANTS, snapshot

from model.agents import Council
from model.codes import Status, Support
from model.ensemble import Luck, draw_luck
from model.indicators import Quarter
from model.parameters import Parameters
from model.population import boundary_changes
from model.records import dotted_fields, record_dtype, store_agents
from model.regimes import SHIPPED, resolve
from model.rules.reorganisation import reorganise
from model.simulation import Simulation

QUARTERS = 44
SEED = 7

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
