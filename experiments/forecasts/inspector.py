"""What an inspector would say of a council in a simulated quarter: the probability of each judgement.

The rule of the model that weighs recorded judgements is asked, so that a forecast and a replay agree.
"""

import math
from functools import cache
from typing import Any

import numpy as np

from experiments.arrays import Numbers, Records
from experiments.forecasts.schema import JUDGED
from model.agents import Nation
from model.calendar import calendar
from model.compilation import compiled
from model.parameters import Parameters
from model.records import record_dtype
from model.rules.inspection import log_probability_of
from model.rules.nation import read_national_paths


def chances(expected: Numbers, parameters: Parameters, first: int) -> Numbers:
    """Probability of each judgement given expected scores, with the bars of the quarter and the noise.

    Args:
        expected: scores that inspections would give without noise, shape (histories, quarters, councils).
        parameters: of the histories.
        first: quarters from 2014Q1 to the first.

    Returns:
        Shape (histories, quarters, councils, 4), adding to 1.
    """
    found = np.empty((*expected.shape, len(JUDGED)))
    _fill()(
        found,
        np.ascontiguousarray(expected),
        np.zeros(1, record_dtype(Nation)),
        calendar(first + expected.shape[1]),
        np.repeat(parameters.record[np.newaxis], 1),
        first,
    )
    return found


@cache
def _fill() -> Any:
    def fill(
        found: Any, expected: Any, nations: Records, calendar: Any, parameters: Records, first: int
    ) -> None:
        nation = nations[0]
        p = parameters[0]
        for step in range(expected.shape[1]):
            nation.quarter = first + step
            read_national_paths(nation, calendar, p)
            for history in range(expected.shape[0]):
                for council in range(expected.shape[2]):
                    score = expected[history, step, council]
                    total = 0.0
                    for grade in range(found.shape[3]):
                        chance = math.exp(log_probability_of(grade + 1, score, nation, p))
                        found[history, step, council, grade] = chance
                        total += chance
                    for grade in range(found.shape[3]):
                        found[history, step, council, grade] /= total

    return compiled(fill)
