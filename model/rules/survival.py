"""The clocks of failure and recovery: how long councils stay inadequate, until good, and until they relapse.

Exits are seen at inspections only, so each run keeps, for every duration, how many were at risk and how
many left. Spells under way at the start enter late, and those unfinished at the end are censored: the
product-limit estimate (Kaplan and Meier 1958) needs nothing else.

Who fails later differs between regimes. Councils that are inadequate when a run begins are the same under
all, so that what becomes of this cohort can be compared.
"""

from collections.abc import Sequence

from model.agents import Council, Followed
from model.codes import Grade, Support
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.support import is_good
from model.rules.workforce import permanent_staff
from model.world import Duration

OFF = -1
THREE_YEARS = 12
FIVE_YEARS = 20


@rule
def time_failure(council: Council, durations: Sequence[Duration]) -> None:
    """Move the council's clocks on, and count it at risk, out, good or relapsed at the duration reached."""
    outcome = council.outcome
    inspection = council.inspection
    failed = inspection.result == Grade.INADEQUATE and inspection.previous_grade != Grade.INADEQUATE
    if outcome.relapse_clock > OFF:
        outcome.relapse_clock += 1
        reached = durations[min(outcome.relapse_clock, len(durations) - 1)]
        reached.may_relapse += 1
        if failed:
            reached.relapsed += 1
            outcome.relapse_clock = OFF
    if outcome.better_clock > OFF:
        outcome.better_clock += 1
        reached = durations[min(outcome.better_clock, len(durations) - 1)]
        reached.still_inadequate += 1
        if inspection.grade != Grade.INADEQUATE:
            reached.got_better += 1
            outcome.better_clock = OFF
            outcome.relapse_clock = 0
    if outcome.good_clock > OFF:
        outcome.good_clock += 1
        reached = durations[min(outcome.good_clock, len(durations) - 1)]
        reached.not_yet_good += 1
        if is_good(council):
            reached.got_good += 1
            outcome.good_clock = OFF
    if failed:
        outcome.better_clock = 0
        if outcome.good_clock == OFF:
            outcome.good_clock = 0


@rule
def follow_up(council: Council, followed: Followed) -> None:
    """See councils again: three and five years after outside help first ended, three years after a failure.

    All who reach the date are seen, whatever has become of them since: those who failed again, too.
    """
    outcome = council.outcome
    inspection = council.inspection
    if outcome.support_clock > OFF:
        outcome.support_clock += 1
        if outcome.support_clock == THREE_YEARS:
            workforce = council.workforce
            followed.three_years_after_help += 1
            followed.experienced += workforce.experienced_share
            followed.vacancy += max(0.0, 1.0 - permanent_staff(workforce) / workforce.posts)
        elif outcome.support_clock == FIVE_YEARS:
            followed.five_years_after_help += 1
            followed.quality_after_help += council.practice.quality
    elif council.intervention.end_kind > Support.NONE and council.arrangement.kind == Support.NONE:
        outcome.support_clock = 0
    if outcome.failure_clock > OFF:
        outcome.failure_clock += 1
        if outcome.failure_clock == THREE_YEARS:
            followed.three_years_after_failure += 1
            followed.quality_after_failure += council.practice.quality
            outcome.failure_clock = OFF
    elif inspection.result == Grade.INADEQUATE and inspection.previous_grade != Grade.INADEQUATE:
        outcome.failure_clock = 0


@rule
def join_cohort(council: Council) -> None:
    """Who is inadequate when a run begins belongs to its cohort to the end, whatever becomes of it."""
    outcome = council.outcome
    outcome.cohort = 1 if council.inspection.grade == Grade.INADEQUATE else 0
    outcome.cohort_held = outcome.cohort
    outcome.cohort_clock = 0


@rule
def follow_cohort(council: Council, followed: Followed, p: ParameterGroup) -> None:
    """Two clocks of a council that was inadequate when the run began, and its quality after three years.

    One counts quarters of latent quality below the inadequate bar, whatever the judgement; the other those
    until the first better judgement, its own included. Both end with the run, or with a council that is
    abolished, on the same day under every regime.
    """
    outcome = council.outcome
    if outcome.cohort == 1:
        if outcome.cohort_clock == 0:
            followed.cohort += 1
        outcome.cohort_clock += 1
        if council.practice.quality < p.inspection.inadequate_bar:
            followed.cohort_weak += 1
        if outcome.cohort_held == 1:
            followed.cohort_held += 1
            if council.inspection.grade != Grade.INADEQUATE:
                outcome.cohort_held = 0
        if outcome.cohort_clock == THREE_YEARS:
            followed.cohort_seen += 1
            followed.cohort_quality += council.practice.quality
