"""C33: does public blame force directors out, as it does football managers?

Directors leave under public blame in one arm; in the other blame leaves them where they are.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.leadership import appoint_director, leaving_hazard_of_director, refill_director_pool

CONTRAST = Contrast(
    claim="C33",
    says="Bad coverage forces directors out: the football manager syndrome.",
    who="Wakefield, 2017 (A4)",
    rules=(
        leaving_hazard_of_director,
        appoint_director,
        refill_director_pool,
    ),
    lever="director.blame",
    levers=("director.blame", "incidents.blame", "director.blame_fade", "director.burned_share"),
    regime="ad_hoc",
    without={"director.blame": 0},
    with_={"director.blame": 0.6},
    measure=outcome("director_changes"),
    claimed=+1,
    smallest=1.0,
    reason="one council's director more each year",
    strength=Strength("director.blame", "with"),
    sides=("sector",),
    facts=("director.blame",),
    holds=Point("with nothing else set"),
    fails=Point(
        "the press forgets within months, and does not blame for single cases",
        {"director.blame_fade": 0.3, "incidents.blame": 0},
    ),
    beside=(
        average("director_tenure", 24, 44),
        average("interim_directors", 24, 44),
        average("director_pool", 24, 44),
    ),
    doubt=(
        "The record of 2014 to 2019 hardly tells how strongly blame drives directors out: trouble before a"
        " judgement explains short tenures as well. Literature on high-profile cases speaks for an effect"
        " and gives no size."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
