"""A hindcast from beginning to end: run, held against the record, kept as tables.

from experiments.hindcast.study import hold_against_record

found = hold_against_record(read_posterior(path), resolve("ad_hoc"), sets=200)
print(found.table().filter(pl.col("verdict") == "fail"))
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from experiments.believed import held_under
from experiments.hindcast.comparing import JUDGED, Compared, Verdict, compared, table_of
from experiments.hindcast.joint import Joint, joint_check
from experiments.hindcast.panel import recorded_panel
from experiments.hindcast.record import given_before, recorded_cases, recorded_figures
from experiments.hindcast.run import GRADES, Histories, hindcast
from experiments.hindcast.tolerances import tolerances_hash
from experiments.intervals import QUANTILES
from experiments.posterior import Posterior
from model.compilation import model_hash
from model.parameters import Parameters
from model.quarters import format_quarter

WORDS = {1: "outstanding", 2: "good", 3: "requires improvement", 4: "inadequate"}

VERDICTS: tuple[Verdict, ...] = (*JUDGED, "given")


@dataclass(frozen=True, eq=False)
class Hindcast:
    """Histories, and how the record lies among them.

    Attributes:
        posterior: from which sets of parameters were drawn, without what the regime or a user sets.
        sets: how many were drawn.
        replicates: histories of luck for each.
        seed: of both.
        start: quarters from 2014Q1 to the first that was simulated.
        histories: what they show.
        figures: each of them against the record, in the order of the measures.
        seconds: that it took.
        set_otherwise: names of fitted parameters that the regime or a user sets, the same in all sets.
    """

    posterior: Posterior
    sets: int
    replicates: int
    seed: int
    start: int
    histories: Histories
    figures: tuple[Compared, ...]
    seconds: float
    set_otherwise: tuple[str, ...] = ()

    @cached_property
    def joint(self) -> Joint | None:
        """All fitted figures at once; None when there are too few histories."""
        names = [f"{one.measure}: {one.figure}" for one in self.figures if one.fitted and not one.given]
        return joint_check(recorded_figures(start=self.start), self.histories.figures, names)

    @property
    def distinct(self) -> int:
        """How many different sets of parameters there are among those drawn."""
        return len(np.unique(self.histories.sets))

    def those(self, verdict: Verdict, fitted: bool | None = None) -> list[Compared]:
        """Figures of a verdict, of those that were fitted, held out, or both."""
        return [one for one in self.figures if one.verdict == verdict and fitted in (None, one.fitted)]

    def table(self) -> pl.DataFrame:
        """A row a figure."""
        return table_of(self.figures)

    def stock(self) -> pl.DataFrame:
        """Councils by judgement at the end of each quarter: the record, and quantiles of the histories."""
        panel = recorded_panel()
        rows: list[dict[str, Any]] = []
        for place, grade in enumerate(GRADES):
            record = (panel.grade[0] == grade).sum(axis=1)
            ends = np.quantile(self.histories.stock[:, :, place], list(QUANTILES.values()), axis=0)
            for quarter in range(self.start, panel.quarters):
                own = dict(zip(QUANTILES, ends[:, quarter].tolist(), strict=True))
                row = {"quarter": format_quarter(quarter), "judgement": WORDS[int(grade)]}
                rows.append(row | {"data": int(record[quarter])} | own)
        return pl.DataFrame(rows)

    def notes(self) -> dict[str, Any]:
        """How it was made, and what came of it, as plain data."""
        return {
            "model_hash": model_hash(),
            "tolerances_hash": tolerances_hash(),
            "from": format_quarter(self.start),
            "sets": self.sets,
            "distinct_sets": self.distinct,
            "replicates": self.replicates,
            "seed": self.seed,
            "posterior": self.posterior.origin,
            "set_otherwise": list(self.set_otherwise),
            "posterior_provenance": dict(self.posterior.provenance),
            "failed_runs": self.histories.failed,
            "verdicts": {
                part: {verdict: len(self.those(verdict, fitted)) for verdict in VERDICTS}
                for part, fitted in (("fitted", True), ("held_out", False))
            },
            "joint": {**vars(self.joint), "p_value": self.joint.p_value} if self.joint else None,
            "seconds": self.seconds,
        }


def hold_against_record(
    posterior: Posterior,
    base: Parameters,
    sets: int = 200,
    replicates: int = 1,
    seed: int = 1,
    start: int = 0,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Hindcast:
    """Run a hindcast, and hold it against the record; arguments as for `experiments.hindcast.run.hindcast`.

    What the base sets, by a regime, a scenario or by hand, stands over the posterior.

    Raises:
        StudyError: for what is not allowed.
        ParameterError: when a set of parameters contradicts the base over which it is laid.
        Interrupted: on Ctrl-C.
    """
    everything = posterior.names
    posterior = held_under(posterior, base)
    over = tuple(name for name in everything if name not in posterior.names)
    for place in np.unique(posterior.drawn(sets, seed)):
        posterior.laid_over(base, int(place))
    began = time.perf_counter()
    histories = hindcast(posterior, base, sets, replicates, seed, start, workers, progress)
    conflicts = posterior.provenance.get("conflicts", ())
    figures = tuple(
        replace(one, fitted=one.fitted and f"{one.measure}: {one.figure}" not in conflicts)
        for one in compared(
            recorded_figures(start=start),
            histories.figures,
            recorded_cases(start=start),
            given_before(start),
        )
    )
    seconds = time.perf_counter() - began
    return Hindcast(posterior, sets, replicates, seed, start, histories, figures, seconds, over)
