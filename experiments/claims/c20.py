"""C20: do emergency inspections after alerts catch failure earlier?

An alert, by staff, families or a serious incident, may bring the inspectorate next quarter in one arm and
changes nothing in the other. Alerts cost the inspectorate nothing but a place in its queue.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.incidents import blow_whistle, suffer_incident
from model.rules.inspection import bring_forward

CONTRAST = Contrast(
    claim="C20",
    says="Emergency inspections after complaints and whistle-blowing catch failure earlier.",
    who="reported in December 2015 (A3)",
    rules=(
        bring_forward,
        blow_whistle,
        suffer_incident,
    ),
    lever="inspection.emergency_chance",
    levers=("inspection.emergency_chance", "incidents.whistleblowing", "inspection.emergency_spacing"),
    regime="ad_hoc",
    without={"inspection.emergency_chance": 0},
    with_={"inspection.emergency_chance": 0.5},
    measure=outcome("undetected"),
    claimed=-1,
    smallest=2.0,
    reason="half a council more, all year, as for those found",
    strength=Strength("incidents.whistleblowing"),
    sides=("government",),
    holds=Point(
        "staff and families raise the alarm readily and early, an alert counts from half a year after a"
        " judgement, and the bar below which services fail is high",
        {
            "incidents.whistleblowing": 0.1,
            "incidents.whistle_margin": 10,
            "inspection.emergency_spacing": 2,
            "inspection.inadequate_bar": 40,
        },
    ),
    fails=Point(
        "no alert brings an inspection within three years of the last",
        {"inspection.emergency_spacing": 12},
    ),
    beside=(outcome("weak_child_years"), average("emergency_inspections", 0, 44)),
)

if __name__ == "__main__":
    answer(CONTRAST)
