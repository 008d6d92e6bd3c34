"""C43: does paying for judgements invite gaming of the targets?

Companies manage failing councils, and part of their fee waits for results. It is paid by measured quality in
one arm and by the inspectorate's judgement in the other.
"""

from experiments.claims.contrast import Contrast, Point, Strength, average, outcome
from experiments.claims.screen import answer
from model.rules.contracts import pay_by_results, results_achieved
from model.rules.inspection import expected_score, prepare_for_inspection

CONTRAST = Contrast(
    claim="C43",
    says="Outsourcing invites perverse incentives and the gaming of targets.",
    who="CCN, 2014 (A5)",
    rules=(pay_by_results, results_achieved, prepare_for_inspection, expected_score),
    lever="market.pay_basis",
    levers=(
        "market.pay_basis",
        "market.pay_share",
        "market.pay_gaming",
        "market.pay_effort",
        "market.measurement_cost",
        "inspection.gaming_effect",
    ),
    regime="private_provider",
    without={"market.pay_basis": 1},
    with_={"market.pay_basis": 0},
    measure=outcome("gaming"),
    claimed=+1,
    smallest=0.01,
    reason="one hour in a hundred",
    strength=Strength("market.pay_share"),
    sides=("sector",),
    holds=Point("three tenths of the fee wait for results", {"market.pay_share": 0.3}),
    fails=Point("a twentieth of the fee waits for results", {"market.pay_share": 0.05}),
    beside=(average("inspected_gap", 8, 44), outcome("quality_after_failure"), outcome("relapse")),
    doubt=(
        "How much is gamed is put in; the gap that it opens to true quality is a tenth of a point, over all"
        " inspections of the country."
    ),
)

if __name__ == "__main__":
    answer(CONTRAST)
