"""Watching councils: what is seen of each in a quarter, for histories that are kept council by council.

Nothing here acts back on the world. What the columns mean is declared in `model.indicators.CouncilQuarter`.
"""

from model.agents import Council
from model.codes import Grade
from model.indicators import CouncilQuarter
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import MONTHS_PER_QUARTER
from model.rules.inspection import expected_score, pull_of
from model.rules.workforce import permanent_staff


@rule
def watch(council: Council, row: CouncilQuarter, p: ParameterGroup) -> None:
    """Fill what is seen of a council into a `CouncilQuarter`; all zero for one that does not exist.

    The expected score is that of before a judgement of this quarter, which would pull the next one.
    """
    if council.exists == 1:
        inspection = council.inspection
        director = council.director
        workforce = council.workforce
        row.exists = 1
        row.grade = inspection.grade
        row.judged = inspection.result
        row.leadership_judged = (
            inspection.leadership_grade if inspection.result > Grade.NOT_JUDGED else Grade.NOT_JUDGED.value
        )
        row.quality = council.practice.quality
        row.expected_score = expected_score(council, p)
        if inspection.result > Grade.NOT_JUDGED:
            row.expected_score += pull_of(inspection.previous_grade, p) - pull_of(inspection.grade, p)
        row.director_event = director.event
        row.interim = director.interim
        row.tenure = MONTHS_PER_QUARTER * director.tenure
        row.arrangement = council.arrangement.kind
        row.posts = workforce.posts
        row.permanent = permanent_staff(workforce)
        row.agency = workforce.agency
        row.leavers = workforce.leavers
        row.caseload = workforce.caseload
        row.workload = council.demand.workload
        row.looked_after = council.demand.looked_after
        row.spending = council.budget.spending * council.budget.annual
        row.confidence = council.standing.confidence
        row.outcome = council.outcome.children
