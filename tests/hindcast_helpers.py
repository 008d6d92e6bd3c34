"""Small panels laid out by hand: a line a council, a letter a quarter."""

import numpy as np

from experiments.hindcast.panel import FINANCIAL, STAFF, YEARS, Panel

LETTERS = {".": 0, "O": 1, "G": 2, "R": 3, "I": 4}


def panel_of(*judged, before, first=0, abolished=None, **quantities):
    """One history of some councils.

    Args:
        judged: for each council the judgements published in each quarter, such as "..I....R".
        before: grades in force before, such as "GR".
        first: quarters from 2014Q1 to the first.
        abolished: by council, the quarter from which it is gone.
        quantities: any of the panel's other quantities, shape (quarters or years, councils).
    """
    published = np.array([[LETTERS[letter] for letter in line] for line in judged]).T
    start = np.array([LETTERS[letter] for letter in before])
    grade = np.zeros_like(published)
    for quarter, row in enumerate(published):
        grade[quarter] = np.where(row > 0, row, grade[quarter - 1] if quarter else start)
    exists = np.ones(published.shape, bool)
    for council, quarter in (abolished or {}).items():
        exists[quarter:, council] = False
        grade[quarter:, council] = 0
    by_quarter = {name: np.full(published.shape, np.nan) for name in ("tenure", "left", "interim")}
    by_year = {name: np.full((len(YEARS), len(judged)), np.nan) for name in (*STAFF, *FINANCIAL)}
    given = {name: np.array(values, float) for name, values in quantities.items() if name != "leadership"}
    leadership = np.array(quantities.get("leadership", published))
    known = by_quarter | by_year | given
    return Panel(
        first=first,
        before=start[np.newaxis],
        exists=exists[np.newaxis],
        grade=grade[np.newaxis],
        judged=published[np.newaxis],
        leadership=leadership[np.newaxis],
        **{name: values[np.newaxis] for name, values in known.items()},
    )
