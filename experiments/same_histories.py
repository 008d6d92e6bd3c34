"""Histories run by one version of the model, and digests of every column of what they came to.

Run by `experiments.same` in a process of its own, with the version to be run in front on the path: it may use
of the model only what both versions have, and nothing else of this package.

    python -P experiments/same_histories.py ROOT < cases.json > digests.json
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import model
from model.ensemble import Block, Worlds, draw_luck, start_and_advance
from model.parameters import Parameters
from model.regimes import resolve
from model.registry import ParameterError
from model.replay import replay, run_from

SETS_AT_ONCE = 20
"""Sets whose worlds are held in memory together, 2 MB a history."""

Columns = dict[str, str]
"""Digest by column."""


def digests(case: Mapping[str, Any]) -> Iterator[Columns | str]:
    """What the sets of a case came to, one after the other; a sentence where this version refuses a set."""
    found: list[Parameters | str] = [_resolved(given) for given in case["sets"]]
    accepted = [item for item in found if not isinstance(item, str)]
    replayed = _replayed(case, accepted) if case["start"] else _started(case, accepted)
    for item in found:
        yield item if isinstance(item, str) else next(replayed)


def _resolved(given: Mapping[str, Any]) -> Parameters | str:
    try:
        return resolve(given["regime"], settings=given["settings"])
    except ParameterError as problem:
        return str(problem)


def _started(case: Mapping[str, Any], accepted: Sequence[Parameters]) -> Iterator[Columns]:
    """Sets run from 2014Q1, each met by the same luck; the states of all agents at the end are kept."""
    replicates, quarters = case["replicates"], case["quarters"]
    luck = draw_luck(case["seed"], replicates, quarters)
    for first in range(0, len(accepted), SETS_AT_ONCE):
        some = accepted[first : first + SETS_AT_ONCE]
        records = np.repeat(np.array([item.record for item in some]), len(replicates))
        worlds = Worlds.blank(len(records))
        met = np.tile(np.arange(len(replicates)), len(some))
        block = start_and_advance(worlds, records, met, luck, 0, quarters, watching=True)
        for place in range(len(some)):
            runs = slice(place * len(replicates), (place + 1) * len(replicates))
            yield {**_block_columns(block, runs), **_state_columns(worlds, runs)}


def _replayed(case: Mapping[str, Any], accepted: Sequence[Parameters]) -> Iterator[Columns]:
    """Sets run from a later start; the states of the whole group at the end of the replay go with each."""
    if not accepted:
        return
    history, seed, replicates = accepted[0], case["seed"], case["replicates"]
    start, quarters = case["start"], case["quarters"]
    past = replay(history, seed, 0, start, quarters)
    everyone = slice(0, None)
    before = {f"replayed {name}": digest for name, digest in _state_columns(past.worlds, everyone).items()}
    before |= dict(_columns("weighing", past.inspections))
    for item in accepted:
        block = run_from([item], history, seed, replicates, start, quarters, watching=True)
        yield {**before, **_block_columns(block, everyone)}


def _block_columns(block: Block, runs: slice) -> Columns:
    parts = {
        "quarters": block.quarters,
        "outcomes": block.outcomes,
        "council outcomes": block.councils,
        "council quarters": block.watched,
    }
    found = {"status": digest_of(block.status[runs])}
    for part, records in parts.items():
        found |= dict(_columns(part, records[runs]))
    return found


def _state_columns(worlds: Worlds, runs: slice) -> Columns:
    return {
        name: digest
        for part, records in vars(worlds).items()
        for name, digest in _columns(f"state of {part}", records[runs])
    }


def _columns(part: str, records: np.ndarray[Any, Any]) -> Iterator[tuple[str, str]]:
    """Every number of some records, those of parts by dotted name."""
    for name in records.dtype.names or ():
        if records.dtype[name].names:
            prefix = f"{part}: {name}."
            for inner, digest in _columns("", records[name]):
                yield prefix + inner.removeprefix(": "), digest
        else:
            yield f"{part}: {name}", digest_of(records[name])


def digest_of(values: np.ndarray[Any, Any]) -> str:
    """A digest of the bits of some numbers; what is not a number is one and the same."""
    bits = np.ascontiguousarray(values)
    if bits.dtype.kind == "f":
        bits = np.where(np.isnan(bits), np.nan, bits)
    return hashlib.blake2b(bits.tobytes(), digest_size=8).hexdigest()


def main(root: str) -> None:
    """Run what is asked for on standard input, and write what it came to."""
    place = Path(model.__file__ or "").resolve()
    if not place.is_relative_to(Path(root).resolve()):
        raise SystemExit(f"{place} was imported instead of the model in {root}")
    json.dump([list(digests(case)) for case in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
