"""C23: do serious incidents become rarer when case reviews are gathered and published?

Every review stays with the council in one arm; in the other all are gathered and published to every council.
A lesson is as good elsewhere as where it was learned, whatever the two councils are like.
"""

from experiments.claims.contrast import Contrast, Point, Strength, outcome
from experiments.claims.screen import answer
from model.rules.incidents import learn_from_published_reviews, publish_case_reviews, report_case_review
from model.rules.practice import make_effort

CONTRAST = Contrast(
    claim="C23",
    says="Serious case reviews that are brought together spread their lessons.",
    who="reported in December 2015 (A3)",
    rules=(report_case_review, publish_case_reviews, learn_from_published_reviews, make_effort),
    lever="incidents.central_learning",
    levers=(
        "incidents.central_learning",
        "incidents.lesson_spread",
        "incidents.local_loss",
        "incidents.reading_effort",
        "incidents.review_learning",
    ),
    regime="ad_hoc",
    without={"incidents.central_learning": 0},
    with_={"incidents.central_learning": 1},
    measure=outcome("incidents"),
    claimed=-1,
    smallest=0.5,
    reason="one child in two years",
    strength=Strength("incidents.lesson_spread"),
    sides=("government",),
    holds=Point(
        "a tenth of what one council learns is learned elsewhere from reading it",
        {"incidents.lesson_spread": 0.1, "incidents.review_learning": 0.1},
    ),
    fails=Point(
        "reading costs effort, and nothing is learned elsewhere",
        {"incidents.lesson_spread": 0, "incidents.reading_effort": 0.02},
    ),
    beside=(outcome("lessons_spread"), outcome("quality_end")),
)

if __name__ == "__main__":
    answer(CONTRAST)
