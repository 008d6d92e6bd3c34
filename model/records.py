"""Agents as records: the same state, laid out for compiled code.

The dtype of a record follows from the annotations of its agent class, so that an agent and its record
answer to the same dotted names. Agents are compared with records, and stored, by copying them across.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.state import Quantity, State, remembered, state_fields

Dtype = np.dtype[Any]

Records = np.ndarray[Any, Dtype]
"""Structured arrays, such as parameters or the state of agents, and their fields."""


@remembered
def record_dtype(owner: type) -> Dtype:
    """The record that holds the state of an agent class, parts nested, aligned for compiled code."""
    return np.dtype(
        [
            (name, record_dtype(kind) if issubclass(kind, State) else "i8" if kind is int else "f8")
            for name, kind, _ in state_fields(owner)
        ],
        align=True,
    )


def dotted_fields(owner: type, prefix: str = "") -> Iterator[tuple[str, type, Quantity]]:
    """Every number in the state of a class: (dotted name, `int` or `float`, what it measures)."""
    for name, kind, quantity in state_fields(owner):
        if quantity is None:
            yield from dotted_fields(kind, f"{prefix}{name}.")
        else:
            yield prefix + name, kind, quantity


def load_record(holder: object, record: Any) -> None:
    """Copy a record into an agent, as plain Python numbers.

    Args:
        holder: an agent or one of its parts.
        record: an item of a structured array with the dtype of the holder's class.
    """
    _load(holder, record.dtype, record.item())


def _load(holder: object, dtype: Dtype, values: tuple[Any, ...]) -> None:
    for name, value in zip(dtype.names or (), values, strict=True):
        if isinstance(value, tuple):
            _load(getattr(holder, name), dtype[name], value)
        else:
            setattr(holder, name, value)


def record_tuple(holder: object, dtype: Dtype) -> tuple[Any, ...]:
    """The state of an agent as a nested tuple, ready to be stored in a record of that dtype."""
    values = []
    for name in dtype.names or ():
        value = getattr(holder, name)
        values.append(record_tuple(value, dtype[name]) if dtype[name].names else value)
    return tuple(values)


def store_agents(agents: list[Any], dtype: Dtype) -> np.ndarray[Any, Dtype]:
    """The state of a list of agents as a structured array, shape (len(agents),)."""
    return np.array([record_tuple(agent, dtype) for agent in agents], dtype)
