"""Builders for tests of rules: councils and their world as plain objects, parameters changed by dotted name.

Parameters have the prototype's values where nothing is said, so that no calculation by hand rests on what
the defaults happen to be.

The objects have the state of the agents and nothing of Mesa; whatever is not named is zero, or as stated
here. A misspelt name is refused, so that no test sets what no rule reads.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

from model.agents import Council, Nation, Partner, Provider, Region
from model.parameters import Parameters, read_toml, settings_of
from model.records import record_dtype, store_agents
from model.regimes import find_regime
from model.registry import registry
from model.rules.start import start
from model.rules.start_helpers import PARTNER_ROWS, PROVIDER_ROWS
from model.rules.support import NEIGHBOURS
from model.state import State
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

Settings = Mapping[str, Any]

NEUTRAL_COUNCIL = {
    "exists": 1,
    "children": 50_000.0,
    "size": 1.0,
    "arrangement.ally": -1,
    "arrangement.paid_ally": -1,
    "arrangement.own_building": 1.0,
    "arrangement.staff_development": 1.0,
    "outcome.better_clock": -1,
    "outcome.good_clock": -1,
    "outcome.relapse_clock": -1,
    "outcome.support_clock": -1,
    "outcome.failure_clock": -1,
    "recorded.inspection": -1,
    "recorded.director": -1,
    "recorded.arrangement": -1,
}
"""A council without arrangement, clocks or record."""


@cache
def plain(agent: type) -> type:
    """A class with the state of an agent class, but no Mesa."""
    return type(f"Plain{agent.__name__}", (State,), {"__annotations__": dict(inspect.get_annotations(agent))})


def filled(owner: type, settings: Settings) -> Any:
    """An object of a state class, or with the state of an agent class, with some of it set by dotted name."""
    holder = owner() if issubclass(owner, State) else plain(owner)()
    return change(holder, settings)


def change(holder: Any, settings: Settings) -> Any:
    """Set state by dotted name and return the holder."""
    for name, value in settings.items():
        *parts, last = name.split(".")
        part = holder
        for step in parts:
            part = getattr(part, step)
        if not hasattr(part, last):
            raise AttributeError(f"{name} is no state of {type(holder).__name__}")
        setattr(part, last, value)
    return holder


def a_council(settings: Settings | None = None) -> Any:
    """A council, neutral where nothing is said."""
    return filled(Council, {**NEUTRAL_COUNCIL, **(settings or {})})


def a_nation(settings: Settings | None = None) -> Any:
    """The nation: money, hiring, and the pool of directors in balance."""
    neutral = {"funding": 1.0, "placement_cost": 1.0, "hiring": 1.0, "director_pool": 1.0}
    return filled(Nation, neutral | dict(settings or {}))


def a_region(settings: Settings | None = None) -> Any:
    """A regional labour market in balance."""
    return filled(Region, {"pool": 1.0} | dict(settings or {}))


def a_partner(settings: Settings | None = None) -> Any:
    """An adviser who is free to help two councils."""
    neutral = {"enabled": 1, "active": 1, "home": -1, "region": -1, "capacity": 2, "expertise": 0.5}
    return filled(Partner, neutral | dict(settings or {}))


def a_provider(settings: Settings | None = None) -> Any:
    """A private company in the market with room for two councils, that would bid anywhere."""
    neutral = {
        "kind": 1,
        "enabled": 1,
        "active": 1,
        "capacity": 2,
        "skill": 0.5,
        "leadership": 0.5,
        "fee": 0.1,
        "cost": 0.05,
        "margin_required": -1.0,
    }
    return filled(Provider, neutral | dict(settings or {}))


def an_origin(settings: Settings | None = None) -> Any:
    """What a council starts from: it exists, takes part, and has met no luck, good or bad."""
    neutral = {
        "exists": 1,
        "takes_part": 1,
        "legacy_grade": 2,
        "children": 50_000.0,
        "size": 1.0,
        "social_workers": 100.0,
        "vacancy_2015": 0.172,
        "tenure": 0.5,
        "interim": 0.5,
    }
    return filled(Origin, neutral | dict(settings or {}))


def a_world(
    councils: Iterable[Any] = (),
    partners: Iterable[Any] = (),
    providers: Iterable[Any] = (),
    nation: Settings | None = None,
    changes: Iterable[Settings] = (),
    calendar: Iterable[Settings] = (),
    durations: int = 160,
    neighbours: Mapping[int, Sequence[int]] | None = None,
) -> World:
    """A world of the agents given, which get the rows of their places in the lists.

    `neighbours` gives the rows of a council's statistical neighbours by its own row, the nearest first.
    """
    agents = [list(councils), list(partners), list(providers)]
    for group in agents:
        for row, agent in enumerate(group):
            agent.row = row
    return World(
        nation=a_nation(nation),
        councils=agents[0],
        regions=[a_region({"row": row}) for row in range(9)],
        partners=agents[1],
        providers=agents[2],
        calendar=[filled(CalendarEntry, entry) for entry in calendar],
        changes=[filled(BoundaryChange, entry) for entry in changes],
        durations=[Duration() for _ in range(durations)],
        places=[filled(Place, {"row": row}) for row in range(len(agents[0]))],
        neighbours=[
            filled(Neighbour, {"row": row})
            for council in range(len(agents[0]))
            for row in [*(neighbours or {}).get(council, []), *[-1] * NEIGHBOURS][:NEIGHBOURS]
        ],
    )


PROTOTYPE = Path(__file__).parent / "data" / "prototype.toml"


@cache
def values_of_the_prototype() -> dict[str, object]:
    """What every parameter was in the prototype, but for the levers of regimes.

    A parameter that no rule asks for any more is passed over.
    """
    values = settings_of(read_toml(PROTOTYPE))
    return {name: value for name, value in values.items() if name in registry()}


def as_the_prototype(regime: str | None = None, settings: Settings | None = None) -> Parameters:
    """The prototype's parameters, under a regime if one is named, with some values changed."""
    found = Parameters.defaults().changed(values_of_the_prototype(), "prototype", check=False)
    if regime is not None:
        found = found.changed(find_regime(regime).settings, regime, check=False)
    return found.changed(settings or {}, "test", check=False)


def parameters(settings: Settings | None = None) -> Any:
    """The prototype's values with some changed, within their bounds, as rules read them."""
    return _parameters(tuple(sorted((settings or {}).items())))


@cache
def _parameters(settings: tuple[tuple[str, Any], ...]) -> Any:
    return as_the_prototype(settings=dict(settings)).rules_view


def covers(*rules: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a test as a calculation by hand of these rules; `test_rulebook_syntax` asks for one of each."""
    assert all(callable(rule) for rule in rules)
    return lambda test: test


def agrees_when_compiled(rule: Callable[..., Any], *arguments: Any, settings: Settings | None = None) -> bool:
    """Whether a rule on objects and, compiled, on records gives the same answer and state, bit for bit.

    Args:
        rule: takes the arguments and then the parameters.
        arguments: objects with state, or numbers.
        settings: parameters changed.
    """
    if numba.config.DISABLE_JIT:
        pytest.skip("nothing is compiled here")
    records = [_record(argument) for argument in arguments]
    record = as_the_prototype(settings=settings).record
    given = [item[0] if isinstance(item, np.ndarray) else item for item in records]
    entry = numba.njit(error_model="numpy")(lambda *args: rule(*args))
    from_compiled = entry(*given, record[()])
    answer = rule(*arguments, parameters(settings))
    return answer == from_compiled and all(
        _record(argument).tobytes() == item.tobytes()
        for argument, item in zip(arguments, records, strict=True)
        if isinstance(item, np.ndarray)
    )


def _record(argument: Any) -> Any:
    return store_agents([argument], record_dtype(type(argument))) if isinstance(argument, State) else argument


def a_blank_world(councils: int) -> World:
    """The world that `start` fills: some councils, and a slot for every partner and provider."""
    return a_world(
        [plain(Council)() for _ in range(councils)],
        [plain(Partner)() for _ in range(PARTNER_ROWS)],
        [plain(Provider)() for _ in range(PROVIDER_ROWS)],
    )


def a_started_world(origins: Iterable[Settings], p: Any) -> World:
    """The world in 2014Q1, from what is said of each council, without luck."""
    councils = [an_origin(origin) for origin in origins]
    world = a_blank_world(len(councils))
    providers = [ProviderOrigin() for _ in world.providers]
    start(world, councils, providers, [PartnerOrigin() for _ in world.partners], p)
    return world
