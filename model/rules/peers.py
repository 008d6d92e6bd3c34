"""Peer reviews: good councils review others of their kind, teach them, and learn from them. Claim C04."""

from model.agents import Council
from model.codes import Review
from model.parameters import ParameterGroup
from model.rule import rule
from model.rules.arithmetic import clip
from model.rules.support import NEIGHBOURS, NOBODY, is_good
from model.world import World


@rule
def learn_from_peers(council: Council, world: World, p: ParameterGroup) -> None:
    """A council prepares for its review, is taught by its reviewer if there is one, and pays.

    Preparing teaches the more, the better the department is led and the more is left to learn: gain x
    (1 - capacity) x (base + leadership). Councils judged outstanding are not reviewed. Claim C04.
    """
    capacity = council.capacity
    lesson = (
        p.support.peer_review_gain
        * (1.0 - capacity.improvement)
        * (p.support.peer_review_base + council.practice.leadership)
    )
    capacity.improvement = clip(capacity.improvement + lesson, 0.0, 1.0)
    capacity.reviewed = Review.BY_NOBODY.value
    row = find_reviewer(council, world)
    if row >= 0:
        capacity.reviewed = Review.BY_NEIGHBOUR.value
        teach(world.councils[row], council, p)
    pay_for_peer_review(council, p)


@rule
def find_reviewer(council: Council, world: World) -> int:
    """The nearest statistical neighbour that is judged good or outstanding and reviews nobody else now.

    Returns:
        Its row, or -1 when there is none.
    """
    for place in range(NEIGHBOURS):
        row = world.neighbours[council.row * NEIGHBOURS + place].row
        if row >= 0:
            reviewer = world.councils[row]
            if reviewer.exists == 1 and is_good(reviewer) and reviewer.capacity.reviewing == 0:
                return row
    return NOBODY


@rule
def teach(reviewer: Council, council: Council, p: ParameterGroup) -> None:
    """A reviewer passes on part of its lead in capacity, and learns part of that lesson itself.

    lesson = peer learning x max(0, reviewer's capacity - own); reviewer's capacity += peer return x lesson.
    """
    lead = reviewer.capacity.improvement - council.capacity.improvement
    lesson = p.support.peer_learning * max(0.0, lead)
    returned = p.support.peer_return * lesson
    reviewer.capacity.reviewing += 1
    council.capacity.improvement += lesson
    council.capacity.lesson += lesson
    reviewer.capacity.improvement = min(1.0, reviewer.capacity.improvement + returned)
    reviewer.capacity.lesson += returned


@rule
def pay_for_peer_review(council: Council, p: ParameterGroup) -> None:
    """The council pays for its peer review at once, out of reserves."""
    cost = p.budget.peer_review_cost * council.budget.annual
    council.ledger.peer_reviews = cost
    council.ledger.support_total += cost
    council.budget.reserves -= p.budget.peer_review_cost
