"""The cohort that regimes are compared on: councils inadequate when a run begins, followed to its end."""

import numpy as np
import pytest

from model.codes import Grade, Status
from model.ensemble import Worlds, draw_luck, run_block, start_and_advance
from model.facts import load_facts
from model.history import grades_in_force
from model.population import boundary_changes
from model.regimes import SHIPPED, resolve
from model.replay import run_from

QUARTERS, REPLICATES, SEED = 44, 10, 31
START = 8
CLOCKS = ("cohort_weak_quarters", "cohort_quarters_to_better", "cohort_quality")
THREE_YEARS = 12


@pytest.fixture(scope="module")
def luck():
    return draw_luck(SEED, range(REPLICATES), QUARTERS)


def run(luck, *settings, regime="ad_hoc"):
    block = run_block([resolve(regime, settings=given) for given in settings], luck, QUARTERS, watching=True)
    assert (block.status == Status.OK).all()
    return block


def recomputed(watched, members, bar):
    """The three outcomes of a run from what was seen of each council, shape (quarters, councils)."""
    weak = held = 0
    seen = []
    for row in members:
        here = watched["exists"][:, row] == 1
        quality, grade = watched["quality"][here, row], watched["grade"][here, row]
        weak += (quality < bar).sum()
        better = np.flatnonzero(grade != Grade.INADEQUATE)
        held += better[0] + 1 if len(better) else len(grade)
        seen += [quality[THREE_YEARS - 1]] if len(quality) >= THREE_YEARS else []
    return weak / len(members), held / len(members), np.mean(seen)


@pytest.mark.parametrize("start", [0, START])
def test_both_clocks_and_quality_follow_from_what_was_seen_of_the_councils_inadequate_at_the_start(start):
    """Who they are is read off the published judgements."""
    members = np.flatnonzero(grades_in_force(load_facts(), start - 1) == Grade.INADEQUATE)
    assert len(members) > 15
    regimes = [resolve(name) for name in ("ad_hoc", "trust")]
    block = run_from(regimes, resolve(), SEED, range(3), start, QUARTERS - start, watching=True)
    bars = [parameters["inspection.inadequate_bar"] for parameters in regimes for _ in range(3)]
    expected = [recomputed(*run) for run in zip(block.watched, [members] * 6, bars, strict=True)]
    found = np.stack([block.outcomes[name] for name in CLOCKS], axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_starts_above_try_a_council_that_is_abolished_on_the_way():
    abolished = set(boundary_changes()["predecessor"].tolist())
    at_starts = [
        set(np.flatnonzero(grades_in_force(load_facts(), start - 1) == Grade.INADEQUATE))
        for start in (0, START)
    ]
    assert abolished & set.union(*at_starts), "no start tries a council that ends"


# ---- Which way things go


def difference(luck, first, second, regime="ad_hoc"):
    """Means of the paired differences, and their standard errors, by outcome."""
    outcomes = run(luck, first, second, regime=regime).outcomes
    found = {}
    for name in CLOCKS:
        values = outcomes[name].reshape(2, REPLICATES)
        each = values[1] - values[0]
        found[name] = each.mean(), each.std(ddof=1) / np.sqrt(REPLICATES)
    return found


CAPACITY_COUNTS = {"practice.capacity_effect": 2.0}
UP = {"cohort_weak_quarters": -1, "cohort_quarters_to_better": -1, "cohort_quality": 1}


@pytest.mark.parametrize(
    "regime,first,second",
    [
        (
            "no_intervention",
            {"capacity.inadequate_effort": 0.2} | CAPACITY_COUNTS,
            {"capacity.inadequate_effort": 1.4} | CAPACITY_COUNTS,
        ),
        ("ad_hoc", {"support.power": 0.02}, {"support.power": 0.6}),
    ],
)
def test_councils_inadequate_at_the_start_do_better_with_more_drive_or_more_help(luck, regime, first, second):
    for name, (mean, error) in difference(luck, first, second, regime).items():
        assert UP[name] * mean > 2.3 * error, name  # one-sided 97.5% of Student's t with 9 degrees is 2.26


def test_a_harder_bar_keeps_them_weak_for_longer_and_in_intervention_for_longer(luck):
    found = difference(luck, {"inspection.inadequate_bar": 30.0}, {"inspection.inadequate_bar": 38.0})
    for name in ("cohort_weak_quarters", "cohort_quarters_to_better"):
        assert found[name][0] > 2.3 * found[name][1], name


def test_the_cohort_is_the_same_under_every_regime_and_in_every_history(luck):
    """As many as have an inadequate judgement of before 2014, of which all are counted once."""
    records = np.array([resolve(name).record for name in SHIPPED])
    worlds = Worlds.blank(2 * len(SHIPPED))
    start_and_advance(worlds, np.repeat(records, 2), np.tile([0, 1], len(SHIPPED)), luck, 0, 6)
    members = grades_in_force(load_facts(), -1) == Grade.INADEQUATE
    assert (worlds.councils["outcome"]["cohort"] == members).all()
    assert (worlds.nations["followed"]["cohort"] == members.sum()).all()


# ---- Relapse, whose competing end is abolition


def ends_of(watched, before):
    """Councils at risk of relapse by quarters since the exit, relapsed and abolished: three arrays.

    Args:
        watched: of some runs, shape (runs, quarters, councils).
        before: judgements in force when they began, shape (councils,).
    """
    at_risk, relapsed, abolished = np.zeros((3, watched.shape[1] + 2))
    clock = np.full((len(watched), len(before)), -1)
    previous = np.broadcast_to(before, clock.shape)
    for quarter in range(watched.shape[1]):
        now = watched[:, quarter]
        here = now["exists"] == 1
        running = clock > -1
        clock[running] += 1
        np.add.at(abolished, clock[running & ~here], 1)
        np.add.at(at_risk, clock[running & here], 1)
        again = running & here & (now["grade"] == Grade.INADEQUATE)
        np.add.at(relapsed, clock[again], 1)
        out = here & (previous == Grade.INADEQUATE) & (now["grade"] != Grade.INADEQUATE)
        clock[again | (running & ~here)] = -1
        clock[out] = 0
        previous = np.where(here, now["grade"], Grade.NOT_JUDGED)
    return at_risk, relapsed, abolished


FIVE_YEARS = 20


def product_limit(at_risk, relapsed):
    """Relapse within five years if nobody were abolished (Kaplan and Meier), in percent."""
    durations = slice(1, FIVE_YEARS + 1)
    return 100.0 * (1.0 - np.prod(1.0 - relapsed[durations] / at_risk[durations]))


def cumulative_incidence(at_risk, relapsed, abolished):
    """Relapse within five years beside abolition (Aalen and Johansen), in percent."""
    well, relapse = 1.0, 0.0
    for duration in range(1, FIVE_YEARS + 1):
        there = at_risk[duration] + abolished[duration]
        relapse += well * relapsed[duration] / there
        well *= 1.0 - (relapsed[duration] + abolished[duration]) / there
    return 100.0 * relapse


def test_the_two_estimates_part_where_others_are_abolished():
    """Of ten, five are abolished after a quarter and one of the rest relapses after two: a fifth if nobody
    were abolished, a tenth as it was.
    """
    at_risk, relapsed, abolished = np.full((3, FIVE_YEARS + 1), 0.0)
    at_risk[1], abolished[1], at_risk[2], relapsed[2] = 5.0, 5.0, 5.0, 1.0
    at_risk[3:] = 4.0
    assert product_limit(at_risk, relapsed) == pytest.approx(20.0)
    assert cumulative_incidence(at_risk, relapsed, abolished) == pytest.approx(10.0)


@pytest.mark.slow
def test_abolition_competes_with_relapse_too_seldom_to_matter():
    """The model leaves it out; by Aalen and Johansen relapse would be lower by less than 0.2 points.

    That is a tenth of the smallest difference of relapse that matters.
    """
    before = grades_in_force(load_facts(), -1)
    tables = np.zeros((3, QUARTERS + 2))
    estimates = []
    for first in range(0, 200, 20):
        block = run_block(
            [resolve()], draw_luck(1, range(first, first + 20), QUARTERS), QUARTERS, watching=True
        )
        tables += ends_of(block.watched, before)
        estimates += block.outcomes["relapse"].tolist()
    plain, beside = product_limit(*tables[:2]), cumulative_incidence(*tables)
    assert plain == pytest.approx(np.mean(estimates), abs=0.05)
    assert 0.0 < plain - beside < 0.2
    assert 1.0 < tables[2, : FIVE_YEARS + 1].sum() / 200 < 1.5, (
        "abolished within five years of the exit, a run"
    )
