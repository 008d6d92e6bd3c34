"""What may become of one council: its simulated futures under several regimes, and what goes with them.

Histories go on from the replayed record, every regime in the same luck, and are the histories that
`turnaround compare --start` runs with the parameters as they are. They are kept for all councils, as
judgement in force and latent quality alone, so that another council costs nothing.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from experiments.arrays import Numbers, Records
from experiments.comparison import mean_of, share_larger
from experiments.council_origin import MEASURES, Origin, Replaying, Standing
from experiments.intervals import NORMAL_95, QUANTILES, Interval, share_of
from experiments.units import QUARTERS_PER_YEAR
from model.codes import Grade, Status
from model.ensemble import start_and_advance
from model.parameters import Parameters
from model.quarters import LAST_RECORDED_QUARTER, format_quarter
from model.replay import GROUP

RUN_QUARTERS_A_BATCH = 300
"""Histories x quarters that one thread runs in less than a tenth of a second."""

FEWEST_TO_CORRELATE = 8

STANDINGS = {
    "outstanding": Grade.OUTSTANDING,
    "good": Grade.GOOD,
    "requires_improvement": Grade.REQUIRES_IMPROVEMENT,
    "inadequate": Grade.INADEQUATE,
    "not_judged": Grade.NOT_JUDGED,
}
"""Columns of a table of chances, and the judgement in force that each is of."""


@dataclass(frozen=True)
class Batch:
    """Some histories under one regime.

    Attributes:
        regime: its name.
        parameters: of the regime.
        replicates: their numbers, within the group of the origin.
    """

    regime: str
    parameters: Parameters
    replicates: range


@dataclass(frozen=True, eq=False)
class Part:
    """What became of all councils in some histories under one regime.

    Attributes:
        batch: which.
        grade: `Grade` in force, -1 where there is no such council, shape (histories, quarters, councils).
        quality: latent quality, likewise; not a number where there is no such council.
        arrangement: `Support` in force, likewise; -1 where there is no such council.
        sound: whether each history came to its end, shape (histories,).
    """

    batch: Batch
    grade: Records
    quality: Records
    arrangement: Records
    sound: Records


def batches_of(regimes: Mapping[str, Parameters], replicates: int, quarters: int) -> Iterator[Batch]:
    """Cut futures into batches, those of the first histories first, all regimes in turn."""
    size = max(1, RUN_QUARTERS_A_BATCH // quarters)
    for first in range(0, replicates, size):
        for name, parameters in regimes.items():
            yield Batch(name, parameters, range(first, min(first + size, replicates)))


def run_batch(origin: Origin, batch: Batch, quarters: int) -> Part:
    """Run some histories on from an origin."""
    members = np.asarray(batch.replicates)
    block = start_and_advance(
        origin.worlds.of(members),
        np.repeat(batch.parameters.record[np.newaxis], len(members)),
        members,
        origin.luck,
        origin.start,
        quarters,
        watching=True,
    )
    there = block.watched["exists"] == 1
    grade = np.where(there, block.watched["grade"], -1).astype(np.int8)
    quality = np.where(there, block.watched["quality"], np.nan).astype(np.float32)
    arrangement = np.where(there, block.watched["arrangement"], -1).astype(np.int8)
    return Part(batch, grade, quality, arrangement, block.status == Status.OK)


def joined(parts: Sequence[Part]) -> Part:
    """All parts of one regime as one."""
    first, last = parts[0].batch, parts[-1].batch
    return Part(
        replace(first, replicates=range(first.replicates.start, last.replicates.stop)),
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("grade", "quality", "arrangement", "sound")
        ),
    )


@dataclass(frozen=True)
class Alike:
    """How alike a council's futures are under two regimes, history by history in the same luck.

    Attributes:
        histories: that were compared.
        judged: in how many the judgement in force is the same in every quarter.
        arranged: in how many the arrangement in force is.
        inadequate: in how many it is judged inadequate at some time, under either.
        quality: difference of latent quality at the end, a mean over histories, points; without its sign.
        beginning: the `Support` most often in force in the first quarter.
        begun: in how many histories it is.
    """

    histories: int
    judged: int
    arranged: int
    inadequate: int
    quality: float
    beginning: int
    begun: int


@dataclass(frozen=True, eq=False)
class Futures:
    """Futures of all councils under some regimes.

    Attributes:
        start: quarters from 2014Q1.
        grade: by regime; as in `Part`, of the histories that came to their end under all regimes.
        quality: likewise.
        arrangement: likewise.
        kept: their numbers.
        failed: how many histories are left out.
    """

    start: int
    grade: Mapping[str, Records]
    quality: Mapping[str, Records]
    arrangement: Mapping[str, Records]
    kept: Records
    failed: int

    @classmethod
    def of(cls, parts: Sequence[Part], start: int, order: Sequence[str] = ()) -> "Futures":
        """Put parts together: the first histories, as many as are there of all regimes.

        Args:
            parts: those of each regime in the order in which they were cut.
            start: quarters from 2014Q1.
            order: of the regimes; by default that in which they come.
        """
        regimes = order or list(dict.fromkeys(part.batch.regime for part in parts))
        own = {name: [part for part in parts if part.batch.regime == name] for name in regimes}
        done = min(sum(len(part.sound) for part in found) for found in own.values())
        sound = np.ones(done, bool)
        for found in own.values():
            sound &= np.concatenate([part.sound for part in found])[:done]

        def whole(name: str) -> dict[str, Records]:
            joined = {
                regime: np.concatenate([getattr(part, name) for part in found])
                for regime, found in own.items()
            }
            return {regime: values[:done][sound] for regime, values in joined.items()}

        failed = int(done - sound.sum())
        kept = np.flatnonzero(sound)
        return cls(start, whole("grade"), whole("quality"), whole("arrangement"), kept, failed)

    def quarters(self) -> list[str]:
        """The quarters, written out."""
        count = next(iter(self.grade.values())).shape[1]
        return [format_quarter(self.start + step) for step in range(count)]

    def chances(self, row: int) -> pl.DataFrame:
        """Share of histories with each judgement in force: columns regime, quarter and those of `STANDINGS`.

        Where the council does not exist, they are null.
        """
        tables = []
        for name, grades in self.grade.items():
            own = grades[:, :, row]
            there = (own >= 0).sum(axis=0)
            shares = {
                word: [
                    float(found) / count if count else None
                    for found, count in zip((own == code).sum(axis=0), there, strict=True)
                ]
                for word, code in STANDINGS.items()
            }
            tables.append(self._of_quarters(name, shares))
        return pl.concat(tables).select("regime", "quarter", *STANDINGS)

    def qualities(self, row: int) -> pl.DataFrame:
        """Quantiles of latent quality over histories: columns regime, quarter and those of `QUANTILES`."""
        tables = []
        for name, values in self.quality.items():
            own = np.asarray(values[:, :, row], float)
            found = np.quantile(own, list(QUANTILES.values()), axis=0)
            columns = dict(zip(QUANTILES, found, strict=True))
            tables.append(self._of_quarters(name, columns))
        return pl.concat(tables).fill_nan(None).select("regime", "quarter", *QUANTILES)

    def _of_quarters(self, regime: str, columns: Mapping[str, object]) -> pl.DataFrame:
        table = pl.DataFrame({"quarter": self.quarters(), **columns})
        return table.with_columns(regime=pl.lit(regime))

    def ends(self, row: int) -> pl.DataFrame | None:
        """What becomes of a council under each regime: a row a regime; None if it is not there at the end.

        Columns: `regime`; `inadequate`, the share of histories in which it is judged inadequate at the end,
        in percent, with its 95% interval (Wilson); `years`, years judged inadequate, and `quality`, latent
        quality at the end, each a mean with its 95% interval (Student's t). Intervals are in `_low` and
        `_high`; they are of luck alone.
        """
        if not self._there_at_end(row):
            return None
        rows = []
        for name in self.grade:
            end = self._measured(name, row)
            hits = int((end["inadequate"] > 0).sum())
            share = share_of(hits, len(end["inadequate"])) or Interval(math.nan, math.nan, math.nan)
            found: dict[str, object] = {"regime": name}
            found |= {
                f"inadequate{part}": 100.0 * value
                for part, value in zip(("", "_low", "_high"), share, strict=True)
            }
            for measure in ("years", "quality"):
                mean = mean_of(end[measure])
                found |= {measure: mean.mean, f"{measure}_low": mean.low, f"{measure}_high": mean.high}
            rows.append(found)
        return pl.DataFrame(rows)

    def differences(self, row: int, baseline: str) -> pl.DataFrame | None:
        """Paired differences from the baseline in the same luck: a row a regime and measure.

        Columns: `regime`, `measure` (as in `ends`), `difference`, `low`, `high` (95%, Student's t), and as
        shares of histories `more`, `same` and `less`.
        """
        if not self._there_at_end(row):
            return None
        reference = self._measured(baseline, row)
        rows = []
        for name in self.grade:
            if name == baseline:
                continue
            for measure, values in self._measured(name, row).items():
                differences = values - reference[measure]
                mean = mean_of(differences)
                rows.append(
                    {"regime": name, "measure": measure, "difference": mean.mean, "low": mean.low}
                    | {"high": mean.high, "more": float((differences > 0).mean())}
                    | {"same": float((differences == 0).mean()), "less": float((differences < 0).mean())}
                    | {"direction": share_larger(differences)}
                )
        return pl.DataFrame(rows)

    def alike(self, row: int, one: str, other: str) -> Alike | None:
        """How alike a council's futures are under two regimes; None if it is not there at the end."""
        if not self._there_at_end(row):
            return None
        grades = [self.grade[name][:, :, row] for name in (one, other)]
        arrangements = [self.arrangement[name][:, :, row] for name in (one, other)]
        ends = [np.asarray(self.quality[name][:, -1, row], float) for name in (one, other)]
        inadequate = (grades[0] == Grade.INADEQUATE) | (grades[1] == Grade.INADEQUATE)
        kinds, counts = np.unique(arrangements[0][:, 0], return_counts=True)
        return Alike(
            len(self.kept),
            int((grades[0] == grades[1]).all(axis=1).sum()),
            int((arrangements[0] == arrangements[1]).all(axis=1).sum()),
            int(inadequate.any(axis=1).sum()),
            abs(float((ends[1] - ends[0]).mean())),
            int(kinds[counts.argmax()]),
            int(counts.max()),
        )

    def associations(self, standing: Standing, row: int, regime: str) -> pl.DataFrame:
        """How the council's standing at the origin goes with the share of quarters judged inadequate later.

        Returns:
            A row for each of `MEASURES`: `measure`, rank correlation over histories (Spearman), and its 95%
            interval (Bonett and Wright 2000), null where one of the two is the same in all histories.
        """
        share = (self.grade[regime][:, :, row] == Grade.INADEQUATE).mean(axis=1)
        rows = []
        for name in MEASURES:
            found = rank_correlation(standing.values[name][self.kept, row], share)
            value, low, high = found or (None, None, None)
            rows.append({"measure": name, "correlation": value, "low": low, "high": high})
        schema = {"measure": pl.String, "correlation": pl.Float64, "low": pl.Float64, "high": pl.Float64}
        return pl.DataFrame(rows, schema=schema)

    def _there_at_end(self, row: int) -> bool:
        return bool(len(self.kept)) and bool((next(iter(self.grade.values()))[:, -1, row] >= 0).all())

    def _measured(self, regime: str, row: int) -> dict[str, Numbers]:
        """By history: 100 if inadequate at the end and 0 else, years inadequate, quality at the end."""
        inadequate = self.grade[regime][:, :, row] == Grade.INADEQUATE
        return {
            "inadequate": 100.0 * inadequate[:, -1],
            "years": inadequate.sum(axis=1) / QUARTERS_PER_YEAR,
            "quality": np.asarray(self.quality[regime][:, -1, row], float),
        }


def imagine(
    regimes: Mapping[str, Parameters],
    past: Parameters,
    seed: int = 1,
    start: int = LAST_RECORDED_QUARTER + 1,
    quarters: int = 24,
    replicates: int = GROUP,
) -> tuple[Standing, Futures]:
    """Futures of all councils under some regimes, and where they begin.

    Args:
        regimes: parameters by name.
        past: parameters under which the record is replayed.
        seed: of the luck.
        start: quarters from 2014Q1; by default the first after the record.
        quarters: how many to run.
        replicates: histories, at most as many as are replayed together.
    """
    replaying = Replaying(past, seed, start, quarters)
    for replicated in replaying.draws:
        replaying.draw(replicated)
    for now in replaying.steps:
        for members in replaying.groups:
            replaying.advance(now, members)
        replaying.weigh(now)
    origin = replaying.origin()
    parts = [run_batch(origin, batch, quarters) for batch in batches_of(regimes, replicates, quarters)]
    return origin.standing(), Futures.of(parts, start)


def rank_correlation(one: Numbers, other: Numbers) -> Interval | None:
    """Spearman's rank correlation and its 95% interval (Bonett and Wright 2000); None if there is none."""
    if len(one) < FEWEST_TO_CORRELATE or np.isnan(one).any():
        return None
    ranks = pl.DataFrame({"one": one, "other": other}).select(pl.all().rank("average"))
    if ranks["one"].n_unique() < 2 or ranks["other"].n_unique() < 2:
        return None
    value = float(np.corrcoef(ranks["one"], ranks["other"])[0, 1])
    value = min(1.0, max(-1.0, value))
    if abs(value) == 1.0:
        return Interval(value, value, value)
    half = NORMAL_95 * math.sqrt((1.0 + value**2 / 2.0) / (len(one) - 3))
    return Interval(value, math.tanh(math.atanh(value) - half), math.tanh(math.atanh(value) + half))
