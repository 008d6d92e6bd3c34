"""The interpreted engine: a Mesa model of one run, to be stepped, printed, inspected and explained.

It calls the very rules that the compiled ensemble calls, on Mesa agents instead of records, and gives the
same results to the last bit. `model.random` is never used: all luck is drawn ahead.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mesa
import numpy as np
import polars as pl
from mesa.datacollection import DataCollector

from model.agents import Council, Nation, Partner, Provider, Recorded, Region, Shock
from model.calendar import calendar
from model.codes import Status
from model.ensemble import DURATIONS, LONGEST_HORIZON, REGIONS, Worlds, draw_luck, nothing_recorded
from model.facts import load_facts
from model.indicators import Outcome, Quarter, quarter_fields
from model.parameters import Parameters
from model.population import boundary_changes, council_facts, neighbours
from model.quarters import format_quarter
from model.records import load_record, record_dtype, store_agents
from model.regimes import Regime, resolve
from model.rules import quarter
from model.rules.conclusion import conclude
from model.rules.observation import observe_all
from model.rules.soundness import soundness
from model.rules.start import start
from model.rules.start_helpers import PARTNER_ROWS, PROVIDER_ROWS
from model.shocks import drawn_fields
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

DEFAULT_SEED = 1


class Simulation(mesa.Model):
    """One history of England's children's services, from 2014Q1.

    Attributes:
        quarter: quarters gone by since 2014Q1.
        parameters: every value, and where it came from.
        world: the agents, as the rules see them.
        status: `Status`; a run that failed stands still.
        datacollector: indicators of every quarter, for Mesa users.
    """

    def __init__(
        self,
        regime: str | Regime = "ad_hoc",
        seed: int | None = DEFAULT_SEED,
        replicate: int = 0,
        quarters: int = 44,
        settings: Mapping[str, object] | Sequence[str] = (),
        parameters: Parameters | None = None,
        councils: Sequence[int] | None = None,
        recorded: np.ndarray[Any, Any] | None = None,
        rng: object = None,
    ) -> None:
        """Bring all councils to 2014Q1.

        Args:
            regime: a regime, its name, or the path of its file.
            seed: of the study; `DEFAULT_SEED` when None, which Mesa's own runner passes.
            replicate: number of the replicate; its luck is the same under every regime.
            quarters: after which `running` is False.
            settings: values of parameters by name, or texts such as `director.blame=0.9`.
            parameters: resolved parameters, instead of regime and settings.
            councils: rows of the councils that take part; all when None.
            recorded: what the record says, shape (quarters, 158), dtype of `Recorded`; the model draws
                where it is silent.
            rng: accepted because Mesa's own runner passes it, and not used: luck is keyed by seed and
                replicate.

        Raises:
            ParameterError: for parameters that are unknown, not allowed or contradictory.
            ValueError: for a length, councils or a record that are not allowed.
        """
        super().__init__(rng=0)
        _check_span(quarters, councils, recorded)
        self.parameters = parameters or resolve(regime, settings=settings)
        self.horizon = quarters
        self.quarter = 0
        self.status = Status.OK
        self.observed = Quarter()
        self._luck = draw_luck(DEFAULT_SEED if seed is None else seed, [replicate], quarters, councils)
        count = self._luck.councils.shape[1]
        self._recorded = nothing_recorded(quarters, count) if recorded is None else recorded
        self.world = self._create_world()
        self.observations: list[Quarter] = []
        self._start()
        self.datacollector = DataCollector(
            model_reporters={name: _reporter(name) for name, _, _ in quarter_fields()}
        )

    def _create_world(self) -> World:
        count = self._luck.councils.shape[1]
        return World(
            Nation(self),
            list(Council.create_agents(self, count)),
            list(Region.create_agents(self, REGIONS)),
            list(Partner.create_agents(self, PARTNER_ROWS)),
            list(Provider.create_agents(self, PROVIDER_ROWS)),
            loaded(CalendarEntry, calendar(self.horizon)),
            loaded(BoundaryChange, boundary_changes()),
            [Duration() for _ in range(DURATIONS)],
            [Place() for _ in range(count)],
            loaded(Neighbour, neighbours()),
        )

    def _start(self) -> None:
        start(
            self.world,
            loaded(Origin, self._luck.councils[0]),
            loaded(ProviderOrigin, self._luck.providers[0]),
            loaded(PartnerOrigin, self._luck.partners[0]),
            self.parameters.rules_view,
        )

    def step(self) -> None:
        """Let a quarter go by, observe it, and stop at the horizon or when the run has failed."""
        p = self.parameters.rules_view
        self.world.nation.quarter = self.quarter
        names = [name for name, _ in drawn_fields(Shock)]
        shocks = self._luck.shocks[0, :, self.quarter].T.tolist()
        recorded = self._recorded[self.quarter]
        for council, dealt, record in zip(self.world.councils, shocks, recorded, strict=True):
            vars(council.shock).update(zip(names, dealt, strict=True))
            load_record(council.recorded, record)
        quarter(self.world, p)
        self.status = Status(soundness(self.world, p))
        self.quarter += 1
        if self.status == Status.OK:
            self.observed = Quarter()
            observe_all(self.world, p, self.observed)
            self.observations.append(self.observed)
            self.datacollector.collect(self)
        self.running = self.status == Status.OK and self.quarter < self.horizon

    def run(self) -> "Simulation":
        """Step to the horizon, and return the simulation itself."""
        while self.running:
            self.step()
        return self

    def run_model(self) -> None:
        """Step to the horizon, under the name that Mesa users expect."""
        self.run()

    @property
    def outcome(self) -> Outcome:
        """Outcomes of the quarters gone by so far; all zero before the first."""
        outcome = Outcome()
        if self.observations:
            conclude(self.world, self.observations, len(self.observations), outcome)
        return outcome

    @property
    def councils(self) -> dict[str, Council]:
        """The councils that exist now, by name."""
        names = load_facts().councils["name"].to_list()
        return {
            name: council
            for name, council in zip(names, self.world.councils, strict=True)
            if council.exists == 1
        }

    def quarters_table(self) -> pl.DataFrame:
        """Indicators of the quarters gone by, a row a quarter."""
        rows = [{name: getattr(row, name) for name, _, _ in quarter_fields()} for row in self.observations]
        table = pl.DataFrame(rows, schema={name: pl.Float64 for name, _, _ in quarter_fields()})
        labels = [format_quarter(int(row.quarter)) for row in self.observations]
        return table.with_columns(pl.Series("quarter", labels, dtype=pl.String))

    def worlds(self) -> Worlds:
        """The state as records, for comparison with the compiled engine: one run."""
        agents = (
            [self.world.nation],
            self.world.councils,
            self.world.regions,
            self.world.partners,
            self.world.providers,
            self.world.durations,
            self.world.places,
        )
        return Worlds(
            *(store_agents(list(group), record_dtype(type(group[0])))[np.newaxis] for group in agents)
        )


def _check_span(quarters: int, councils: Sequence[int] | None, recorded: np.ndarray[Any, Any] | None) -> None:
    if type(quarters) is not int or not 1 <= quarters <= LONGEST_HORIZON:
        raise ValueError(f"quarters {quarters!r}: allowed is a whole number from 1 to {LONGEST_HORIZON}")
    rows = np.flatnonzero(council_facts()["exists"])
    if councils is not None and (not len(councils) or not np.isin(list(councils), rows).all()):
        raise ValueError(f"councils {list(councils)!r}: allowed are rows of councils that existed in 2014")
    shape = (quarters, len(council_facts()))
    if recorded is not None and (recorded.shape != shape or recorded.dtype != record_dtype(Recorded)):
        raise ValueError(f"recorded of shape {recorded.shape}: allowed is {shape}, dtype of `Recorded`")


def _reporter(name: str) -> Callable[[Simulation], float]:
    """Reads one indicator of the quarter just observed, for Mesa's DataCollector."""

    def report(simulation: Simulation) -> float:
        return float(getattr(simulation.observed, name))

    return report


def loaded(owner: type, records: np.ndarray[Any, Any]) -> list[Any]:
    """Objects of a state class filled from records."""
    items = []
    for record in records:
        item = owner()
        load_record(item, record)
        items.append(item)
    return items
