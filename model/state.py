"""How state is declared: a unit, a meaning, and what becomes of it when councils merge or split.

Agents and their parts declare each state variable once, as an annotation. Records, codebook and the
arithmetic of boundary changes are all derived from these annotations, so none of them can drift.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

Result = TypeVar("Result")
AtMerger = Literal["add", "average", "fresh"]


@dataclass(frozen=True)
class Quantity:
    """What a state variable measures.

    Attributes:
        unit: the unit, in words.
        meaning: one line for the codebook.
        at_merger: `add` for stocks, `average` (weighted by children) for ratios, `fresh` for what a
            newly founded council starts without.
    """

    unit: str
    meaning: str
    at_merger: AtMerger


def stock(unit: str, meaning: str) -> Quantity:
    """A quantity of which two merged councils have the sum."""
    return Quantity(unit, meaning, "add")


def ratio(unit: str, meaning: str) -> Quantity:
    """A quantity of which two merged councils have the average, weighted by children."""
    return Quantity(unit, meaning, "average")


def fresh(unit: str, meaning: str) -> Quantity:
    """A quantity that a newly founded council starts without (zero, or as `found_council` says)."""
    return Quantity(unit, meaning, "fresh")


def remembered(function: Callable[[type], Result]) -> Callable[[type], Result]:
    """`functools.cache` for functions of a class, which the type checker takes to be unhashable."""
    return cache(function)


class State:
    """A part of an agent that holds nothing but the annotated variables, all zero at first."""

    def __init__(self) -> None:
        """Set every annotated number to zero and create every annotated part."""
        create_state(self)


def create_state(holder: object) -> None:
    """Give `holder` the state that its class annotates: zeros, and parts holding zeros."""
    for name, kind, _ in state_fields(type(holder)):
        setattr(holder, name, kind())


@remembered
def state_fields(owner: type) -> list[tuple[str, type, Quantity | None]]:
    """The annotated state of a class, in the order written.

    Returns:
        (name, type, quantity) triples; type is `int`, `float` or a `State` subclass, and quantity is
        None for the latter.
    """
    fields: list[tuple[str, type, Quantity | None]] = []
    hints = get_type_hints(owner, include_extras=True)
    for name in _own_annotations(owner):
        hint: Any = hints[name]
        if get_origin(hint) is Annotated:
            kind, quantity = get_args(hint)[:2]
            fields.append((name, kind, quantity))
        elif isinstance(hint, type) and issubclass(hint, State):
            fields.append((name, hint, None))
    return fields


def _own_annotations(owner: type) -> list[str]:
    names: list[str] = []
    for base in reversed(owner.__mro__):
        if base.__module__.startswith("mesa"):
            continue
        names.extend(name for name in inspect.get_annotations(base) if name not in names)
    return names
