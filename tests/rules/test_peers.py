"""Peer reviews: who reviews whom, what is taught and learned, and what it costs."""

import pytest
from helpers import a_council, a_world, agrees_when_compiled, covers, parameters

from model.codes import Grade, Review
from model.rules.peers import find_reviewer, learn_from_peers, pay_for_peer_review, teach

NOBODY = -1
GOOD = {"inspection.grade": Grade.GOOD}
REVIEWED = {
    "capacity.improvement": 0.6,
    "practice.leadership": 0.7,
    "budget.annual": 60.0,
    "budget.reserves": 0.1,
    "ledger.support_total": 1.0,
}


@covers(learn_from_peers, pay_for_peer_review)
def test_a_peer_review_teaches_by_leadership_and_by_what_is_left_to_learn_and_is_paid_for():
    """0.6 + 0.05 x (1 - 0.6) x (0.5 + 0.7) = 0.624. It costs 0.00025 x 60 = 0.015 £m, 0.00025 of a year's
    budget.
    """
    council = a_council(REVIEWED)
    learn_from_peers(council, a_world([council]), parameters({"support.peer_review_gain": 0.05}))
    assert council.capacity.improvement == pytest.approx(0.624)
    assert council.ledger.peer_reviews == pytest.approx(0.015)
    assert council.ledger.support_total == pytest.approx(1.015)
    assert council.budget.reserves == pytest.approx(0.09975)


@covers(pay_for_peer_review)
def test_what_a_peer_review_costs_leaves_the_reserves_pound_for_pound():
    council = a_council(REVIEWED)
    pay_for_peer_review(council, parameters())
    assert (0.1 - council.budget.reserves) * 60.0 == pytest.approx(council.ledger.peer_reviews)


@covers(find_reviewer)
def test_the_nearest_statistical_neighbour_that_is_good_and_free_is_the_reviewer():
    """Of the neighbours 4, 1, 3, 2 the nearest was merged away, the next has not been good enough, the third
    reviews somebody else already.
    """
    council = a_council()
    others = [
        a_council({"inspection.grade": Grade.REQUIRES_IMPROVEMENT}),
        a_council({"inspection.grade": Grade.OUTSTANDING}),
        a_council(GOOD | {"capacity.reviewing": 1}),
        a_council(GOOD | {"exists": 0}),
    ]
    world = a_world([council, *others], neighbours={0: [4, 1, 3, 2], 2: [0]})
    assert find_reviewer(council, world) == 2
    others[2].capacity.reviewing = 0
    assert find_reviewer(council, world) == 3
    assert find_reviewer(others[1], world) == NOBODY, "its one neighbour is not good itself"


TAUGHT = {"support.peer_learning": 0.25, "support.peer_return": 0.5}


@covers(teach)
def test_a_reviewer_passes_on_part_of_its_lead_and_learns_part_of_the_lesson_itself():
    """0.25 x (0.8 - 0.4) = 0.1 is learned; half of it comes back."""
    reviewer, council = a_council({"capacity.improvement": 0.8}), a_council({"capacity.improvement": 0.4})
    teach(reviewer, council, parameters(TAUGHT))
    assert council.capacity.improvement == pytest.approx(0.5)
    assert reviewer.capacity.improvement == pytest.approx(0.85)
    assert (council.capacity.lesson, reviewer.capacity.lesson) == (pytest.approx(0.1), pytest.approx(0.05))
    assert (reviewer.capacity.reviewing, council.capacity.reviewing) == (1, 0)


@covers(teach)
@pytest.mark.parametrize("own,settings", [(0.9, TAUGHT), (0.4, {})], ids=["it is ahead", "neutral"])
def test_who_is_ahead_of_its_reviewer_learns_nothing_from_it_but_takes_its_time(own, settings):
    reviewer, council = a_council({"capacity.improvement": 0.8}), a_council({"capacity.improvement": own})
    teach(reviewer, council, parameters(settings))
    assert (council.capacity.improvement, reviewer.capacity.improvement) == (own, 0.8)
    assert (council.capacity.lesson, reviewer.capacity.reviewing) == (0.0, 1)


@covers(learn_from_peers)
@pytest.mark.parametrize(
    "neighbours,settings,capacity",
    [([1], TAUGHT, 0.668), ([1], {}, 0.624), ([], TAUGHT, 0.624)],
    ids=["taught by its neighbour", "neutral", "nobody is free to review"],
)
def test_what_is_taught_comes_on_top_of_what_preparing_teaches(neighbours, settings, capacity):
    """Preparing: 0.6 + 0.05 x 0.4 x 1.2 = 0.624. Taught: 0.25 x (0.8 - 0.624) = 0.044 more."""
    council, reviewer = a_council(REVIEWED), a_council(GOOD | {"capacity.improvement": 0.8})
    world = a_world([council, reviewer], neighbours={0: neighbours})
    learn_from_peers(council, world, parameters({"support.peer_review_gain": 0.05} | settings))
    assert council.capacity.improvement == pytest.approx(capacity)
    by_whom = Review.BY_NEIGHBOUR if neighbours else Review.BY_NOBODY
    assert (council.capacity.reviewed, reviewer.capacity.reviewing) == (by_whom, len(neighbours))
    assert council.ledger.peer_reviews == pytest.approx(0.015)


@pytest.mark.slow
def test_teaching_is_the_same_when_compiled():
    reviewer, council = a_council({"capacity.improvement": 0.83}), a_council({"capacity.improvement": 0.41})
    assert agrees_when_compiled(teach, reviewer, council, settings=TAUGHT)


@covers(find_reviewer)
def test_the_council_in_the_first_row_reviews_like_any_other_and_missing_neighbours_do_not():
    reviewer, council = a_council({"inspection.grade": Grade.GOOD}), a_council()
    assert find_reviewer(council, a_world([reviewer, council], neighbours={1: [0]})) == 0
    lonely = a_world([council, reviewer], neighbours={})
    assert find_reviewer(council, lonely) == -1


@covers(learn_from_peers)
def test_a_review_by_the_council_in_the_first_row_is_one_by_a_neighbour():
    reviewer, council = a_council({"inspection.grade": Grade.GOOD}), a_council()
    learn_from_peers(council, a_world([reviewer, council], neighbours={1: [0]}), parameters())
    assert (council.capacity.reviewed, reviewer.capacity.reviewing) == (1, 1)


@covers(teach)
def test_a_reviewer_who_knows_all_there_is_learns_no_more():
    """1 + 0.5 x 0.5 x (1 - 0.5) is held at 1."""
    reviewer, council = (a_council({"capacity.improvement": known}) for known in (1.0, 0.5))
    teach(reviewer, council, parameters({"support.peer_learning": 0.5, "support.peer_return": 0.5}))
    assert reviewer.capacity.improvement == 1.0


@covers(find_reviewer)
def test_after_a_neighbour_that_is_missing_the_next_is_asked():
    reviewer, council, other = a_council(GOOD), a_council(), a_council(GOOD)
    assert find_reviewer(council, a_world([reviewer, council, other], neighbours={1: [NOBODY, 0]})) == 0
