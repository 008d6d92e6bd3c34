"""C04: do lessons spread between councils through peer review?

Peer reviews are held in one arm only, as often as peer challenge every three years. What is compared is the
capacity of councils that never failed, because those that did learn for other reasons. Only how good a
reviewer is at improving decides what it passes on, not what the two councils are like.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.helping import bear_burden
from model.rules.peers import find_reviewer, learn_from_peers, pay_for_peer_review, teach

CONTRAST = Contrast(
    claim="C04",
    says="Peer review lets councils learn from each other, so that lessons spread.",
    who="Improvement and Development Agency, about 2009 (A1)",
    rules=(learn_from_peers, find_reviewer, teach, pay_for_peer_review, bear_burden),
    lever="regime.peer_reviews",
    levers=(
        "regime.peer_reviews",
        "support.peer_learning",
        "support.peer_return",
        "support.peer_time",
        "support.peer_review_gain",
        "budget.peer_review_cost",
    ),
    regime="ad_hoc",
    without={"regime.peer_reviews": 0},
    with_={"regime.peer_reviews": 0.08},
    measure=average("capacity_never_failed", 24, 44),
    claimed=+1,
    smallest=0.01,
    reason="a fortieth of the capacity of an ordinary council",
    strength=Strength("support.peer_learning"),
    sides=("sector",),
    holds=Point(
        "a review passes on three tenths of the reviewer's lead",
        {"support.peer_learning": 0.3},
    ),
    fails=Point(
        "a review teaches nobody, and takes the reviewer's time",
        {"support.peer_learning": 0, "support.peer_review_gain": 0, "support.peer_time": 0.05},
    ),
    beside=(outcome("lessons_spread"), outcome("quality_never_failed_end")),
)

if __name__ == "__main__":
    answer(CONTRAST)
