"""The analyses of a sweep as panels of a page: regret, what drives the outcome, and a box.

They are those of `turnaround robustness`, `sensitivity` and `discover`, with their numbers and figures. Each
is worked out in turns with what others ask for, and what cannot be had is said in its place.
"""

import contextlib
import importlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards.live.computing import Remembered
from dashboards.live.offered import Offered
from dashboards.live.streams import Gone
from dashboards.live.sweep_asked import Asked
from dashboards.live.turns import in_turns
from dashboards.page import render_part
from dashboards.style import regime_styles
from dashboards.sweep_figures import COLOURS
from dashboards.sweep_pages import facts
from experiments.errors import StudyError
from experiments.prose import counted
from experiments.sweeps.keeping import rounded, written

MOST_CELLS = 200_000
"""Points x factors of which a page finds what drives them, or a box."""
MOST_FUTURES = 500_000
"""Points x regimes x replicates of which a page finds regret."""

Context = dict[str, Any]


@dataclass(frozen=True)
class Panel:
    """An analysis as a page shows it.

    Attributes:
        words: what it works out.
        find: works it out; its result has a table of all that was found.
        show: what the template says of the result.
        command: that does the same.
        depends: on what it depends besides the ranges.
    """

    words: str
    find: Callable[[Asked], Any]
    show: Callable[[Any, Asked], Context]
    command: Callable[[Asked], str]
    depends: Callable[[Asked], tuple[object, ...]]


def _find_regret(asked: Asked) -> Any:
    """Regret by regime, as `turnaround robustness` finds it."""
    from experiments.sweeps.robustness import assess_robustness

    results = asked.kept
    size = results.design_summary.points * len(results.regimes) * results.replicates
    _bounded(size, MOST_FUTURES, "points x regimes x replicates")
    return assess_robustness(results, (asked.target.outcome,), (), _limit(asked))


def _show_regret(found: Any, asked: Asked) -> Context:
    from dashboards.robustness_page import limits_of, section_of

    return {
        "outcome": section_of(found, 0, found.outcomes[0]),
        "regimes": regime_styles(list(found.regimes)),
        "titles": found.results.titles,
        "limits": limits_of(found.results.replicates),
    }


def _regret_command(asked: Asked) -> str:
    limit = _limit(asked)
    options = [("--outcome", asked.target.outcome), *(("--limit", f"{one:.12g}") for one in limit)]
    return asked.command("robustness", options)


def _limit(asked: Asked) -> tuple[float, ...]:
    return () if asked.limit is None or asked.target.less else (asked.limit,)


def _find_drives(asked: Asked) -> Any:
    """What drives the outcome, as `turnaround sensitivity` finds it."""
    from experiments.sweeps.sensitivity import analyse_sensitivity

    results, target = asked.kept, asked.target
    _bounded(results.design_summary.points * len(results.factors), MOST_CELLS, "points x factors")
    return analyse_sensitivity(results, (target.outcome,), (target.regime,), bool(target.less))


def _show_drives(found: Any, asked: Asked) -> Context:
    from dashboards.sensitivity_page import TOP, limits_of, target_of

    analysis = found.analyses[0]
    return {
        "target": target_of(found, 0, analysis),
        "top": TOP,
        "method": analysis.method,
        "torn": bool(asked.limits) and asked.sweep.results.design_summary.kind == "saltelli",
        "alarms": [*([found.unfinished] if found.unfinished else []), *analysis.alarms],
        "limits": [*limits_of(analysis.method), *found.remarks],
    }


def _drives_command(asked: Asked) -> str:
    target = asked.target
    options = [
        ("--outcome", target.outcome),
        ("--regime", target.regime),
        ("--difference", bool(target.less)),
    ]
    return asked.command("sensitivity", options)


def _find_box(asked: Asked) -> Any:
    """A box of futures, as `turnaround discover` finds it."""
    from experiments.sweeps.discovery import discover

    results = asked.kept
    _bounded(results.design_summary.points * len(results.factors), MOST_CELLS, "points x factors")
    return discover(results, asked.expression, threshold=asked.density)


def _show_box(found: Any, asked: Asked) -> Context:
    from dashboards.discovery_page import answer, box_of, judged
    from experiments.sweeps.boxes import QUASI_P

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


def _box_command(asked: Asked) -> str:
    return asked.command(
        "discover", [("--where", asked.expression), ("--threshold", f"{asked.density:.12g}")]
    )


PANELS = {
    "regret": Panel(
        "regret",
        _find_regret,
        _show_regret,
        _regret_command,
        lambda asked: (asked.target.outcome, *_limit(asked)),
    ),
    "drives": Panel(
        "what drives the outcome", _find_drives, _show_drives, _drives_command, lambda asked: (asked.target,)
    ),
    "box": Panel(
        "a box", _find_box, _show_box, _box_command, lambda asked: (asked.expression, asked.density)
    ),
}
"""By the name of their place on the page."""


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
        panel = PANELS[name]
        repeated = ""
        try:
            key = asked.key(name, *panel.depends(asked))
            known = self._made.get(key)
            if known is not None:
                return known
            repeated = panel.command(asked)
            context = in_turns(lambda: panel.show(panel.find(asked), asked), self._offered.computing, gone)
            made = render_part(f"sweep_{name}", context | {"command": repeated})
            self._made.keep(key, made)
            return made
        except ModuleNotFoundError as missing:
            return not_shown(lacks(missing))
        except (StudyError, OSError, pl.exceptions.PolarsError) as problem:
            return not_shown(str(problem), repeated)


def lacks(missing: ModuleNotFoundError) -> str:
    """What is said where a library of the analyses is not installed."""
    return f"It needs {missing.name}, which is not on the server: pip install -e '.[analysis]'."


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


def _bounded(size: int, most: int, what: str) -> None:
    if size > most:
        raise StudyError(
            f"{size:,} {what} are more than the {most:,} of a page; the command has no such bound"
        )
