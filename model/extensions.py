"""What an installed package may add from outside: regimes, rules, parameters and indicators.

A package announces an `Extension` under the entry point group `turnaround.extensions`. Its parameters join
the registry, its rules run at the end of the phases of a quarter that they name, in both engines, its
indicators join those recorded, and its regimes are found by name. Extensions are found once, before records
are laid out, and enter run keys.
"""

import hashlib
import inspect
import keyword
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import PurePath
from typing import Any

import numba

from model.compilation import compiled
from model.near_names import or_near
from model.registry import ParameterError
from model.rule import rule
from model.world import World

GROUP = "turnaround.extensions"

PHASES = ("open_quarter", "serve_children", "settle_markets", "intervene_everywhere", "burden_helpers")
"""The phases of a quarter, each of which may end with rules from outside."""
ALLOWED_PHASES = f"allowed is {', '.join(PHASES)}"

THE_MODEL = "the model"
"""Who gave a name that no extension gave, in a message."""

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_PLACES = re.compile(r'File "([^"]+)", line (\d+)')
_HEADINGS = ("Failed in", "File", "-", "[", "During")
"""What the compiler's reports are written with: not part of what they say."""

WorldRule = Callable[[World, Any], None]
WorldIndicator = Callable[[World, Any], float]


class ExtensionError(ParameterError):
    """An extension cannot be used; the message names it, says what is wrong, and what is allowed."""


@dataclass(frozen=True)
class Extension:
    """What a package adds to the model.

    Attributes:
        name: of the package or idea.
        parameters: TOML text of registry entries, in groups of their own.
        rules: phase -> function of (world, p), written like any rule.
        indicators: name -> function of (world, p) returning a number, recorded every quarter.
        units: name of an indicator -> (unit, meaning), for the codebook.
        regimes: name -> TOML text of a regime, as its file would be.
    """

    name: str
    parameters: str = ""
    rules: Mapping[str, WorldRule] = field(default_factory=dict)
    indicators: Mapping[str, WorldIndicator] = field(default_factory=dict)
    units: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    regimes: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """What a message calls it."""
        return f"extension {self.name}"

    def functions(self) -> dict[str, Callable[[World, Any], Any]]:
        """Its rules and indicators, by what a message calls them."""
        rules = {f"rule for {phase}": function for phase, function in self.rules.items()}
        return rules | {f"indicator {name}": function for name, function in self.indicators.items()}

    def source(self) -> str:
        """All on which results depend, as text: parameters, and the modules of rules and indicators.

        Regimes are nothing but values of parameters, by which results are known anyway.

        Raises:
            ExtensionError: when Python cannot tell what a function's source is.
        """
        functions = self.functions()
        if not self.parameters and not functions:
            return ""
        try:
            modules = dict.fromkeys(
                inspect.getmodule(function) or function for function in functions.values()
            )
            return self.name + self.parameters + "".join(inspect.getsource(module) for module in modules)
        except (OSError, TypeError) as problem:
            raise ExtensionError(
                f"{self}: the source of its rules cannot be read ({problem}); allowed are functions in"
                " files, by which results are known"
            ) from problem


# ---- Finding and checking them


@cache
def installed_extensions() -> tuple[Extension, ...]:
    """The extensions of installed packages, by name.

    Raises:
        ExtensionError: when one cannot be loaded, or is not as it should be.
    """
    found = sorted(map(_loaded, entry_points(group=GROUP)), key=lambda extension: extension.name)
    for extension in found:
        for problem in _problems(extension):
            raise ExtensionError(f"{extension}: {problem}")
    refuse_clashes("extension", ((extension.name, str(extension)) for extension in found))
    return tuple(found)


def _loaded(point: EntryPoint) -> Extension:
    where = f"extension {point.name} ({point.value})"
    being_imported = getattr(getattr(sys.modules.get(point.module), "__spec__", None), "_initializing", False)
    if being_imported:
        raise ExtensionError(
            f"{where}: was imported before the model, which needs it whole; allowed is `import model` first"
        )
    try:
        extension = point.load()
    except Exception as problem:  # whatever a package from outside does when it is imported
        reason = " ".join(str(problem).split()) or "no reason given"
        raise ExtensionError(f"{where}: cannot be loaded: {type(problem).__name__}: {reason}") from problem
    if not isinstance(extension, Extension):
        raise ExtensionError(
            f"{where}: is {type(extension).__name__}; allowed is an Extension of model.extensions"
        )
    return extension


def _problems(extension: Extension) -> Iterable[str]:
    """What can be seen to be wrong with an extension by itself."""
    for phase in extension.rules:
        if phase not in PHASES:
            yield f"has a rule for {phase!r}{or_near(phase, PHASES, ALLOWED_PHASES)}"
    functions: dict[str, Any] = extension.functions()  # whatever somebody wrote there
    for what, function in functions.items():
        if not callable(function) or len(inspect.signature(function).parameters) != 2:
            yield f"its {what} must be a function of two arguments, the world and the parameters"
    for kind, names in (("indicator", extension.indicators), ("regime", extension.regimes)):
        for name in names:
            if not is_name(name):
                yield f"its {kind} {name!r}: allowed is a name of small letters, digits and underscores"
    for name in extension.units:
        if name not in extension.indicators:
            yield f"gives a unit for {name!r}, which is none of its indicators"


def is_name(text: object) -> bool:
    """Whether something may name what an extension adds: it must read as one word in Python and in lists."""
    return isinstance(text, str) and text.isidentifier() and text.islower() and not keyword.iskeyword(text)


def refuse_clashes(kind: str, named: Iterable[tuple[str, str]]) -> None:
    """Refuse a name that two have.

    Args:
        kind: of what is named.
        named: names, each with who gave it.

    Raises:
        ExtensionError: naming both.
    """
    owners: dict[str, str] = {}
    for name, owner in named:
        if name in owners:
            raise ExtensionError(
                f"{owner}: the {kind} {name!r} comes with {owners[name]} already; allowed is"
                " a name of its own"
            )
        owners[name] = owner


def extensions_hash() -> str:
    """A hash of all installed extensions on which results depend, empty when there are none."""
    sources = "".join(extension.source() for extension in installed_extensions())
    return hashlib.sha256(sources.encode()).hexdigest() if sources else ""


# ---- Running their rules


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


def refuse_what_cannot_be_compiled(extension: Extension, world: Any, p: Any) -> None:
    """Compile an extension's functions by themselves, in seconds, before all that calls them.

    Args:
        extension: the extension.
        world: of records, as compiled rules get it.
        p: a record of parameters.

    Raises:
        ExtensionError: for a function that the compiler refuses, or an indicator that returns no number.
    """
    types = tuple(map(numba.typeof, (world, p)))
    for what, function in extension.functions().items():
        try:
            entry = compiled(function)
            entry.compile(types)
        except Exception as problem:  # numba raises its own errors, and KeyError for an unknown name
            raise ExtensionError(
                f"{extension}: its {what} cannot be compiled: {_reason(problem)}; allowed are scalars,"
                " `math`, indexing, and loops over agents"
            ) from problem
        (signature,) = entry.nopython_signatures
        returned = signature.return_type
        if what.startswith("indicator") and not isinstance(
            returned, numba.types.Number | numba.types.Boolean
        ):
            raise ExtensionError(f"{extension}: its {what} returns {returned}; allowed is a number")


def _reason(problem: Exception) -> str:
    """What the compiler says, without its report: what it met last, and in which line."""
    if isinstance(problem, KeyError):
        return f"neither agents nor parameters have {problem}"
    text = _COLOURS.sub("", str(problem))
    places = _PLACES.findall(text)
    where = f" ({PurePath(places[-1][0]).name}, line {places[-1][1]})" if places else ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = next((line for line in lines if not line.startswith(_HEADINGS)), type(problem).__name__)
    return said.rstrip(".:") + where
