"""The report of a comparison: one HTML file that carries everything it shows, for mailing and for printing.

Its order is that in which a director of children's services would ask: what was asked, what came out, how it
unfolds, where, what each regime changes, at what cost, how sure one can be, and what the model cannot tell.
"""

from pathlib import Path
from typing import Any

from dashboards import style
from dashboards.compared import Compared
from dashboards.comparison_words import answer
from dashboards.differences import MAIN, axis_reach, grouped, lines, other_outcomes
from dashboards.maps import map_section
from dashboards.page import render_page
from dashboards.sections import (
    AXES,
    asked,
    differing_settings,
    facts_on_record,
    fan_section,
    plane_section,
    provenance,
    regime_table,
    sureness,
)
from dashboards.words import points_in_words
from experiments.comparison import PRECISION, compare_results
from experiments.results import REPORT, open_results
from experiments.writing import write_text


def write_report(folder: Path) -> Path:
    """Write the report of the comparison in a results folder into that folder.

    Returns:
        The path of the report.

    Raises:
        StudyError: when the folder holds no results that can be read.
    """
    results = open_results(folder)
    precision = float(results.manifest.get("precision", PRECISION))
    path = folder / REPORT
    page = render(Compared(compare_results(results, precision=precision)))
    write_text(path, page)
    return path


def render(compared: Compared) -> str:
    """The report as a page."""
    regimes = style.regime_styles(list(compared.titles))
    context: dict[str, Any] = {
        "compared": compared,
        "regimes": regimes,
        "asked": asked(compared),
        "answer": answer(compared),
        "fan": fan_section(compared, regimes),
        "map": map_section(compared),
        "lines": grouped(lines(compared, MAIN)),
        "more_lines": grouped(lines(compared, other_outcomes())),
        "reach": axis_reach(compared.comparison.differences),
        "plane": plane_section(compared, regimes),
        "axes": AXES,
        "table": regime_table(compared, MAIN),
        "sure": sureness(compared),
        "settings": differing_settings(compared),
        "facts": facts_on_record(compared),
        "posterior": provenance(compared),
        "titles": compared.titles,
        "points": points_in_words(),
    }
    return render_page("report.html.j2", ("names.js", "maps.js", "report.js"), context)
