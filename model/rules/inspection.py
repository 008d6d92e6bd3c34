"""Inspection: a noisy snapshot every few years of what children get every day.

A score mixes quality and leadership with noise and gaming; bars turn it into a judgement. Alerts can bring
an inspection forward. In recorded history the recorded judgement takes the place of the drawn one, and its
probability given the score becomes the council's weight.
"""

import math

from model.agents import Council, Inspection, Nation
from model.codes import UNKNOWN, Grade, Stage
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import PERCENT, SMALLEST_PROBABILITY, clip, happens, logarithm, normal_below
from model.rules.leadership import replace_director_after_failure

HALF_QUARTER = 0.5


@rule
def inspect_council(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """Prepare, be called forward by alarm or by strain, and be judged if the inspection is due."""
    inspection = council.inspection
    inspection.result = Grade.NOT_JUDGED
    inspection.emergency = 0
    inspection.since += 1.0
    if nation.suspended == 0:
        prepare_for_inspection(inspection, nation, p)
        bring_forward(council, nation, p)
        heed_pressure(council, nation, p)
        if inspection_is_held(council, nation, p):
            nation.inspections_held += 1
            judge(council, nation, p)
        elif council.recorded.inspection == 0 and nation.quarter >= inspection.due:
            postpone_inspection(inspection, council.shock.inspection_interval, nation, p)


@rule
def prepare_for_inspection(inspection: Inspection, nation: Nation, p: ParameterGroup) -> None:
    """Gaming rises when an inspection is near and where the arrangement rewards it. Claim C43."""
    near = (
        p.inspection.preparation_gaming
        if inspection.due - nation.quarter < p.inspection.preparation_quarters
        else 0.0
    )
    wanted = clip(p.inspection.base_gaming + near + inspection.gaming_incentive, 0.0, 1.0)
    inspection.gaming += (wanted - inspection.gaming) * p.inspection.gaming_adjustment


@rule
def bring_forward(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """An alert may bring an emergency inspection next quarter, unless the council was just judged.

    Claim C20.
    """
    inspection = council.inspection
    if (
        council.incidents.alert == 1
        and inspection.grade != Grade.INADEQUATE
        and inspection.since > p.inspection.emergency_spacing
        and happens(p.inspection.emergency_chance, council.shock.emergency)
        and inspection.due > nation.quarter + 1.0
    ):
        inspection.due = nation.quarter + 1.0
        inspection.emergency = 1


@rule
def heed_pressure(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """Under ILACS the next inspection comes the earlier, the more work weighs on the staff there is.

    due -= response x max(0, pressure) a quarter, no sooner after a judgement than the shortest interval and
    not while the council is inadequate. Assumed: an inspectorate that goes where there are signs of trouble.
    """
    inspection = council.inspection
    if (
        nation.ilacs == 1
        and inspection.grade != Grade.INADEQUATE
        and inspection.since >= p.inspection.shortest_interval
    ):
        inspection.due -= p.inspection.pressure_response * max(0.0, council.workforce.pressure)


@rule
def inspection_is_held(council: Council, nation: Nation, p: ParameterGroup) -> bool:
    """Whether a judgement is published: when it is due and an inspector is free, or as the record says.

    After a suspension the councils that are overdue are seen as the inspectorate's capacity allows.
    """
    if council.recorded.inspection == UNKNOWN:
        due = nation.quarter >= council.inspection.due
        return due and nation.inspections_held < p.inspection.capacity
    return council.recorded.inspection == 1


@rule
def postpone_inspection(inspection: Inspection, draw: float, nation: Nation, p: ParameterGroup) -> None:
    """An inspection that was due and, as the record says, was not held, comes some quarters later.

    due = now + 1 + floor(spread of intervals x |draw|): what is left of an interval that has outlasted
    its mean.
    """
    wait = math.floor(p.inspection.interval_spread * abs(draw))
    inspection.due = nation.quarter + 1.0 + wait


@rule
def expected_score(council: Council, p: ParameterGroup) -> float:
    """The score that the inspection would give without noise.

    (1 - weight) x quality + weight x 100 x leadership + gaming effect x (gaming - base) + halo.
    """
    inspection = council.inspection
    score = (
        (1.0 - p.inspection.leadership_weight) * council.practice.quality
        + p.inspection.leadership_weight * PERCENT * council.practice.leadership
        + p.inspection.gaming_effect * (inspection.gaming - p.inspection.base_gaming)
    )
    return score + pull_of(inspection.grade, p)


@rule
def pull_of(grade: int, p: ParameterGroup) -> float:
    """What the judgement in force adds to the next score: halo x (centre - grade), nothing without one."""
    if grade == Grade.NOT_JUDGED:
        return 0.0
    return p.inspection.halo * (p.inspection.halo_centre - grade)


@rule
def bar_of(grade: int, nation: Nation, p: ParameterGroup) -> float:
    """The lowest score that earns a grade; the outstanding bar eased in practice under ILACS."""
    if grade == Grade.OUTSTANDING:
        eased = p.inspection.ilacs_outstanding_shift if nation.ilacs == 1 else 0.0
        return p.inspection.outstanding_bar + eased + nation.bar_shift
    if grade == Grade.GOOD:
        return p.inspection.good_bar + nation.bar_shift
    if grade == Grade.REQUIRES_IMPROVEMENT:
        return p.inspection.inadequate_bar + nation.bar_shift
    return -math.inf


@rule
def grade_for(score: float, nation: Nation, p: ParameterGroup) -> int:
    """The judgement that a score earns."""
    if score >= bar_of(Grade.OUTSTANDING, nation, p):
        return Grade.OUTSTANDING.value
    if score >= bar_of(Grade.GOOD, nation, p):
        return Grade.GOOD.value
    if score >= bar_of(Grade.REQUIRES_IMPROVEMENT, nation, p):
        return Grade.REQUIRES_IMPROVEMENT.value
    return Grade.INADEQUATE.value


@rule
def log_probability_of(grade: int, expected: float, nation: Nation, p: ParameterGroup) -> float:
    """Log probability of a judgement given the expected score: the normal mass between its bars."""
    above = 1.0
    if grade > Grade.OUTSTANDING:
        above = normal_below((bar_of(grade - 1, nation, p) - expected) / p.inspection.noise)
    mass = above
    if grade < Grade.INADEQUATE:
        mass = above - normal_below((bar_of(grade, nation, p) - expected) / p.inspection.noise)
    return logarithm(max(mass, SMALLEST_PROBABILITY))


@rule
def judge(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """Publish a judgement, with everything that follows from it at once.

    Where the record has a judgement without saying which, the score decides.
    """
    inspection = council.inspection
    expected = expected_score(council, p)
    score = expected + p.inspection.noise * council.shock.inspection
    grade = grade_for(score, nation, p)
    if council.recorded.grade > Grade.NOT_JUDGED:
        score = expected
        grade = council.recorded.grade
        inspection.log_weight += log_probability_of(grade, expected, nation, p)
    inspection.leadership_grade = leadership_judgement(council, score, grade, nation, p)
    inspection.score_gap = score - council.practice.quality
    inspection.previous_grade = inspection.grade
    inspection.result = grade
    inspection.since = 0.0
    inspection.count += 1
    if grade == Grade.INADEQUATE:
        fail_inspection(council, nation, p)
    elif grade < inspection.previous_grade:
        council.standing.confidence += p.inspection.confidence_gain
    inspection.grade = grade
    inspection.due = nation.quarter + interval_to_next(grade, council.shock.inspection_interval, nation, p)


@rule
def leadership_judgement(
    council: Council, score: float, grade: int, nation: Nation, p: ParameterGroup
) -> int:
    """The leadership judgement: the same bars, on a score tilted towards leadership.

    Good needs good leadership, and an inadequate council's leadership is never better than requires
    improvement. The record's judgement is used where it is known.
    """
    if council.recorded.leadership_grade > Grade.NOT_JUDGED:
        return council.recorded.leadership_grade
    tilted = (
        score
        + p.inspection.leadership_slope * (council.practice.leadership - p.inspection.leadership_centre)
        + p.inspection.leadership_noise * p.inspection.noise * council.shock.leadership_judgement
    )
    leadership = grade_for(tilted, nation, p)
    if grade <= Grade.GOOD:
        leadership = min(leadership, grade)
    if grade == Grade.INADEQUATE:
        leadership = max(leadership, Grade.REQUIRES_IMPROVEMENT.value)
    return leadership


@rule
def fail_inspection(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """An inadequate judgement: blame, lost confidence, a surge of referrals; the ladder's clock starts.

    It may cost the director the post.
    """
    inspection = council.inspection
    repeated = inspection.grade == Grade.INADEQUATE
    blame = (
        p.inspection.blame_leadership
        if inspection.leadership_grade == Grade.INADEQUATE
        else p.inspection.blame_other
    )
    if repeated:
        blame *= p.inspection.blame_repeated
    else:
        council.demand.surge += p.demand.inadequate_surge
        council.intervention.clock = 0.0
        council.intervention.since_failure = 0.0
        council.intervention.stage = Stage.NONE.value
        inspection.inadequate_in_spell = 0
    council.director.public_blame = min(1.0, council.director.public_blame + blame)
    council.standing.confidence -= p.inspection.confidence_loss
    inspection.inadequate_ever += 1
    inspection.inadequate_in_spell += 1
    replace_director_after_failure(council, nation, p)


@rule
def interval_to_next(grade: int, draw: float, nation: Nation, p: ParameterGroup) -> float:
    """Quarters to the next judgement: the framework's mean and spread, no less than the shortest.

    Under SIF councils were inspected once, and again only if inadequate: the others wait for ILACS, and then
    some quarters more, floor(spread of intervals x |draw|). Source: of 119 councils not judged inadequate at
    their first inspection under SIF none was judged again before 2018.
    """
    mean = p.inspection.interval
    spread = p.inspection.interval_spread
    if grade == Grade.INADEQUATE:
        spread = p.inspection.interval_inadequate_spread
        mean = (
            p.inspection.interval_inadequate_ilacs
            if nation.ilacs == 1
            else p.inspection.interval_inadequate_sif
        )
    luck = clip(draw, -p.inspection.interval_range, p.inspection.interval_range)
    quarters = max(p.inspection.shortest_interval, math.floor(mean + spread * luck + HALF_QUARTER))
    if grade != Grade.INADEQUATE and nation.ilacs_in > 0.0:
        quarters = max(quarters, nation.ilacs_in + math.floor(p.inspection.interval_spread * abs(luck)))
    return quarters
