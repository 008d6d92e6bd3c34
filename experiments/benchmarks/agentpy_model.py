"""The same history as an AgentPy model, whose agents hold the state: the rulebook acts on them as it is.

A rule is a plain function of objects with attributes, and asks not whose objects they are. What a
modeller who uses AgentPy would write is what stands here; the rules, the luck and the parameters are
imported.
"""

from typing import Any

import agentpy
import numpy as np

from model.agents import Council, Nation, Partner, Provider, Region, Shock
from model.calendar import calendar
from model.codes import Status
from model.ensemble import DURATIONS, REGIONS, Worlds, draw_luck, nothing_recorded
from model.indicators import Outcome, Quarter, quarter_fields
from model.population import boundary_changes, neighbours
from model.records import load_record, record_dtype, store_agents
from model.regimes import resolve
from model.rules import quarter
from model.rules.conclusion import conclude
from model.rules.observation import observe_all
from model.rules.soundness import soundness
from model.rules.start import start
from model.rules.start_helpers import PARTNER_ROWS, PROVIDER_ROWS
from model.shocks import drawn_fields
from model.simulation import loaded
from model.state import state_fields
from model.world import (
    BoundaryChange,
    CalendarEntry,
    Duration,
    Neighbour,
    Origin,
    PartnerOrigin,
    Place,
    ProviderOrigin,
    World,
)


class Holder(agentpy.Agent):
    """An AgentPy agent with the state that a class of the model declares."""

    def setup(self, owner: type) -> None:
        """All state zero."""
        for name, kind, _ in state_fields(owner):
            setattr(self, name, kind())


class AgentPySimulation(agentpy.Model):
    """One history from 2014Q1. Parameters: `regime`, `luck` (the seed of the study), `replicate`, `steps`."""

    def setup(self) -> None:
        """Bring all councils to 2014Q1."""
        self.rules_view = resolve(self.p.regime).rules_view
        self.drawn = draw_luck(self.p.luck, [self.p.replicate], self.p.steps)
        self.names = [name for name, _ in drawn_fields(Shock)]
        self.observations: list[Quarter] = []
        count = self.drawn.councils.shape[1]
        self.world = World(
            self._agents(Nation, 1)[0],
            self._agents(Council, count),
            self._agents(Region, REGIONS),
            self._agents(Partner, PARTNER_ROWS),
            self._agents(Provider, PROVIDER_ROWS),
            loaded(CalendarEntry, calendar(self.p.steps)),
            loaded(BoundaryChange, boundary_changes()),
            [Duration() for _ in range(DURATIONS)],
            [Place() for _ in range(count)],
            loaded(Neighbour, neighbours()),
        )
        start(
            self.world,
            loaded(Origin, self.drawn.councils[0]),
            loaded(ProviderOrigin, self.drawn.providers[0]),
            loaded(PartnerOrigin, self.drawn.partners[0]),
            self.rules_view,
        )

    def _agents(self, owner: type, count: int) -> Any:
        return list(agentpy.AgentList(self, count, Holder, owner=owner))

    def step(self) -> None:
        """Let a quarter go by."""
        now = self.t - 1
        self.world.nation.quarter = now
        shocks = self.drawn.shocks[0, :, now].T.tolist()
        (silent,) = nothing_recorded(1, len(shocks))
        for council, dealt, record in zip(self.world.councils, shocks, silent, strict=True):
            vars(council.shock).update(zip(self.names, dealt, strict=True))
            load_record(council.recorded, record)
        quarter(self.world, self.rules_view)
        if soundness(self.world, self.rules_view) != Status.OK:
            raise RuntimeError("a run failed, so that its time means nothing")

    def update(self) -> None:
        """Observe the quarter, and have AgentPy record every indicator."""
        if self.t > 0:
            observed = Quarter()
            observe_all(self.world, self.rules_view, observed)
            self.observations.append(observed)
            for name, _, _ in quarter_fields():
                self.record(name, getattr(observed, name))

    def end(self) -> None:
        """Report the outcomes of the run."""
        outcome = Outcome()
        conclude(self.world, self.observations, len(self.observations), outcome)
        for name, _, _ in state_fields(Outcome):
            self.report(name, getattr(outcome, name))

    def worlds(self) -> Worlds:
        """The state as records, for comparison with the other engines: one run."""
        world = self.world
        groups: list[tuple[type, Any]] = [
            (Nation, [world.nation]),
            (Council, world.councils),
            (Region, world.regions),
            (Partner, world.partners),
            (Provider, world.providers),
            (Duration, world.durations),
            (Place, world.places),
        ]
        return Worlds(
            *(store_agents(list(group), record_dtype(owner))[np.newaxis] for owner, group in groups)
        )
