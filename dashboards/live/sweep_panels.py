"""The analyses of a sweep as panels of a page: regret, what drives the outcome, and a box.

They are those of `turnaround robustness`, `sensitivity` and `discover`, with their numbers and figures. Each
is worked out in turns with what others ask for, and what cannot be had is said in its place.
"""

import contextlib
import importlib
import warnings
from collections.abc import Callable
from typing import Any

import polars as pl

from dashboards.live.computing import Remembered
from dashboards.live.offered import Offered
from dashboards.live.streams import Gone
from dashboards.live.sweeps import Asked
from dashboards.live.turns import in_turns
from dashboards.page import render_part
from dashboards.style import regime_styles
from dashboards.sweep_figures import COLOURS
from dashboards.sweep_pages import facts
from dashboards.words import counted
from experiments.horizon import StudyError
from experiments.sweeps.keeping import rounded, written

MOST_CELLS = 200_000
"""Points x factors of which a page finds what drives them, or a box."""
MOST_FUTURES = 500_000
"""Points x regimes x replicates of which a page finds regret."""

Context = dict[str, Any]
Panel = Callable[[Asked], Context]


def regret(asked: Asked) -> Context:
    """Regret by regime, as `turnaround robustness` finds it."""
    from dashboards.robustness_page import limits_of, section_of
    from experiments.sweeps.robustness import assess_robustness

    results = asked.kept
    size = results.design_summary.points * len(results.regimes) * results.replicates
    _bounded(size, MOST_FUTURES, "points x regimes x replicates")
    study = assess_robustness(results, (asked.target.outcome,), (), _limit(asked))
    return {
        "outcome": section_of(study, 0, study.outcomes[0]),
        "regimes": regime_styles(list(study.regimes)),
        "titles": results.titles,
        "limits": limits_of(results.replicates),
    }


def regret_command(asked: Asked) -> str:
    """The command that gives the same."""
    limit = _limit(asked)
    options = [("--outcome", asked.target.outcome), *(("--limit", f"{one:.12g}") for one in limit)]
    return asked.command("robustness", options)


def _limit(asked: Asked) -> tuple[float, ...]:
    return () if asked.limit is None or asked.target.less else (asked.limit,)


def drives(asked: Asked) -> Context:
    """What drives the outcome, as `turnaround sensitivity` finds it."""
    from dashboards.sensitivity_page import TOP, limits_of, target_of
    from experiments.sweeps.sensitivity import analyse_sensitivity

    results, target = asked.kept, asked.target
    _bounded(results.design_summary.points * len(results.factors), MOST_CELLS, "points x factors")
    found = analyse_sensitivity(results, (target.outcome,), (target.regime,), bool(target.less))
    analysis = found.analyses[0]
    return {
        "target": target_of(found, 0, analysis),
        "top": TOP,
        "method": analysis.method,
        "torn": bool(asked.limits) and asked.sweep.results.design_summary.kind == "saltelli",
        "alarms": [*([found.unfinished] if found.unfinished else []), *analysis.alarms],
        "limits": [*limits_of(analysis.method), *found.remarks],
    }


def drives_command(asked: Asked) -> str:
    """The command that gives the same."""
    target = asked.target
    options = [
        ("--outcome", target.outcome),
        ("--regime", target.regime),
        ("--difference", bool(target.less)),
    ]
    return asked.command("sensitivity", options)


def box(asked: Asked) -> Context:
    """A box of futures, as `turnaround discover` finds it."""
    from dashboards.discovery_page import answer, box_of, judged
    from experiments.sweeps.boxes import QUASI_P
    from experiments.sweeps.discovery import discover

    results = asked.kept
    _bounded(results.design_summary.points * len(results.factors), MOST_CELLS, "points x factors")
    found = discover(results, asked.expression, threshold=asked.density)
    place = found.boxes[0] if found.boxes else None
    return {
        "answer_items": answer(found),
        "box": box_of(found, 1, place) if place else None,
        "where": ",".join(written(rounded(limit)) for limit in place.limits) if place else "",
        "judged": judged(found),
        "warnings": found.warnings,
        "quasi_p": QUASI_P,
        "colours": COLOURS,
        "cases": int(found.holds.sum()),
        "points_in_words": counted(len(found.holds), "point"),
        "words": found.holding.words,
    }


def box_command(asked: Asked) -> str:
    """The command that gives the same."""
    return asked.command(
        "discover", [("--where", asked.expression), ("--threshold", f"{asked.density:.12g}")]
    )


PANELS: dict[str, tuple[Panel, Callable[[Asked], str], Callable[[Asked], tuple[object, ...]]]] = {
    "regret": (regret, regret_command, lambda asked: (asked.target.outcome, *_limit(asked))),
    "drives": (drives, drives_command, lambda asked: (asked.target,)),
    "box": (box, box_command, lambda asked: (asked.expression, asked.density)),
}
"""What works each out, the command that does too, and what it depends on besides the ranges."""


class Panels:
    """Panels as HTML, the last of them remembered."""

    def __init__(self, offered: Offered, most: int = 60) -> None:
        """Remember so many."""
        self._offered = offered
        self._made: Remembered[str] = Remembered(most)

    def html(self, name: str, asked: Asked, gone: Gone) -> str:
        """A panel, or in its place what keeps it from being shown.

        Raises:
            GoneError: when the visitor has left.
        """
        work, command, depends = PANELS[name]
        repeated = ""
        try:
            key = asked.key(name, *depends(asked))
            known = self._made.get(key)
            if known is not None:
                return known
            repeated = command(asked)
            context = in_turns(lambda: work(asked), self._offered.computing, gone)
            made = render_part(f"sweep_{name}", context | {"command": repeated})
            self._made.keep(key, made)
            return made
        except ModuleNotFoundError as missing:
            return not_shown(
                f"It needs {missing.name}, which is not on the server: pip install 'turnaround[analysis]'."
            )
        except (StudyError, OSError, pl.exceptions.PolarsError) as problem:
            return not_shown(str(problem), repeated)


def load_analyses() -> None:
    """Load the libraries of the analyses, which takes seconds, before a visitor waits for them."""
    with contextlib.suppress(ModuleNotFoundError):
        for name in (
            "dashboards.robustness_page",
            "dashboards.discovery_page",
            "dashboards.sensitivity_page",
        ):
            importlib.import_module(name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module("ema_workbench.analysis.prim")


def not_shown(problem: str, command: str = "") -> str:
    """What stands in the place of what cannot be shown."""
    return render_part("sweep_missing", {"problem": problem, "command": command})


def record(asked: Asked) -> str:
    """What a reader has to know of the sweep."""
    results = asked.sweep.results
    return render_part(
        "sweep_record", {"facts": facts(results), "sweep_command": results.manifest.get("command", "")}
    )


def table(asked: Asked) -> pl.DataFrame:
    """The points kept: factors, and mean of the outcome over replicates; of two samples where there are."""
    results = asked.sweep.results
    name = f"{asked.target.regime}.{asked.target.outcome}"
    name += f" less {asked.target.less}" if asked.target.less else ""
    means = pl.Series(name, asked.means).fill_nan(None)
    return results.design.collect().with_columns(means).filter(pl.Series(asked.inside & asked.used))


def _bounded(size: int, most: int, what: str) -> None:
    if size > most:
        raise StudyError(
            f"{size:,} {what} are more than the {most:,} of a page; the command has no such bound"
        )
