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
from model.state import State, remembered, state_fields

RandomArray = np.ndarray[Any, np.dtype[Any]]

_KEY_BYTES = 16
_BITS_DROPPED = np.uint64(11)
_STEP = 2.0**-53


@cache
def _name_words(name: str) -> tuple[int, ...]:
    digest = hashlib.sha256(name.encode()).digest()
    return tuple(int.from_bytes(digest[i : i + 4], "big") for i in range(0, _KEY_BYTES, 4))


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
    values = np.right_shift(raw, _BITS_DROPPED, out=raw) * _STEP
    return np.maximum(values, _STEP, out=values)


@remembered
def drawn_fields(owner: type) -> list[tuple[str, bool]]:
    """The luck that a state class declares: (name, whether it is normal rather than uniform)."""
    return [
        (name, quantity.unit == "normal")
        for name, _, quantity in state_fields(owner)
        if quantity is not None and quantity.unit in ("normal", "uniform")
    ]


def fill_streams(
    streams: RandomArray, owner: type[State], prefix: str, seed: int, replicate: int
) -> RandomArray:
    """Luck for everything that a state class declares as drawn.

    Args:
        streams: array of shape (streams, ...) to be filled, streams in the order of `drawn_fields`, each
            of them row by row.
        owner: the class.
        prefix: put before a field's name to name its stream.
        seed: of the study.
        replicate: number of the replicate.

    Returns:
        The array.
    """
    for stream, (name, normal) in zip(streams, drawn_fields(owner), strict=True):
        values = uniforms(seed, replicate, prefix + name, stream.size).reshape(stream.shape)
        if normal:
            ndtri(values, out=stream)
        else:
            stream[...] = values
    return streams


def draw_records(
    owner: type[State], prefix: str, seed: int, replicate: int, shape: tuple[int, ...]
) -> RandomArray:
    """The same as a structured array of that shape with the dtype of the class; other fields are zero."""
    drawn = np.zeros(shape, record_dtype(owner))
    streams = np.empty((len(drawn_fields(owner)), *shape))
    fill_streams(streams, owner, prefix, seed, replicate)
    for (name, _), stream in zip(drawn_fields(owner), streams, strict=True):
        drawn[name] = stream
    return drawn
