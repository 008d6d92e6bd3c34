"""What contracts cover, how they are watched and what they pay for, worked by hand."""

import pytest
from helpers import a_council, agrees_when_compiled, covers, parameters

from model.codes import Grade, Support
from model.rules.contracts import (
    apply_terms_of_contract,
    as_far_as_covered,
    difficulty_of_contract,
    pay_by_results,
    residual_pressure,
    results_achieved,
    share_covered,
    share_delivered,
    share_of_fee_due,
    withhold_fee,
)

TROUBLED = {"workforce.pressure": 0.2, "practice.quality": 30.0, "deprivation": 1.0}
FAILING = {"inspection.grade": Grade.INADEQUATE, "practice.quality": 30.0}
BY_JUDGEMENT = {"market.pay_share": 0.2, "market.pay_basis": 0.0}
MIXED_BASIS = {"market.pay_share": 0.2, "market.pay_basis": 0.25, "inspection.good_bar": 60.0}
CONTRACT = {
    "arrangement.private.running_cost": 0.03,
    "arrangement.private.department_running_share": 0.25,
    "market.contract_scope": 0.5,
    "market.residual": 0.2,
    "market.oversight_cost": 0.004,
    "regime.oversight": 0.5,
}


@covers(share_covered)
def test_only_private_contracts_have_a_scope_and_by_default_it_is_the_whole_service():
    narrow = parameters({"market.contract_scope": 0.4})
    kinds = (Support.PRIVATE, Support.TRUST, Support.MUTUAL, Support.ADVISER)
    assert [share_covered(kind, narrow) for kind in kinds] == [0.4, 1.0, 1.0, 1.0]
    assert share_covered(Support.PRIVATE, parameters()) == 1.0


@covers(share_delivered)
@pytest.mark.parametrize("shirk,oversight,delivered", [(0.3, 0.25, 0.775), (0.3, 1.0, 1.0), (0.3, 0.0, 0.7)])
def test_providers_shirk_as_far_as_nobody_looks(shirk, oversight, delivered):
    """1 - 0.3 x 0.75 = 0.775; watched fully they deliver all, unwatched 0.7."""
    p = parameters({"market.shirk": shirk, "regime.oversight": oversight})
    assert share_delivered(p) == pytest.approx(delivered)


@covers(share_delivered)
@pytest.mark.parametrize("oversight", [0.0, 1.0])
def test_where_nobody_would_shirk_oversight_changes_nothing(oversight):
    assert share_delivered(parameters({"market.shirk": 0.0, "regime.oversight": oversight})) == 1.0


@covers(difficulty_of_contract)
@pytest.mark.parametrize("scope,difficulty", [(1.0, 1.4), (0.5, 1.2), (0.25, 1.1)])
def test_the_narrower_the_contract_the_easier_what_goes_out(scope, difficulty):
    """1 + 0.5 x 0.2 + 0.02 x (40 - 30) + 0.1 x 1 = 1.4 in full; half of it 1 + 0.5 x 0.4 = 1.2."""
    p = parameters({"market.contract_scope": scope})
    assert difficulty_of_contract(a_council(TROUBLED), p) == pytest.approx(difficulty)


@covers(results_achieved)
@pytest.mark.parametrize(
    "basis,grade,quality,achieved",
    [
        (0.0, Grade.INADEQUATE, 90.0, 0.0),
        (0.0, Grade.REQUIRES_IMPROVEMENT, 0.0, 1.0),
        (1.0, Grade.INADEQUATE, 30.0, 0.5),
        (1.0, Grade.GOOD, 90.0, 1.0),
        (0.25, Grade.INADEQUATE, 30.0, 0.125),
        (0.25, Grade.REQUIRES_IMPROVEMENT, 30.0, 0.875),
    ],
)
def test_a_result_is_a_judgement_or_quality_or_some_of_both(basis, grade, quality, achieved):
    """With a good bar of 60, quality 30 is half a result, a quarter of that 0.125; the judgement is 0.75."""
    council = a_council({"inspection.grade": grade, "practice.quality": quality})
    p = parameters({"market.pay_basis": basis, "inspection.good_bar": 60.0})
    assert results_achieved(council, p) == pytest.approx(achieved)


@covers(share_of_fee_due)
def test_the_part_that_waits_for_results_is_due_as_far_as_they_are_there():
    """0.125 of the results are there, so 1 - 0.2 x 0.875 = 0.825 of the fee is due."""
    assert share_of_fee_due(a_council(FAILING), parameters(MIXED_BASIS)) == pytest.approx(0.825)
    assert share_of_fee_due(a_council(FAILING), parameters()) == 1.0


def contracted(settings=None):
    return a_council(
        FAILING
        | {
            "arrangement.kind": Support.PRIVATE,
            "arrangement.council_running": 0.0325,
            "arrangement.department_running": 0.0075,
            "arrangement.ring_fence": 0.6,
            "inspection.gaming_incentive": 0.3,
        }
        | (settings or {})
    )


@covers(withhold_fee)
def test_what_is_not_covered_and_what_waits_for_results_is_taken_off_the_bill():
    """Half of the service, of which 0.8 is due: 0.4. The council's 0.0225 becomes 0.009, beside an overspend
    of 0.01; the department's 0.0075 becomes 0.003.
    """
    council = contracted()
    withhold_fee(council, parameters(CONTRACT | BY_JUDGEMENT))
    assert council.arrangement.council_running == pytest.approx(0.019)
    assert council.arrangement.department_running == pytest.approx(0.003)


@covers(withhold_fee)
def test_a_contract_over_the_whole_service_without_results_is_paid_in_full_to_the_last_bit():
    council = contracted()
    withhold_fee(council, parameters())
    assert council.arrangement.council_running == 0.0325
    assert council.arrangement.department_running == 0.0075


@covers(apply_terms_of_contract)
@pytest.mark.parametrize("under_way,residual", [(0.0, 0.0), (1.0, 0.05)])
def test_a_narrow_contract_leads_less_and_leaves_the_hard_part_to_the_council(under_way, residual):
    """Ring fence 0.6 x 0.5 = 0.3; residual 0.2 x 0.5 x (1 - 0.5) = 0.05 once under way; oversight 0.004 x
    0.5.
    """
    council = contracted()
    apply_terms_of_contract(council, under_way, parameters(CONTRACT))
    assert council.arrangement.ring_fence == pytest.approx(0.3)
    assert council.arrangement.residual == pytest.approx(residual)
    assert council.arrangement.oversight == pytest.approx(0.002)
    assert (council.inspection.gaming_incentive, council.capacity.effort_shift) == (0.3, 0.0)


@covers(residual_pressure)
@pytest.mark.parametrize("scope,residual", [(1.0, 0.0), (0.75, 0.0375), (0.5, 0.05), (0.25, 0.0375)])
def test_the_hard_part_presses_most_where_half_of_the_service_went_out_and_not_where_all_did(scope, residual):
    """0.2 x 0.5 x 0.5 = 0.05; 0.2 x 0.75 x 0.25 = 0.0375, and the same of a quarter."""
    p = parameters({"market.residual": 0.2, "market.contract_scope": scope})
    assert residual_pressure(p) == pytest.approx(residual)


@covers(as_far_as_covered)
@pytest.mark.parametrize(
    "lever,covered,felt", [(0.9, 0.5, 0.95), (1.2, 0.25, 1.05), (0.6, 0.0, 1.0), (1.0, 0.4, 1.0)]
)
def test_what_a_contract_does_to_a_ratio_it_does_as_far_as_it_reaches(lever, covered, felt):
    """Half way from 1 to 0.9 is 0.95, a quarter of the way from 1 to 1.2 is 1.05."""
    assert as_far_as_covered(lever, covered) == pytest.approx(felt)


@covers(as_far_as_covered)
@pytest.mark.parametrize("lever", [0.1, 0.3, 0.9, 1.1, 2.3])
def test_a_contract_over_the_whole_service_has_its_levers_to_the_last_bit(lever):
    assert as_far_as_covered(lever, 1.0) == lever


@covers(apply_terms_of_contract)
@pytest.mark.parametrize("kind", [Support.TRUST, Support.MUTUAL])
def test_trusts_and_mutuals_are_overseen_but_have_neither_scope_nor_pay_by_results(kind):
    council = contracted({"arrangement.kind": kind})
    apply_terms_of_contract(council, 1.0, parameters(CONTRACT | MIXED_BASIS))
    arrangement = council.arrangement
    assert (arrangement.ring_fence, arrangement.residual) == (0.6, 0.0)
    assert arrangement.council_running == 0.0325
    assert arrangement.oversight == pytest.approx(0.002)
    assert council.inspection.gaming_incentive == 0.3


@covers(apply_terms_of_contract)
def test_a_contract_without_terms_stays_as_it_was_made():
    council = contracted()
    apply_terms_of_contract(council, 1.0, parameters())
    arrangement = council.arrangement
    assert (arrangement.ring_fence, arrangement.residual, arrangement.oversight) == (0.6, 0.0, 0.0)
    assert (arrangement.council_running, arrangement.department_running) == (0.0325, 0.0075)
    assert (council.inspection.gaming_incentive, council.capacity.effort_shift) == (0.3, 0.0)


PAID = {"market.pay_gaming": 2.0, "market.pay_effort": 1.5, "market.measurement_cost": 0.004}


@covers(pay_by_results)
def test_pay_by_judgement_is_gamed_and_pay_by_quality_is_worked_for():
    """Gaming 0.3 + 2 x 0.2 x 0.75 = 0.6; effort 1.5 x 0.2 x 0.25 = 0.075; oversight 0.002 + 0.004 x 0.25."""
    council = contracted({"arrangement.oversight": 0.002})
    pay_by_results(council, 1.0, parameters(MIXED_BASIS | PAID))
    assert council.inspection.gaming_incentive == pytest.approx(0.6)
    assert council.capacity.effort_shift == pytest.approx(0.075)
    assert council.arrangement.oversight == pytest.approx(0.003)


@covers(pay_by_results)
def test_gaming_has_an_end_and_begins_when_the_contractor_is_in_charge():
    """0.9 + 2 x 0.2 = 1.3 is held at 1."""
    council = contracted({"inspection.gaming_incentive": 0.9})
    pay_by_results(council, 0.0, parameters(BY_JUDGEMENT | PAID))
    assert council.inspection.gaming_incentive == 0.9
    pay_by_results(council, 1.0, parameters(BY_JUDGEMENT | PAID))
    assert council.inspection.gaming_incentive == 1.0
    assert (council.capacity.effort_shift, council.arrangement.oversight) == (0.0, 0.0)


@covers(apply_terms_of_contract, pay_by_results)
@pytest.mark.parametrize("basis,games", [(0.0, True), (1.0, False)])
def test_whether_results_invite_gaming_depends_on_what_counts_as_one(basis, games):
    council = contracted()
    p = parameters(PAID | {"market.pay_share": 0.3, "market.pay_basis": basis})
    apply_terms_of_contract(council, 1.0, p)
    assert (council.inspection.gaming_incentive > 0.3) == games
    assert (council.capacity.effort_shift > 0.0) != games


@pytest.mark.slow
def test_terms_are_the_same_when_compiled():
    settings = CONTRACT | MIXED_BASIS | PAID | {"market.shirk": 0.3}
    assert agrees_when_compiled(apply_terms_of_contract, contracted(), 1.0, settings=settings)
    assert agrees_when_compiled(difficulty_of_contract, a_council(TROUBLED), settings=settings)
