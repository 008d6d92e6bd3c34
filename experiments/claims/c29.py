"""C29: do partners in practice burden the directors of councils that help?

A broad alliance helps those who fail in one arm, a few partners in practice in the other. Beside it stands
what passing over chief executives does by itself, and what both do together.
"""

from experiments.claims.contrast import Contrast, Further, Point, Strength, average
from experiments.claims.screen import answer
from model.rules.helping import bear_burden
from model.rules.leadership import engage_chief_executive, leaving_hazard_of_director

CONTRAST = Contrast(
    claim="C29",
    says="Partners in practice burden directors and sideline chief executives.",
    who="Local Government Association, 2017 (A4)",
    rules=(bear_burden, leaving_hazard_of_director, engage_chief_executive),
    lever="regime.support_mix",
    levers=(
        "regime.support_mix.alliance",
        "regime.support_mix.partner_in_practice",
        "support.chief_executive_gain",
        "support.helper_burden",
        "director.burden_leaving",
    ),
    regime="sector_led",
    without={
        "regime.support_mix.alliance": 1,
        "regime.support_mix.partner_in_practice": 0,
    },
    with_={
        "regime.support_mix.alliance": 0,
        "regime.support_mix.partner_in_practice": 1,
    },
    measure=average("director_tenure_helpers", 12, 44),
    claimed=-1,
    smallest=2.0,
    reason="a twentieth of a director's usual time in post",
    strength=Strength("director.burden_leaving"),
    sides=("sector",),
    shared={"regime.partners_in_practice": 1},
    further=(
        Further(
            "chief executives",
            "passing over chief executives against engaging them, with partners in practice in both arms",
            without={
                "regime.chief_executives": 1,
                "regime.support_mix.alliance": 0,
                "regime.support_mix.partner_in_practice": 1,
            },
            with_={"regime.chief_executives": -0.5},
        ),
        Further(
            "both",
            "partners in practice and chief executives passed over, against the alliance and chief executives"
            " engaged",
            without={"regime.chief_executives": 1},
            with_={"regime.chief_executives": -0.5},
        ),
    ),
    holds=Point(
        "helping burdens as much as it can, partners help four councils at a time, those who require"
        " improvement among them, and burdened directors leave",
        {
            "director.burden_leaving": 1.2,
            "support.helper_burden": 0.4,
            "support.partner_capacity": 4,
            "regime.early_support": 0.1,
            "regime.early_support_kind": "partner_in_practice",
        },
    ),
    fails=Point("with nothing else set"),
    beside=(average("helper_burden", 12, 44), average("chief_engagement", 12, 44)),
    bundled=("sector_led", "partners_in_practice"),
    doubt=(
        "The burden of helping hardly shortens tenure, and who helps differs between the arms: partners are"
        " councils of another kind. That chief executives are passed over goes with partners in practice by"
        " no rule; it is put in where it is tried."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
