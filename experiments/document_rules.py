"""The rulebook as documents read it: which rules call which, what they read, and what tests them."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import FunctionType

import model.rules
from model.registry import MIXTURES, registry

Rule = Callable[..., object]

RULEBOOK = "model.rules"
NOT_SHOWN = "model.rules.arithmetic"
"""Called everywhere, so that it says nothing about order."""

MADE_BY_MODEL = {
    "prepare_successor": "Empty what will be added up or averaged, as each state variable declares.",
    "inherit": "Add or average a predecessor's state, as each state variable declares.",
}
"""Rules that the model writes itself, so that they have no source to read."""

TESTS = Path(__file__).parents[1] / "tests" / "rules"
PARAMETERS = "p"
"""What rules call the parameters."""


@dataclass(frozen=True)
class Test:
    """A test of the rulebook.

    Attributes:
        file: in which it stands.
        sentence: its name.
        calculation: its docstring, on one line; empty without one.
        covers: rules for which it is the calculation by hand.
    """

    file: str
    sentence: str
    calculation: str
    covers: tuple[str, ...]


def module_names() -> list[str]:
    """Files of the rulebook, by their names."""
    return ["__init__", *(found.name for found in iter_modules(model.rules.__path__))]


def module_called(name: str) -> object:
    """A file of the rulebook."""
    return import_module(RULEBOOK if name == "__init__" else f"{RULEBOOK}.{name}")


@cache
def rules_of(name: str) -> tuple[Rule, ...]:
    """The rules that stand in a file, in their order there."""
    module = module_called(name)
    found = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, FunctionType)
        and thing.__module__ == getattr(module, "__name__", "")
        and not thing.__name__.startswith("_")
    ]
    return tuple(sorted(found, key=lambda rule: inspect.getsourcelines(rule)[1]))


def name_of_module(rule: Rule) -> str:
    """The file in which a rule stands."""
    module = rule.__module__ or ""
    return "__init__" if module == RULEBOOK else module.removeprefix(f"{RULEBOOK}.")


def first_line(thing: object) -> str:
    """What a docstring says first, as one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def meaning_of(rule: Rule) -> str:
    """What a rule does, in a line."""
    return MADE_BY_MODEL.get(rule.__name__) or first_line(rule)


def called_by(function: Rule) -> list[Rule]:
    """The rules that a rule calls, each once, in the order in which its source names them."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError):
        return []
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [function for function in called if isinstance(function, ast.Name)]
    named.sort(key=lambda name: (name.lineno, name.col_offset))
    known = getattr(function, "__globals__", {})
    found = [known.get(name) for name in dict.fromkeys(name.id for name in named)]
    return [rule for rule in found if isinstance(rule, FunctionType) and _belongs(rule)]


def _belongs(function: Rule) -> bool:
    return has_source(function) or function.__name__ in MADE_BY_MODEL


def has_source(function: Rule) -> bool:
    """Whether a rule stands in a file of the rulebook, beyond shared arithmetic."""
    module = function.__module__ or ""
    return module.startswith(RULEBOOK) and module != NOT_SHOWN


@cache
def callers() -> dict[str, tuple[Rule, ...]]:
    """The rules that call each rule, by the name of the one called."""
    found: dict[str, list[Rule]] = {}
    for name in module_names():
        for rule in rules_of(name):
            for called in called_by(rule):
                found.setdefault(called.__name__, []).append(rule)
    return {name: tuple(rules) for name, rules in found.items()}


def source_of(rule: Rule) -> str:
    """The source of a rule without its docstring."""
    source = textwrap.dedent(inspect.getsource(rule))
    lines = source.splitlines()
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        del lines[first.lineno - 1 : first.end_lineno]
    return "\n".join(lines).rstrip()


# ---- Parameters that are read


@cache
def parameters_of(name: str) -> tuple[str, ...]:
    """The parameters that a file of the rulebook reads, in the order of the registry.

    Levers of arrangements are named once for all of them, `arrangement.*.power`; mixtures by their group.
    """
    read = set(_reads(ast.parse(inspect.getsource(module_called(name)))))  # type: ignore[arg-type]
    shown = dict.fromkeys(_shared_name(entry) for entry in registry())
    return tuple(entry for entry in shown if entry in read)


def _shared_name(parameter: str) -> str:
    group, _, rest = parameter.partition(".")
    if group == "arrangement":
        return f"arrangement.*.{rest.split('.')[1]}"
    return next((mixture for mixture in MIXTURES if parameter.startswith(f"{mixture}.")), parameter)


def _reads(tree: ast.AST) -> Iterator[str]:
    levers = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_arrangement(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            if _is_arrangement(owner) or (isinstance(owner, ast.Name) and owner.id in levers):
                yield f"arrangement.*.{node.attr}"
            elif isinstance(owner, ast.Attribute) and _is_parameters(owner.value):
                yield f"{owner.attr}.{node.attr}"


def _is_arrangement(node: ast.AST) -> bool:
    """Whether this is `p.arrangement[...]`."""
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "arrangement"
        and _is_parameters(node.value.value)
    )


def _is_parameters(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == PARAMETERS


# ---- Tests


@cache
def tests() -> tuple[Test, ...]:
    """The tests of the rulebook, in the order of their files."""
    return tuple(test for file in sorted(TESTS.glob("test_*.py")) for test in _tests_in(file))


def _tests_in(file: Path) -> Iterator[Test]:
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            sentence = node.name.removeprefix("test_").replace("_", " ")
            calculation = " ".join((ast.get_docstring(node) or "").split())
            covered = tuple(name for mark in node.decorator_list for name in _covers(mark))
            yield Test(file.name, sentence[0].upper() + sentence[1:], calculation, covered)


def _covers(mark: ast.expr) -> list[str]:
    if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "covers":
        return [name.id for name in mark.args if isinstance(name, ast.Name)]
    return []
