"""The claims as experiments: their designs are sound, both verdicts are reached, the engines agree."""

import dataclasses
import errno
import fnmatch
import math
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from ensemble_helpers import differences

from experiments import claims, document
from experiments.claims import CLAIMS, contrast_of, find_contrasts, record
from experiments.claims.__main__ import main
from experiments.claims.background import background
from experiments.claims.contrast import Contrast, Point, Strength, average, in_quarter, outcome
from experiments.claims.measuring import Finding, measure, verdict
from experiments.claims.proxies import proxies
from experiments.claims.record import kept, read, write
from experiments.claims.sets import sets_for
from experiments.claims.words import numbers
from experiments.comparison import Mean
from experiments.effects import EFFECTS
from experiments.ending import NOT_ALLOWED, exit_code_of
from experiments.errors import StudyError
from experiments.posterior import shipped_posterior
from model.ensemble import Worlds, draw_luck, start_and_advance
from model.indicators import quarter_fields
from model.registry import ParameterError, registry
from model.rules.practice import build_capacity
from model.simulation import Simulation

ROOT = Path(__file__).parents[1]
MOST_SETTINGS = 5
POINTS = ("holds", "fails")
SEED, REPLICATES = 11, 32
COUNCILS = tuple(range(0, 158, 8))
FEW_QUARTERS = 16

every_claim = pytest.mark.parametrize("claim", CLAIMS)


def at_the_points(contrast):
    """The contrast without its parts, and what is only reported beside its two points."""
    return dataclasses.replace(contrast, parts=(), beside=(), also_under=(), bundled=None)


@pytest.fixture(scope="module")
def few_histories():
    """A few histories of every claim at both points: (claim, trial) -> finding."""
    found = measure([at_the_points(contrast) for contrast in find_contrasts()], REPLICATES, SEED)
    return {(finding.contrast.claim, finding.trial): finding for finding in found}


# ---- Designs


def test_every_claim_of_the_debate_has_a_file_of_its_own():
    files = {path.stem for path in Path(claims.__file__).parent.glob("c[0-9]*.py")}
    assert files == {claim.lower() for claim in CLAIMS}
    assert [contrast.claim for contrast in find_contrasts()] == list(CLAIMS)
    named = {claim for entry in registry().values() for claim in re.findall(r"\bC\d\d\b", entry.source)}
    assert named <= set(CLAIMS)


@every_claim
def test_a_claim_says_what_it_asks_and_what_differs(claim):
    contrast = contrast_of(claim)
    assert contrast.question.endswith("?")
    for text in (contrast.compared, contrast.says):
        assert text.endswith(".")
    for text in (contrast.who, contrast.reason, contrast.holds.says, contrast.fails.says):
        assert text
        assert not text.endswith(".")
    assert contrast.rules
    assert len(set(contrast.rules)) == len(contrast.rules)
    for rule in contrast.rules:
        assert rule.__module__.startswith("model.rules.")


@every_claim
def test_the_arms_differ_in_nothing_but_the_levers_declared(claim):
    contrast = contrast_of(claim)
    assert set(contrast.without) == set(contrast.with_)
    assert set(contrast.arms) <= set(contrast.levers) <= set(registry())
    for point in (contrast.holds, contrast.fails):
        assert not set(point.both) & set(contrast.arms)
        assert set(point.without) | set(point.with_) <= set(contrast.arms)
        assert len(point.both) + len(point.without) + len(point.with_) <= MOST_SETTINGS
    for trial in at_the_points(contrast).trials():
        differ = {name for name in registry() if trial.without[name] != trial.with_[name]}
        assert differ
        assert differ <= set(contrast.arms)
    assert contrast.in_one_lever == (not contrast.bundle), "what else differs is declared, with its reason"
    assert any(name == contrast.lever or name.startswith(f"{contrast.lever}.") for name in contrast.arms)


def test_arms_that_differ_in_two_mechanisms_are_few_and_their_parts_stand_beside():
    bundles = {contrast.claim: contrast for contrast in find_contrasts() if contrast.bundle}
    assert set(bundles) == {"C10", "C11", "C41"}
    assert bundles["C10"].further
    assert bundles["C11"].further


@every_claim
def test_further_arms_differ_from_one_another_and_are_allowed(claim):
    contrast = contrast_of(claim)
    assert len({one.name for one in contrast.further}) == len(contrast.further)
    for one in contrast.further:
        without, with_ = contrast.at(one).arms_of({})
        assert without != with_, one.name
        assert (without, with_) != contrast.arms_of({}), one.name
    for part in contrast.parts:
        assert part.says.endswith(".")
        assert part.smallest >= EFFECTS[part.measure.name].over(contrast.quarters) - 1e-9


def test_the_arms_that_the_list_of_claims_asks_for_are_there():
    """C18 two quarters against none, 4 and 8; C10 a grid of funding and need; C07 under every regime."""
    deadlines = contrast_of("C18")
    against = [deadlines.at(one).without["regime.takeover_deadline"] for one in deadlines.further]
    assert [deadlines.without["regime.takeover_deadline"], *against] == [0, 4, 8]
    assert deadlines.strength.name == "regime.takeover_deadline"
    money = contrast_of("C10")
    cells = [money.with_, *(money.at(one).with_ for one in money.further)]
    grid = {(one["nation.funding_shift"], one["demand.need_growth"]) for one in cells}
    assert grid == {(f, n) for f in (0, -0.015, -0.03) for n in (0, 0.0015, 0.003)} - {(0, 0)}
    under = {one.regime for one in contrast_of("C07").further}
    assert under == {"no_intervention", "sector_led", "private_provider", "trust"}
    for claim, kind in (("C01", "alliance"), ("C03", "trust")):
        other = contrast_of(claim)
        (one,) = other.further
        name = f"regime.takeover_mix.{kind}"
        assert (other.at(one).without[name], other.at(one).with_[name]) == (1, 0)


# ---- What is said of them


@pytest.mark.parametrize(
    "claim, trial, name, way",
    [
        ("C13", "regimes as they are", "quality_after_failure", -1),  # C01: the contract does worse
        ("C26", "holds", "quality_end", -1),
        ("C27", "holds", "quality_end", -1),
        ("C27", "holds", "relapse", 1),
        ("C38", "holds", "quality_after_failure", 1),
        ("C39", "holds", "quality_after_failure", -1),
        ("C39", "holds", "weak_child_years", 1),
    ],
)
def test_doubts_say_what_was_measured(claim, trial, name, way):
    (found,) = [one for one in kept(contrast_of(claim)) if (one.trial, one.measure.name) == (trial, name)]
    assert way * found.difference.mean > 0.0
    assert found.difference.low * found.difference.high > 0.0


def test_what_doubts_call_next_to_nothing_is_less_than_what_matters():
    for finding in kept(contrast_of("C19")):
        if finding.trial == "fails" and finding.measure.name in ("quality_after_failure", "weak_child_years"):
            matters = EFFECTS[finding.measure.name].over(contrast_of("C19").quarters)
            assert abs(finding.difference.mean) < matters / 4
    gap = [one.difference.mean for one in kept(contrast_of("C43")) if one.measure.name == "inspected_gap"]
    assert round(max(gap), 1) == 0.1


def test_points_lie_on_a_background_that_no_fit_moves():
    """Funding of the kept set falls by 1.9081% a year; what a point sets stands before it."""
    assert "falls by 1.9% a year" in contrast_of("C11").holds.says
    (holds, fails) = list(at_the_points(contrast_of("C03")).trials())[:2]
    assert holds.without["nation.funding_growth_2014_2015"] == background()["nation.funding_growth_2014_2015"]
    assert holds.without["support.dependence"] == 0.3 != background().get("support.dependence")
    assert fails.with_["market.skill_mean"] == 0.8
    assert contrast_of("C03").arms_of({})[0]["support.power"] == registry()["support.power"].default


def test_numbers_of_defaults_in_texts_are_those_of_the_registry():
    """Funding, from the description; what is off or none by default."""
    defaults = {name: float(entry.default) for name, entry in registry().items() if entry.type == "number"}
    periods = ("2014_2015", "2016_2019", "2020", "2021_2025")
    growth = [100 * defaults[f"nation.funding_growth_{period}"] for period in periods]
    written = [f"{value:+.1f}%".replace("-", "−") for value in growth]
    odd = (ROOT / "docs/odd.md").read_text("utf-8")
    listed = re.search(r"real growth of funding in four periods to 2025\s+\((.*?)\)", odd, re.DOTALL)
    assert re.findall(r"[−+][\d.]+%", listed[1]) == written
    assert defaults["market.innovation"] == 0.0  # C24
    assert defaults["support.transfer"] > 0.0  # C27
    assert registry()["market.pull_back_visits"].default == 0  # C39: the present trend
    assert registry()["regime.freedom_grade"].default == 1  # C25: outstanding councils alone


def test_for_everything_that_a_claim_may_rest_on_it_is_said_what_can_be_measured():
    """Of all that is fitted, drawn, or named by a claim: a figure, and who has it."""
    posterior = shipped_posterior()
    for contrast in find_contrasts():
        for name in {*sets_for(contrast, posterior, 1).names, *contrast.levers, contrast.strength.name}:
            assert name in proxies(), f"{contrast.claim}: {name}"
            assert proxies()[name].measure
            assert proxies()[name].where
    named = tomllib.loads((Path(claims.__file__).parent / "proxies.toml").read_text("utf-8"))["proxy"]
    for pattern in (pattern for one in named for pattern in one["parameters"]):
        assert fnmatch.filter(registry(), pattern), f"{pattern} names no parameter"


@every_claim
def test_all_settings_are_inside_the_bounds_and_free_of_contradictions(claim):
    trials = list(contrast_of(claim).trials())
    assert [trial.name for trial in trials][:2] == list(POINTS)
    assert len({trial.name for trial in trials}) == len(trials)


@every_claim
def test_what_would_matter_is_no_less_than_for_any_comparison(claim):
    contrast = contrast_of(claim)
    for measured in contrast.measures:
        assert measured.unit
        assert measured.meaning
        if measured.end is not None:
            assert 0 <= measured.first < measured.end <= contrast.quarters
    if contrast.measure.first is None:
        assert contrast.smallest >= EFFECTS[contrast.measure.name].over(contrast.quarters) - 1e-9


# ---- What was measured


@every_claim
def test_the_file_of_what_was_measured_is_about_the_present_contrast(claim):
    contrast = contrast_of(claim)
    found = kept(contrast)
    expected = [(trial.name, m) for trial in contrast.trials() for m in contrast.measures]
    assert [(finding.trial, finding.measure) for finding in found] == expected


@every_claim
def test_a_claim_holds_at_one_point_and_not_at_the_other(claim):
    verdicts = {finding.trial: finding.verdict for finding in kept(contrast_of(claim)) if finding.verdict}
    assert verdicts["holds"] == "holds"
    assert verdicts["fails"] == "does not hold"


@pytest.mark.slow
@every_claim
def test_other_luck_points_the_same_way(claim, few_histories):
    contrast = contrast_of(claim)
    for trial in POINTS:
        difference = few_histories[claim, trial].difference
        assert difference.n > 1
        as_claimed = float(contrast.bears_out(np.asarray(difference.mean))) > 0.0
        assert as_claimed == (trial == "holds"), f"{trial}: {difference}"


def test_a_claim_that_was_edited_or_never_measured_is_found_out(tmp_path):
    contrast = contrast_of("C18")
    file = tmp_path / "measured.csv"
    with pytest.raises(StudyError, match="C18 has not been measured"):
        kept(contrast, file)
    write([a_finding(contrast)], 2, 1, file)
    assert kept(contrast, file) == [a_finding(contrast)]
    with pytest.raises(StudyError, match="C18 was edited since it was measured: run `python -m"):
        kept(dataclasses.replace(contrast, smallest=3.0), file)


def a_finding(contrast, difference=2.5):
    return Finding(contrast, "holds", contrast.measure, 1.0, 3.5, Mean(5, difference, 2.25, 2.75, 0.125))


def test_measuring_a_claim_anew_leaves_the_others(tmp_path):
    file = tmp_path / "measured.csv"
    write([a_finding(contrast_of("C19")), a_finding(contrast_of("C18"))], 2, 1, file)
    write([a_finding(contrast_of("C19"), 4.0)], 7, 1, file)
    rows = [(row["claim"], row["difference"], row["replicates"]) for row in read(file)]
    assert rows == [("C18", "2.5", "2"), ("C19", "4", "7")]


def test_what_was_measured_before_outlives_a_full_disk(tmp_path, monkeypatch, capsys):
    file = tmp_path / "measured.csv"
    write([a_finding(contrast_of("C18"))], 2, 1, file)
    before = file.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", "measured.csv")

    monkeypatch.setattr(record, "_write_rows", full)
    assert exit_code_of(lambda: write([a_finding(contrast_of("C19"))], 2, 1, file)) == NOT_ALLOWED
    assert "measured.csv: No space left on device" in capsys.readouterr().err
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_the_page_needs_no_run(monkeypatch):
    monkeypatch.setattr("model.ensemble.advance_block", lambda: pytest.fail("the model was run"))
    text = document.claims_page()
    for contrast in find_contrasts():
        assert f"## {contrast.claim}\n" in text
        assert contrast.says in text
        assert all(f"`{rule.__name__}`" in text for rule in contrast.rules)
    assert "none about the world" in text


def test_the_design_is_the_same_for_the_same_and_another_for_another_point():
    contrast = contrast_of("C18")
    assert dataclasses.replace(contrast, doubt="another").design == contrast.design
    other = dataclasses.replace(contrast.fails, both={"support.power": 0.06})
    assert dataclasses.replace(contrast, fails=other).design != contrast.design


# ---- Verdicts and measures


@pytest.mark.parametrize(
    "mean, claimed, word",
    [
        (2.860, 1, "holds"),  # one standard error is 1: 1.860 above what matters, the 5% point of t(8)
        (2.85, 1, "cannot be told"),
        (-0.861, 1, "does not hold"),
        (-3.0, 1, "does not hold"),
        (-2.861, -1, "holds"),
        (0.861, -1, "does not hold"),
        (0.0, 0, "cannot be told"),
        (2.861, 0, "does not hold"),
        (-9.0, "not above", "holds"),  # however far it falls
        (-0.861, "not above", "holds"),
        (0.0, "not above", "cannot be told"),
        (2.861, "not above", "does not hold"),
        (9.0, "not below", "holds"),
        (-2.861, "not below", "does not hold"),
    ],
)
def test_verdicts_are_those_of_printed_t_tables(mean, claimed, word):
    assert verdict(Mean(9, mean, math.nan, math.nan, 3.0), claimed, 1.0) == word


def test_a_claim_of_no_difference_holds_where_none_matters():
    assert verdict(Mean(9, 0.1, math.nan, math.nan, 0.03), 0, 1.0) == "holds"


def test_what_was_never_observed_cannot_be_told():
    assert verdict(Mean(0, math.nan, math.nan, math.nan, math.nan), 1, 1.0) == "cannot be told"


def test_an_indicator_is_averaged_over_the_quarters_in_which_it_was_observed():
    rows = np.zeros((2, 4), [("waiting_time", float)])
    rows["waiting_time"] = [[9.0, 1.0, math.nan, 3.0], [9.0, math.nan, math.nan, math.nan]]
    block = SimpleNamespace(quarters=rows)
    found = average("waiting_time", 1, 4).values(block)
    assert found[0] == 2.0
    assert math.isnan(found[1])
    assert in_quarter("waiting_time", 0).values(block).tolist() == [9.0, 9.0]
    assert average("inadequate", 1, 4).meaning.endswith("average quarter of 2014Q2 to 2014Q4")


def test_a_measure_of_councils_that_the_regime_picks_out_says_so():
    assert "other councils fail in each arm" in contrast_of("C01").measure.meaning
    assert "average quarter of" in average("waiting_time", 1, 4).meaning
    assert average("waiting_time", 1, 4).meaning.endswith(
        "other councils wait in each arm, so that part of a difference is who they are"
    )
    for claim in ("C18", "C21"):
        assert "other councils" not in contrast_of(claim).measure.meaning


def test_numbers_have_the_decimals_that_can_be_told():
    # 2 months matter: a quarter of it is 0.5, one decimal.
    contrast = dataclasses.replace(at_the_points(contrast_of("C18")), smallest=2.0)
    assert numbers(a_finding(contrast)) == ("1.0", "3.5", "+2.5", "+2.2 to +2.8")
    beside = dataclasses.replace(a_finding(contrast), measure=outcome("relapse"))
    assert beside.verdict is None
    assert numbers(beside)[2] == "+2.50"


def test_both_arms_meet_the_same_luck():
    same = {"director.blame": 0.6}
    nothing = Contrast(
        claim="C33",
        says="",
        who="",
        rules=(build_capacity,),
        lever="director.blame",
        levers=tuple(same),
        regime="ad_hoc",
        without=same,
        with_=same,
        measure=outcome("director_changes"),
        claimed=1,
        smallest=1.0,
        reason="",
        strength=Strength("director.blame"),
        sides=("sector",),
        holds=Point(""),
        fails=Point("", with_={"director.blame": 1.5}),
        quarters=8,
    )
    first, second = measure([nothing], replicates=3, seed=5)
    assert (first.difference.mean, first.difference.sd) == (0.0, 0.0)
    assert first.without == second.without
    assert second.difference.mean > 0


def test_a_setting_out_of_bounds_is_refused():
    contrast = dataclasses.replace(contrast_of("C18"), holds=Point("", {"support.power": 2}))
    with pytest.raises(ParameterError, match=r"support.power = 2 .*allowed is 0 to 0.7"):
        measure([contrast], replicates=2)


@pytest.mark.parametrize("replicates", [1, 0, 2.5])
def test_too_few_histories_are_refused(replicates):
    with pytest.raises(StudyError, match=r"replicates = .*allowed is a whole number from 2"):
        measure([contrast_of("C18")], replicates=replicates)


# ---- The command


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "experiments.claims", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_claims_are_found_by_number_in_any_spelling_and_order():
    assert [contrast.claim for contrast in find_contrasts(["c19", "C02", "C19"])] == ["C02", "C19"]


@pytest.mark.parametrize(
    "given, hint",
    [("C44", "did you mean C4"), ("18", "did you mean C18"), ("C7", "did you mean C07"), ("x", "allowed")],
)
def test_an_unknown_claim_is_refused_with_the_nearest(given, hint):
    with pytest.raises(StudyError, match=f"no claim is called '{given}'; {hint}"):
        find_contrasts([given])


def test_the_command_says_what_is_wrong_without_a_trace():
    done = command("C99")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: no claim is called 'C99'")
    assert "Traceback" not in done.stderr


def test_the_help_of_the_command_shows_how_to_use_it(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["claims", "--help"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
    shown = capsys.readouterr().out
    for word in ("C18", "--replicates", "--write", "holds", "none about the world"):
        assert word in shown


def test_an_experiment_answers_for_itself():
    before = record.MEASURED.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "experiments.claims.c18", "--replicates", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert contrast_of("C18").says in done.stdout
    assert "none about the world" in " ".join(done.stdout.split())
    assert record.MEASURED.read_bytes() == before


# ---- Both engines


@every_claim
def test_the_engines_agree_bit_for_bit_on_both_arms_of_both_points(claim):
    for trial in at_the_points(contrast_of(claim)).trials():
        for parameters in (trial.without, trial.with_):
            simulation = Simulation(
                parameters=parameters, seed=SEED, quarters=FEW_QUARTERS, councils=COUNCILS
            )
            while simulation.running:
                simulation.step()
            worlds = Worlds.blank(1)
            luck = draw_luck(SEED, [0], FEW_QUARTERS, COUNCILS)
            block = start_and_advance(worlds, parameters.record[np.newaxis], [0], luck, 0, FEW_QUARTERS)
            assert simulation.status == block.status[0] == 0
            assert differences(simulation.worlds(), worlds) == []
            for observed, row in zip(simulation.observations, block.quarters[0], strict=True):
                of_agents = [getattr(observed, name) for name, _, _ in quarter_fields()]
                np.testing.assert_array_equal(of_agents, list(row.tolist()))
