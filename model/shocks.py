"""Luck, drawn ahead: named streams of random numbers that no rule, regime or worker can shift.

A stream is keyed by seed, replicate and the SHA-256 of its name, and filled quarter by quarter over the rows
of a fixed table, so that a longer horizon continues a shorter one and a new stream changes no other. Raw bits
become uniforms by shifting, uniforms become normals by the inverse normal distribution.
"""

import hashlib
from functools import cache
from typing import Any

import numpy as np
from scipy.special import ndtri

from model.records import record_dtype
from model.state import State, state_fields

RandomArray = np.ndarray[Any, np.dtype[Any]]

_BITS_DROPPED = 11
_STEP = 2.0**-53


@cache
def _name_words(name: str) -> tuple[int, ...]:
    digest = hashlib.sha256(name.encode()).digest()
    return tuple(int.from_bytes(digest[i : i + 4], "big") for i in range(0, len(digest), 4))


def uniforms(seed: int, replicate: int, name: str, count: int) -> RandomArray:
    """The first `count` uniforms of a stream.

    Args:
        seed: of the study, not negative.
        replicate: number of the replicate, not negative.
        name: of the decision that the stream feeds.
        count: how many.

    Returns:
        Array of shape (count,), strictly between 0 and 1.
    """
    sequence = np.random.SeedSequence(seed, spawn_key=(replicate, *_name_words(name)))
    raw = np.random.SFC64(sequence).random_raw(count)
    return ((raw >> np.uint64(_BITS_DROPPED)) + 0.5) * _STEP


def draw_records(
    owner: type[State], prefix: str, seed: int, replicate: int, shape: tuple[int, ...]
) -> RandomArray:
    """Luck for every normal and uniform that a state class declares.

    Args:
        owner: the class; fields whose unit is `normal` or `uniform` are drawn, others stay zero.
        prefix: put before the field's name to name its stream.
        seed: of the study.
        replicate: number of the replicate.
        shape: of the array, filled row by row.

    Returns:
        Structured array of that shape, with the dtype of the class.
    """
    drawn = np.zeros(shape, record_dtype(owner))
    for name, _, quantity in state_fields(owner):
        if quantity is not None and quantity.unit in ("normal", "uniform"):
            values = uniforms(seed, replicate, prefix + name, int(np.prod(shape)))
            drawn[name] = (ndtri(values) if quantity.unit == "normal" else values).reshape(shape)
    return drawn
