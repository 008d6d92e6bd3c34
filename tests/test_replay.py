"""The replayed past: what is on record holds, what is not is likely, and counts begin anew."""

import numpy as np
import pytest

from model.codes import Grade
from model.ensemble import start_and_advance
from model.facts import load_facts
from model.history import grades_in_force
from model.regimes import resolve
from model.replay import ALLOWED_STARTS, GROUP, StartError, parse_start, replay, run_from, systematic

START, QUARTERS, SEED = 8, 6, 3


@pytest.fixture(scope="module")
def past():
    return replay(resolve("ad_hoc"), SEED, 0, START, QUARTERS)


def test_every_replicate_has_every_council_at_its_recorded_judgement(past):
    exists = past.worlds.councils["exists"][0] == 1
    grades = past.worlds.councils["inspection"]["grade"][:, exists]
    assert (grades == grades_in_force(load_facts(), START - 1)[exists]).all()


def test_what_cannot_be_seen_still_differs_between_replicates(past):
    exists = past.worlds.councils["exists"][0] == 1
    assert past.worlds.councils["practice"]["quality"][:, exists].std(axis=0).min() > 0.1


def test_good_councils_are_likelier_to_be_good_than_inadequate_ones(past):
    """Weighting by the judgement parts the qualities of councils judged good and inadequate."""
    judged = {
        grade: past.inspections["row"][past.inspections["grade"] == grade]
        for grade in (Grade.GOOD, Grade.INADEQUATE)
    }
    quality = past.worlds.councils["practice"]["quality"].mean(axis=0)
    assert quality[judged[Grade.GOOD]].mean() > quality[judged[Grade.INADEQUATE]].mean() + 5


def test_effective_sizes_lie_between_one_and_the_group(past):
    sizes = past.inspections["effective_size"]
    assert ((sizes >= 1.0) & (sizes <= GROUP + 1e-9)).all()
    assert len(sizes) == (37 + 37)  # published in 2014 and 2015, as Ofsted's reports count them


def test_partners_and_providers_are_booked_by_those_who_have_them(past):
    councils = past.worlds.councils
    kinds, allies = councils["arrangement"]["kind"], councils["arrangement"]["ally"]
    for run in range(0, GROUP, 20):
        by_provider = np.isin(kinds[run], (5, 6))
        by_partner = (kinds[run] > 1) & ~by_provider
        for mask, helpers in ((by_provider, past.worlds.providers), (by_partner, past.worlds.partners)):
            booked = np.bincount(allies[run][mask], minlength=helpers.shape[1])
            assert (booked == helpers["load"][run]).all()
            assert (helpers["load"][run] <= helpers["capacity"][run]).all()


def test_counts_begin_anew(past):
    assert past.worlds.councils["outcome"]["inadequate_child_years"].max() == 0.0
    assert past.worlds.durations["still_inadequate"].max() == 0


def test_a_replicate_does_not_depend_on_how_many_were_asked_for():
    regimes = [resolve("ad_hoc"), resolve("trust")]
    few = run_from(regimes, resolve("ad_hoc"), SEED, [3], START, QUARTERS)
    many = run_from(regimes, resolve("ad_hoc"), SEED, [1, 3, 5], START, QUARTERS)
    assert few.quarters.reshape(2, 1, -1)[:, 0].tobytes() == many.quarters.reshape(2, 3, -1)[:, 1].tobytes()


def test_money_is_paid_in_the_quarter_after_a_replay_as_in_any_other(past):
    """Reserves move by funding less payments, whoever was passed on."""
    worlds = past.worlds.of(np.arange(10))
    before = worlds.councils["budget"]["reserves"].copy()
    parameters = np.repeat(resolve("ad_hoc").record[np.newaxis], 10)
    start_and_advance(worlds, parameters, np.arange(10), past.luck, START, 1)
    councils = worlds.councils
    ledger, budget = councils["ledger"], councils["budget"]
    lines = "permanent_staff agency_staff placements early_help provider_fees partner_fees setup peer_reviews"
    paid = sum(ledger[line] for line in lines.split())
    moved = (budget["reserves"] - before) * budget["annual"]
    exists = councils["exists"] == 1
    np.testing.assert_allclose(moved[exists], (ledger["funding"] - paid)[exists], atol=1e-9)


def test_systematic_resampling_takes_each_as_often_as_its_weight_asks():
    """Weights 0.5, 0, 0.25, 0.25 of four: two, none, one and one; survivors stay in their places."""
    drawn = systematic(np.array([2.0, 0.0, 1.0, 1.0]), 0.5)
    assert np.bincount(drawn, minlength=4).tolist() == [2, 0, 1, 1]
    assert drawn[[0, 2, 3]].tolist() == [0, 2, 3]


@pytest.mark.parametrize("text", ["2013Q4", "2020Q2", "2015", "yesterday"])
def test_other_starts_are_refused_with_those_allowed(text):
    with pytest.raises(StartError, match="allowed is a quarter from 2014Q1 to 2020Q1"):
        parse_start(text)
    assert len(ALLOWED_STARTS) == 25
