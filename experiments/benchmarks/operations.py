"""How much arithmetic a quarter is: counted, by numbers that tell what is done to them.

Every number of the state and of the parameters is replaced by one that adds to a tally when it is
added, multiplied, divided, compared or put into a function; the results are such numbers again. Whole
numbers (codes, rows, clocks) are not counted, nor are luck's comparisons with whole numbers. The
history is the same to the last bit, for the numbers are doubles as before.
"""

import math
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from experiments.benchmarks.timing import COUNCILS
from model.parameters import ParameterGroup, Parameters, Values
from model.rules.observation import observe_all
from model.rules.soundness import soundness
from model.simulation import Simulation
from model.state import State, state_fields

FUNCTIONS = ("exp", "log", "sqrt", "erfc", "erf")
"""Of `math`, those that cost as a function does."""

RULEBOOK = "model.rules"
KINDS = {
    "add": "additions",
    "radd": "additions",
    "sub": "additions",
    "rsub": "additions",
    "mul": "multiplications",
    "rmul": "multiplications",
    "truediv": "divisions",
    "rtruediv": "divisions",
    "lt": "comparisons",
    "le": "comparisons",
    "gt": "comparisons",
    "ge": "comparisons",
    "eq": "comparisons",
    "ne": "comparisons",
}
"""What an operator of Python is counted as. Signs and absolute values are not counted."""

TALLY: Counter[str] = Counter()


class Counted(float):
    """A number that counts what is done to it, and whose results do so too."""

    __slots__ = ()
    __hash__ = float.__hash__

    def __neg__(self) -> "Counted":
        """The negative, which is free."""
        return Counted(float.__neg__(self))

    def __abs__(self) -> "Counted":
        """The size, which is free."""
        return Counted(float.__abs__(self))


def _operator(name: str, kind: str) -> Any:
    plain = getattr(float, f"__{name}__")
    compares = kind == "comparisons"

    def operate(self: Counted, other: Any) -> Any:
        found = plain(self, other)
        if found is NotImplemented:
            return found
        TALLY[kind] += 1
        return found if compares else Counted(found)

    return operate


for _name, _kind in KINDS.items():
    setattr(Counted, f"__{_name}__", _operator(_name, _kind))


def _function(name: str) -> Any:
    plain = getattr(math, name)

    def call(x: float) -> Counted:
        TALLY["functions"] += 1
        return Counted(plain(x))

    return call


@contextmanager
def counting_functions() -> Iterator[None]:
    """Have the rulebook's `math` count its functions."""
    counting = SimpleNamespace(**{**vars(math), **{name: _function(name) for name in FUNCTIONS}})
    modules = [
        module
        for name, module in sys.modules.items()
        if name.startswith(RULEBOOK) and getattr(module, "math", None) is math
    ]
    for module in modules:
        vars(module)["math"] = counting
    try:
        yield
    finally:
        for module in modules:
            vars(module)["math"] = math


def counted_parameters(parameters: Parameters) -> Parameters:
    """The same parameters, whose numbers count when rules read them."""
    counted = copy(parameters)
    vars(counted)["rules_view"] = ParameterGroup(
        {name: _counted(group) for name, group in vars(parameters.rules_view).items()}
    )
    return counted


def _counted(value: Any) -> Any:
    if isinstance(value, float):
        return Counted(value)
    if isinstance(value, tuple):
        return tuple(_counted(item) for item in value)
    if isinstance(value, Values):
        return Values({name: _counted(item) for name, item in vars(value).items()})
    return value


def count_state(holder: object, owner: type) -> None:
    """Replace every number of an agent's state, or of a part of it, by one that counts."""
    for name, kind, _ in state_fields(owner):
        value = getattr(holder, name)
        if issubclass(kind, State):
            count_state(value, kind)
        elif kind is float:
            setattr(holder, name, Counted(value))


@dataclass(frozen=True)
class Operations:
    """Operations on doubles a council-quarter.

    Attributes:
        additions: and subtractions.
        multiplications: of doubles.
        divisions: of doubles.
        comparisons: of doubles, minima and maxima included.
        functions: exponentials, logarithms, roots.
    """

    additions: float
    multiplications: float
    divisions: float
    comparisons: float
    functions: float

    @classmethod
    def of(cls, tally: Counter[str], council_quarters: int) -> "Operations":
        """What was tallied, a council-quarter."""
        return cls(**{name: tally[name] / council_quarters for name in cls.__annotations__})

    @property
    def total(self) -> float:
        """Of all kinds."""
        return self.additions + self.multiplications + self.divisions + self.comparisons + self.functions


def count_operations(regime: str, quarters: int) -> tuple[Simulation, dict[str, Operations]]:
    """Run a history with numbers that count.

    Returns:
        The simulation, and operations a council-quarter, `all` of them and of which `looking` at the result:
        indicators and the check that all is finite.
    """
    plain = Simulation(regime, quarters=quarters)
    simulation = Simulation(parameters=counted_parameters(plain.parameters), quarters=quarters)
    tallies: dict[str, Counter[str]] = {"all": Counter(), "looking": Counter()}
    with counting_functions():
        while simulation.running:
            world = simulation.world
            for agents in ([world.nation], world.councils, world.regions, world.partners, world.providers):
                for agent in agents:
                    count_state(agent, type(agent))
            TALLY.clear()
            simulation.step()
            tallies["all"].update(TALLY)
            TALLY.clear()
            again = type(simulation.observed)()
            soundness(world, simulation.parameters.rules_view)
            observe_all(world, simulation.parameters.rules_view, again)
            tallies["looking"].update(TALLY)
    return simulation, {name: Operations.of(tally, quarters * COUNCILS) for name, tally in tallies.items()}
