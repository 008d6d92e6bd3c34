"""Fitting in waves: each table of simulated histories is drawn from what the one before taught.

The first is drawn from the priors. From each a belief is found; tempered, the next table is drawn from it, so
that ever more histories resemble the record. The last belief, weighted back to the priors, is the posterior.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.calibration.inference import Believed, Summaries, believe, learn, tempered
from experiments.calibration.prior import Prior
from experiments.calibration.table import Belief, Table, make_table, read_table
from experiments.hindcast.record import recorded_figures
from experiments.hindcast.tolerances import tolerances
from model.parameters import Parameters
from model.quarters import parse_quarter

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

EARLIEST = parse_quarter("2015Q4")
"""The first quarter by whose end there is enough of a record to fit to."""

WAVES = (16_000, 16_000, 20_000, 28_000)
"""Rows of the tables."""

TEMPER = 4.0
"""By how much less than the record taught the next table is drawn from: the likelihood's root."""

KEEP = 0.12
"""Share of the rows kept aside that are near enough to the record to be believed."""

CONFLICT = 0.5
"""Percent of the first histories on either side beyond which a figure is out of reach of any set."""


@dataclass(frozen=True, eq=False)
class Wave:
    """One table, and what it taught.

    Attributes:
        table: its rows.
        drawn_from: the belief they were drawn from.
        summaries: that were learned from it.
        seen: summaries of the record.
        believed: what was found.
    """

    table: Table
    drawn_from: Belief
    summaries: Summaries
    seen: Numbers
    believed: Believed


@dataclass(frozen=True, eq=False)
class Fit:
    """What all waves of a fit came to.

    Attributes:
        prior: of the parameters.
        waves: in their order.
        record: figures of the record, in the order of the tables', shape (figures,).
        fitted: which figures were looked at, shape (figures,).
        conflicts: names of the figures that no set of parameters reaches, to which none can be fitted.
    """

    prior: Prior
    waves: tuple[Wave, ...]
    record: Numbers
    fitted: Flags
    conflicts: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the figures."""
        return self.waves[-1].table.names

    @property
    def believed(self) -> Believed:
        """What is believed in the end."""
        return self.waves[-1].believed


def fit(
    folder: Path,
    base: Parameters,
    prior: Prior,
    end: int,
    seed: int,
    rows: Sequence[int] = WAVES,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Fit:
    """Fit parameters to the record up to a quarter; tables that a folder holds are used again.

    Args:
        folder: for the tables.
        base: parameters over which sets are laid.
        prior: of the parameters.
        end: quarters of the record that are looked at.
        seed: of sets, luck and networks.
        rows: of the table of each wave.
        workers: processes; as many as there are cores when None.
        progress: called with the number of rows just made.
        say: called with what is being done, in words.

    Raises:
        StudyError: when the folder holds tables of another kind.
        Interrupted: on Ctrl-C; the rows that were made are kept.
    """
    belief = Belief.before(len(prior.names))
    waves: list[Wave] = []
    fitted = np.zeros(0, bool)
    conflicts: tuple[str, ...] = ()
    record = np.zeros(0)
    for number, count in enumerate(rows, start=1):
        place = folder / f"wave-{number}"
        say(f"Wave {number} of {len(rows)}: simulating {count:,} histories")
        make_table(place, base, prior, belief, count, seed, number, (end,), workers, progress)
        table = read_table(place, prior, count, end)
        if number == 1:
            figures = recorded_figures(end)
            record = np.array([figures[name] for name in table.names])
            fitted, conflicts = looked_at(table, record)
        say(f"Wave {number} of {len(rows)}: learning from them")
        summaries = learn(table, fitted, seed)
        seen = summaries.of(record[np.newaxis])[0]
        aside = summaries.aside
        known = summaries.of(table.figures[aside])
        believed = believe(seen, known, table.normals[aside], None if number == 1 else belief, KEEP)
        waves.append(Wave(table, belief, summaries, seen, believed))
        belief = tempered(believed, TEMPER)
    return Fit(prior, tuple(waves), record, fitted, conflicts)


def looked_at(table: Table, record: Numbers) -> tuple[Flags, tuple[str, ...]]:
    """Which figures are fitted, and which would be but for a conflict between record and priors."""
    measures = [tolerances()[name.split(": ")[0]] for name in table.names]
    wanted = np.array([measure.fitted for measure in measures]) & ~np.isnan(record)
    known = ~np.isnan(table.figures).all(axis=0)
    reached = np.zeros(len(record), bool)
    low, high = np.nanpercentile(table.figures[:, known], [CONFLICT, 100.0 - CONFLICT], axis=0)
    reached[known] = (low <= record[known]) & (record[known] <= high)
    conflicts = tuple(
        name for name, want, can in zip(table.names, wanted, reached, strict=True) if want and not can
    )
    return wanted & reached, conflicts
