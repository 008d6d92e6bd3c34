"""Fitting in waves: each table of simulated histories is drawn from what the one before taught.

The first is drawn from the priors. From each a belief is found; the next table is drawn from the priors
within a region around it, so that ever more histories resemble the record. The last belief is the posterior.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from experiments.arrays import Flags, Numbers
from experiments.calibration.inference import Belief, Summaries, believe, learn, region_of
from experiments.calibration.prior import Prior
from experiments.calibration.table import Region, Table, make_table, read_table
from experiments.errors import StudyError
from experiments.hindcast.record import recorded_figures
from experiments.hindcast.tolerances import tolerances
from experiments.switching import switched
from model.parameters import Parameters
from model.quarters import parse_quarter

EARLIEST = parse_quarter("2015Q4")
"""The first quarter by whose end there is enough of a record to fit to."""

WAVES = (16_000, 16_000, 28_000, 160_000)
"""Rows of the tables: the first show where to look, and what is believed in the end rests on the last."""

KEEP = 0.5
"""Share of the rows kept aside that are believed of a table drawn near the record. Straight lines do there,
and the more rows they are found from, the less they err: halves of a table of 28,000 rows parted by 0.40
deviations in a usual parameter with a half, by 0.72 with an eighth."""

NEAREST = 0.12
"""The same of a table drawn everywhere, where straight lines do for the nearest rows alone."""

CONFLICT = 0.5
"""Percent of the first histories on either side beyond which a figure is out of reach of any set."""


@dataclass(frozen=True, eq=False)
class Wave:
    """One table, and what it taught.

    Attributes:
        table: its rows.
        region: in which they were drawn.
        summaries: that were learned from it.
        seen: summaries of the record.
        believed: what was found.
        share: of the rows kept aside, from which it was.
    """

    table: Table
    region: Region
    summaries: Summaries
    seen: Numbers
    believed: Belief
    share: float = KEEP


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
    def believed(self) -> Belief:
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
    over: Mapping[str, float] | None = None,
    first: Region | None = None,
    conflicts: Sequence[str] | None = None,
) -> Fit:
    """Fit parameters to the record up to a quarter; tables that a folder holds are used again.

    Args:
        folder: for the tables.
        base: parameters over which sets are laid.
        prior: of the parameters.
        end: quarters of the record that are looked at.
        seed: of sets, luck and what is kept aside.
        rows: of the table of each wave.
        workers: processes; as many as there are cores when None.
        progress: called with the number of rows just made.
        say: called with what is being done, in words.
        over: settings laid over the base whatever their ranges, of parameters that are not fitted.
        first: where the first table is drawn; everywhere when None.
        conflicts: names of the figures that are not fitted, where that was found before; found in the first
            table when None, which for that has to be drawn everywhere.

    Raises:
        StudyError: when the folder holds tables of another kind, or rows are too few to learn from.
        Interrupted: on Ctrl-C; the rows that were made are kept.
    """
    base = switched(base, over or {}, "laid over")
    region = first or Region.everywhere(len(prior.names))
    waves: list[Wave] = []
    fitted = np.zeros(0, bool)
    left_out: tuple[str, ...] = ()
    record = np.zeros(0)
    for number, count in enumerate(rows, start=1):
        place = folder / f"wave-{number}"
        say(f"Wave {number} of {len(rows)}: simulating {count:,} histories")
        make_table(place, base, prior, region, count, seed, number, (end,), workers, progress, over)
        table = read_table(place, prior, count, end)
        if number == 1:
            figures = recorded_figures(end)
            record = np.array([figures[name] for name in table.names])
            fitted, left_out = looked_at(table, record, conflicts)
        say(f"Wave {number} of {len(rows)}: learning from them")
        summaries = learn(table, fitted, seed)
        if not summaries.informed.any():
            raise StudyError(f"{count:,} rows teach nothing of any parameter: ask for more rows")
        seen = summaries.of(record[np.newaxis])[0]
        aside = summaries.aside
        known = summaries.of(table.figures[aside])
        share = NEAREST if number == 1 and first is None else KEEP
        believed = believe(seen, known, table.normals[aside], region, share)
        waves.append(Wave(table, region, summaries, seen, believed, share))
        region = region_of(believed)
    return Fit(prior, tuple(waves), record, fitted, left_out)


def looked_at(
    table: Table, record: Numbers, conflicts: Sequence[str] | None = None
) -> tuple[Flags, tuple[str, ...]]:
    """Which figures are fitted, and which would be but for a conflict between record and priors.

    Args:
        table: of histories drawn from the priors.
        record: figures of the record, in the order of the table's, shape (figures,).
        conflicts: names of the figures in conflict, where that is known; then the table may be of any kind.
    """
    measures = [tolerances()[name.split(": ")[0]] for name in table.names]
    wanted = np.array([measure.fitted for measure in measures]) & ~np.isnan(record)
    known = ~np.isnan(table.figures).all(axis=0)
    if conflicts is not None:
        return wanted & known & ~np.isin(table.names, list(conflicts)), tuple(conflicts)
    reached = np.zeros(len(record), bool)
    low, high = np.nanpercentile(table.figures[:, known], [CONFLICT, 100.0 - CONFLICT], axis=0)
    reached[known] = (low <= record[known]) & (record[known] <= high)
    found = tuple(
        name for name, want, can in zip(table.names, wanted, reached, strict=True) if want and not can
    )
    return wanted & reached, found
