"""C29: do partners in practice burden directors and sideline chief executives?

A broad alliance helps and chief executives are engaged in one arm; in the other a few partners in practice do
all of the helping and chief executives are passed over.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average
from experiments.claims.screen import answer
from model.rules.helping import bear_burden
from model.rules.leadership import engage_chief_executive, leaving_hazard_of_director

CONTRAST = Contrast(
    claim="C29",
    says="Partners in practice burden directors and sideline chief executives.",
    who="Local Government Association, 2017 (A4)",
    rules=(bear_burden, leaving_hazard_of_director, engage_chief_executive),
    levers=(
        "regime.support_mix.alliance",
        "regime.support_mix.partner_in_practice",
        "regime.chief_executives",
        "support.chief_executive_gain",
        "support.helper_burden",
        "director.burden_leaving",
    ),
    regime="sector_led",
    without={
        "regime.support_mix.alliance": 1,
        "regime.support_mix.partner_in_practice": 0,
        "regime.chief_executives": 1,
    },
    with_={
        "regime.support_mix.alliance": 0,
        "regime.support_mix.partner_in_practice": 1,
        "regime.chief_executives": -0.5,
    },
    measure=average("director_tenure_helpers", 12, 44),
    claimed=-1,
    smallest=2.0,
    reason="a twentieth of a director's usual time in post",
    strength=Strength("support.chief_executive_gain"),
    sides=("sector",),
    shared={"regime.partners_in_practice": 1},
    holds=Point(
        "chief executives respond to whether they are engaged or passed over",
        {"support.chief_executive_gain": 0.2},
    ),
    fails=Point("chief executives hardly respond, as at the defaults"),
    beside=(average("helper_burden", 12, 44), average("chief_engagement", 12, 44)),
    bundled=("sector_led", "partners_in_practice"),
    doubt=(
        "It is passing over chief executives that shortens tenure; the burden of helping by itself hardly"
        " does. Who helps differs between the arms."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
