"""Serious incidents and whistle-blowing: failure that comes to light between inspections.

Poor practice makes serious incidents likelier; each costs confidence, brings blame and work, and after a
delay teaches something through its review: the council itself, and others as far as reviews are published.
"""

import math

from model.agents import Council, Nation
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import TEN_POINTS, clip, exponential, happens


@rule
def publish_case_reviews(nation: Nation) -> None:
    """What was gathered last quarter is before all councils now, and the gathering begins anew. Claim C23."""
    nation.lessons_published = nation.lessons
    nation.reviews_published = nation.reviews_gathered
    nation.lessons = 0.0
    nation.reviews_gathered = 0.0


@rule
def report_case_review(council: Council, nation: Nation, p: ParameterGroup) -> None:
    """A case review that falls due teaches, the more so the better the department is led.

    own = lesson x (1 - local loss x (1 - central)): part of what stays in the file is forgotten; spread x
    central x lesson is gathered for all councils, and reviews are counted by the share central. Claim C23.
    """
    incidents = council.incidents
    if incidents.review_due > 0.0:
        incidents.review_due -= 1.0
        if incidents.review_due <= 0.0:
            lesson = p.incidents.review_learning * council.practice.leadership * p.incidents.review_leadership
            central = p.incidents.central_learning
            kept = lesson * (1.0 - p.incidents.local_loss * (1.0 - central))
            council.capacity.improvement = clip(council.capacity.improvement + kept, 0.0, 1.0)
            nation.lessons += p.incidents.lesson_spread * central * lesson
            nation.reviews_gathered += central


@rule
def learn_from_published_reviews(council: Council, nation: Nation) -> None:
    """Published reviews teach every council: capacity += lessons x (1 - capacity). Claim C23."""
    capacity = council.capacity
    learned = min(1.0, nation.lessons_published) * (1.0 - capacity.improvement)
    capacity.improvement += learned
    capacity.lesson += learned


@rule
def suffer_incident(council: Council, p: ParameterGroup) -> None:
    """A serious incident happens with a hazard that rises as quality falls.

    frequency x sqrt(size) x exp(-effect x (quality - 50) / 10).
    """
    incidents = council.incidents
    incidents.alert = 0
    incidents.happened = 0
    above = (council.practice.quality - p.incidents.quality_reference) / TEN_POINTS
    hazard = (
        p.incidents.frequency * math.sqrt(council.size) * exponential(-p.incidents.quality_effect * above)
    )
    if happens(hazard, council.shock.incident):
        incidents.happened = 1
        incidents.alert = 1
        incidents.count += 1
        incidents.review_due = p.incidents.review_delay
        council.standing.confidence -= p.incidents.confidence_loss
        council.director.public_blame = min(1.0, council.director.public_blame + p.incidents.blame)
        council.demand.surge += p.demand.incident_surge


@rule
def blow_whistle(council: Council, p: ParameterGroup) -> None:
    """Staff or families alert the inspectorate where quality is below the inadequate bar. Claim C20.

    rate x (bar + margin - quality) / 10, less where gaming silences.
    """
    below = (p.inspection.inadequate_bar + p.incidents.whistle_margin - council.practice.quality) / TEN_POINTS
    heard = 1.0 - p.incidents.gaming_silence * council.inspection.gaming
    chance = p.incidents.whistleblowing * clip(below, 0.0, p.incidents.whistle_ceiling) * heard
    if happens(chance, council.shock.whistleblowing):
        council.incidents.alert = 1
