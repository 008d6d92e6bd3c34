"""Rules, parameters and indicators from outside: what an installed package may add without editing this one.

A package announces an `Extension` under the entry point group `turnaround.extensions`. Its parameters join
the registry, its rules run at the end of the phases of a quarter that they name, in both engines, and its
indicators join those recorded. Extensions are found once, before records are laid out, and enter run keys.
"""

import hashlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from model.rule import rule
from model.world import World

PHASES = ("open_quarter", "serve_children", "settle_markets", "intervene_everywhere", "burden_helpers")
"""The phases of a quarter, each of which may end with rules from outside."""

WorldRule = Callable[[World, Any], None]
WorldIndicator = Callable[[World, Any], float]


@dataclass(frozen=True)
class Extension:
    """What a package adds to the model.

    Attributes:
        name: of the package or idea.
        parameters: TOML text of registry entries, in groups of their own.
        rules: phase -> function of (world, p), written like any rule.
        indicators: name -> function of (world, p) returning a number, recorded every quarter.
        units: name of an indicator -> (unit, meaning), for the codebook.
    """

    name: str
    parameters: str = ""
    rules: Mapping[str, WorldRule] = field(default_factory=dict)
    indicators: Mapping[str, WorldIndicator] = field(default_factory=dict)
    units: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def source(self) -> str:
        """All on which results depend, as text: parameters, and the modules of rules and indicators."""
        functions = [*self.rules.values(), *self.indicators.values()]
        modules = dict.fromkeys(inspect.getmodule(function) or function for function in functions)
        return self.name + self.parameters + "".join(inspect.getsource(module) for module in modules)


@cache
def installed_extensions() -> tuple[Extension, ...]:
    """The extensions of installed packages, by name.

    Raises:
        ValueError: when one names a phase that does not exist.
    """
    found = [point.load() for point in entry_points(group="turnaround.extensions")]
    for extension in found:
        unknown = [phase for phase in extension.rules if phase not in PHASES]
        if unknown:
            raise ValueError(
                f"extension {extension.name} has rules for {', '.join(unknown)};"
                f" allowed is {', '.join(PHASES)}"
            )
    return tuple(sorted(found, key=lambda extension: extension.name))


def extensions_hash() -> str:
    """A hash of all installed extensions, empty when there are none."""
    sources = "".join(extension.source() for extension in installed_extensions())
    return hashlib.sha256(sources.encode()).hexdigest() if sources else ""


@rule
def _nothing(world: World, p: Any) -> None:
    """No extension has a rule for this phase."""


def _in_turn(first: WorldRule, second: WorldRule) -> WorldRule:
    @rule
    def both(world: World, p: Any) -> None:
        first(world, p)
        second(world, p)

    return both


def composed(phase: str, extensions: Sequence[Extension] | None = None) -> WorldRule:
    """One rule that runs every extension's rule for a phase, in the order of their names."""
    chosen = installed_extensions() if extensions is None else extensions
    whole: WorldRule = _nothing
    for extension in chosen:
        if phase in extension.rules:
            added = rule(extension.rules[phase])
            whole = added if whole is _nothing else _in_turn(whole, added)
    return whole
