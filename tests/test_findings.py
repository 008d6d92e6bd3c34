"""Pages of findings say what the tables hold, and the one kept of the hindcast is of today's tolerances."""

import json
import re

import numpy as np
import polars as pl
import pytest

from experiments.errors import StudyError
from experiments.findings import __main__ as findings
from experiments.findings.of_fit import fit_page
from experiments.findings.of_forecasts import scores_page
from experiments.findings.of_submodels import submodels_page
from experiments.posterior import Posterior, models_shown_same, shipped_posterior, write_posterior

FIGURES = {
    "measure": ["stock", "staff"],
    "figure": ["good, 2014", "turnover, 2017"],
    "unit": ["%", "%"],
    "data": [34.21, 14.72],
    "cases": [152, 140],
    "median": [32.9, 17.0],
    "low_50": [31.6, 16.4],
    "high_50": [34.2, 17.6],
    "low_90": [30.3, 15.96],
    "high_90": [36.2, 18.31],
    "p_value": [0.68, None],
    "tolerance": [4.0, 1.5],
    "fitted": [True, False],
    "outside": [True, True],
    "at_no_effect": [True, False],
    "verdict": ["pass", "fail"],
    "remark": ["outside 90%, as no effect would", ""],
}
MADE = {
    "command": "turnaround hindcast --out h",
    "model_hash": "0123456789abcdef",
    "sets": 200,
    "tolerances_hash": "fedcba9876543210f",
    "joint": {"p_value": 0.02},
}
CLAIMS = {
    "claim": ["C18"],
    "says": ["A deadline speeds up turnaround."],
    "measure": ["months_to_better"],
    "unit": ["months"],
    "difference": [-1.25],
    "low_parameters": [-3.0],
    "high_parameters": [0.5],
    "probability_true": [0.875],
    "break_even": [None],
    "worth_knowing": ["support.power"],
    "region": ["support.power above 0.3"],
    "verdict": ["holds only where"],
}


CALIBRATED = {
    "counts": {
        "quantity": ["good"] * 2,
        "forecast": ["turnaround", "no_change"],
        "quarters": [40, 40],
        "crps": [3.81, 6.1],
        "inside_90": [0.92, 0.05],
    },
    "reliability": {
        "forecast": ["turnaround"] * 2,
        "grade": ["good"] * 2,
        "from": [0.25, 0.5],
        "to": [0.5, 0.75],
        "inspections": [12, 40],
        "mean_probability": [0.35, 0.6],
        "share": [0.67, 0.61],
        "low_95": [0.39, 0.5],
        "high_95": [0.86, 0.7],
    },
    "transforms": {
        "forecast": ["turnaround"] * 2,
        "of": ["next inspections"] * 2,
        "from": [0.0, 0.5],
        "to": [0.5, 1.0],
        "seen": [7, 5],
        "expected": [6.0, 6.0],
    },
}
CEILING = {
    "score": ["log score"],
    "forecaster": ["perfect"],
    "meaning": ["knows all"],
    "expected": [0.21],
    "low_90": [0.1],
    "high_90": [0.3],
}


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(findings, "FOLDER", tmp_path / "docs")
    monkeypatch.setattr(findings, "SHIPPED", tmp_path / "shipped")
    for name, table, file, said in (
        ("hindcast", FIGURES, "figures.csv", "hindcast.json"),
        ("claims", CLAIMS, "verdicts.csv", "manifest.json"),
    ):
        (tmp_path / name).mkdir()
        pl.DataFrame(table).write_csv(tmp_path / name / file)
        (tmp_path / name / said).write_text(json.dumps(MADE))
    return tmp_path


def test_every_figure_stands_beside_the_model_s_with_its_verdict(results):
    findings.write_findings(results)
    page = (results / "docs" / "hindcast.md").read_text()
    assert "Of 2 figures of the record of 2014 to 2019: 1 pass; 1 fail." in page
    assert "- Of 1 that calibration looked at: 1 pass." in page
    assert "- Of 1 that were held out: 1 fail." in page
    assert "- 1 of the 1 that pass lie outside the central 90% of histories" in page
    assert "- 1 would pass in a model in which what they measure has no effect at all" in page
    assert "one history in 50 (p = 0.02): the record would be an odd history of this model." in page
    assert "Taken together the model misses the record, at the level of 5%" in page
    assert "| fitted | pass, outside 90%, as no effect would |" in page
    row = "| staff: turnover, 2017 | % | 14.7 | 17 | 16.4 to 17.6 | 16 to 18.3 | ±1.5 |  | held out |"
    assert f"{row} **fail** |" in page


def test_a_claim_stands_with_its_interval_and_with_the_structures_under_which_it_changes(results):
    structures = {"claim": ["C18"] * 2, "structure": ["halo", "no_blame"], "stays": [True, False]}
    pl.DataFrame(structures).write_csv(results / "claims" / "structures.csv")
    findings.write_findings(results)
    page = (results / "docs" / "claims.md").read_text()
    assert "| −3 to 0.5 | 0.88 |  | `support.power` |" in page
    assert "holds only where: support.power above 0.3 | 1 of 2; not under no_blame |" in page


def test_a_submodel_stands_with_its_change_as_fitted_and_fitted_anew(tmp_path):
    rows = {
        "kind": ["model", "model", "submodel", "submodel", "alternative", "alternative"],
        "title": ["As it is"] * 2 + ["Blame"] * 2 + ["No learning"] * 2,
        "mode": ["as fitted", "fitted anew"] * 3,
        "squared_distance": [81.2, 107.4, 67.0, 119.0, 80.0, 90.0],
        "change": [0.0, 0.0, -14.2, 12.0, -0.2, 9.0],
        "change_low": [0.0, 0.0, -17.0, -0.4, -2.0, 2.0],
        "change_high": [0.0, 0.0, -11.0, 24.0, 1.0, 16.0],
        "passing": [115, 106, 118, 112, 113, 111],
        "log_probability_change": [None, None, 0.04, -15.6, 1.0, 2.0],
    }
    pl.DataFrame(rows).write_csv(tmp_path / "submodels.csv")
    (tmp_path / "structures.json").write_text(json.dumps(MADE))
    page = submodels_page(tmp_path)
    assert "as fitted, 81 and 115 figures passing; fitted anew, 107 and 106 figures passing." in page
    assert "| Blame | **−14** | −17 to −11 | 118 | 0 | +12 | 0 to +24 | 112 | −15.6 |" in page
    assert "**Of 2 structures fitted anew 1 can be told from the model as it is**" in page
    assert page.index("| Blame |") < page.index("| No learning | 0 |")


def test_a_forecast_s_scores_stand_with_their_intervals(tmp_path):
    rows = {
        "origin": ["2018Q4", "2018Q4"],
        "score": ["log score"] * 2,
        "forecast": ["turnaround", "no_change"],
        "inspections": [57, 57],
        "mean": [1.184, float("inf")],
        "low_95": [1.1, None],
        "high_95": [1.3, None],
        "skill": [None, 0.251],
        "skill_low_95": [None, -0.04],
        "skill_high_95": [None, 0.5],
    }
    pl.DataFrame(rows).write_csv(tmp_path / "scores.csv")
    (tmp_path / "rolling.json").write_text(json.dumps(MADE))
    for name, table in CALIBRATED.items():
        pl.DataFrame({"origin": ["all origins"] * 2, **table}).write_csv(tmp_path / f"{name}.csv")
    (tmp_path / "2018Q4/turnaround").mkdir(parents=True)
    pl.DataFrame(CEILING).write_csv(tmp_path / "2018Q4/turnaround/noise_ceiling.csv")
    page = scores_page(tmp_path)
    assert "| log score | 2018Q4 | 57 | turnaround | 1.18 | 1.1 to 1.3 |  |  |" in page
    assert "| log score | 2018Q4 | 57 | no change | infinite |  | 0.251 | −0.04 to 0.5 |" in page
    assert "| log score | 2018Q4 | perfect: knows all | 0.21 | 0.1 to 0.3 |" in page
    assert "| good | no change | 40 | 6.1 | 5% |" in page
    assert "In 1 of 2 bands the chance that was given lies outside" in page
    assert "| good | 25% to 50% | 12 | 35% | 67% | 39% to 86% |" in page
    assert "| next inspections | turnaround | 7 | 5 | 6 |" in page


def test_what_the_record_taught_stands_with_what_has_not_come_to_rest_and_is_worst_found(tmp_path):
    parameters = {
        "parameter": ["inspection.noise", "director.blame"],
        "unit": ["points", "share"],
        "prior_low": [3.0, 0.0],
        "prior_high": [12.0, 1.0],
        "q5": [4.0, 0.06],
        "q95": [6.5, 0.95],
        "shift": [-0.9, 0.01],
        "spread": [0.5, 1.02],
        "learned": [True, False],
        "coverage_50": [0.5, 0.4],
        "coverage_90": [0.92, 0.8],
        "rank_p_value": [0.7, 0.004],
    }
    pl.DataFrame(parameters).write_csv(tmp_path / "parameters.csv")
    rest = {
        "parameter": parameters["parameter"],
        "moved_between_waves": [-0.4, 0.1],
        "moved_between_halves": [0.1, 0.05],
    }
    pl.DataFrame(rest).write_csv(tmp_path / "convergence.csv")
    made = {
        **{"until": "2019Q4", "rows": [8000, 8000], "sets": 300, "effective_size": 210.4},
        **{"by_chance_between_waves": 0.2, "by_chance_between_halves": 0.2, "medoids_of_halves_apart": 1.1},
    }
    (tmp_path / "calibration.json").write_text(json.dumps(MADE | made))
    sets = Posterior(("inspection.noise", "director.blame"), np.array([[5.0, 0.5]]), np.ones(1), {})
    write_posterior(sets, tmp_path / "posterior.parquet")
    page = fit_page(tmp_path)
    assert "**The sets that come with the model are of another fit**" in page
    write_posterior(shipped_posterior(), tmp_path / "posterior.parquet")
    assert "The sets that come with the model were drawn from these." in fit_page(tmp_path)
    assert "The record informs 1 parameters" in page
    assert "**It has not come to rest in 1**, which move farther: `inspection.noise` (0.40)." in page
    assert (
        "the worst by 0.10; chance leads the worst as far as 0.20, were sets independent. None moves" in page
    )
    assert "Intervals of 50% hold 45% of the known values, those of 90% hold 86%." in page
    assert page.index("| `director.blame` | 40% | 80% | 0.004 |") < page.index("| `inspection.noise` | 50% |")
    assert "| `inspection.noise` | points | 3 to 12 | 4 to 6.5 | 50% | −0.90 | yes |" in page


def test_what_claims_rest_on_is_listed_with_what_the_record_informs(results):
    rests = {
        "claim": ["C18", "C18", "C19"],
        "rests": ["in part on the record"] * 2 + ["on no single parameter"],
        "parameter": ["support.power", "regime.patience", None],
        "known": ["fitted", "assumed", None],
        "share": [0.3, 0.2, None],
        "informed_by": ["the record", "not the record", None],
    }
    pl.DataFrame(rests).write_csv(results / "claims" / "rests.csv")
    findings.write_findings(results)
    page = (results / "docs" / "claims.md").read_text()
    row = (
        "| C18 | in part on the record | `support.power` (30%, informed); `regime.patience` (20%, assumed) |"
    )
    assert row in page
    assert "| C19 | on no single parameter |  |" in page
    assert "on the record, 1; on no single parameter, 1" in page


def test_a_page_of_which_there_are_no_results_stays_as_it_is(results, capsys):
    (results / "docs").mkdir()
    (results / "docs" / "forecasts.md").write_text("kept")
    findings.write_findings(results)
    assert (results / "docs" / "forecasts.md").read_text() == "kept"
    assert "forecasts.md: left as it is" in capsys.readouterr().out


def test_verdicts_come_with_the_project_all_or_none(results, capsys):
    findings.write_findings(results)
    assert [file.name for file in findings.SHIPPED.iterdir()] == ["hindcast.json"]
    assert "left as they are, for there is no" in capsys.readouterr().out
    structures = {"claim": ["C18"], "structure": ["halo"], "stays": [True]}
    pl.DataFrame(structures).write_csv(results / "claims" / "structures.csv")
    (results / "claims" / "debate.json").write_text("{}")
    findings.write_findings(results)
    assert {file.name: file.read_text() for file in findings.SHIPPED.iterdir()} == {
        (results / name).name: (results / name).read_text() for name in (*findings.VERDICTS, findings.RECORD)
    }


def test_a_folder_without_any_results_is_refused(tmp_path):
    with pytest.raises(StudyError, match=r"holds no results; looked for fit/calibration\.json"):
        findings.write_findings(tmp_path)


def test_the_hindcast_that_is_kept_was_made_with_tolerances_as_they_are():
    from experiments.hindcast.tolerances import tolerances_hash

    page = (findings.FOLDER / "hindcast.md").read_text("utf-8")
    assert re.search(r"\(hash (\w+)\)", page)[1] == tolerances_hash()[:16]


@pytest.mark.parametrize("name", [name for name in findings.PAGES if (findings.FOLDER / name).is_file()])
def test_what_is_kept_was_found_with_the_rules_as_they_are(name):
    page = (findings.FOLDER / name).read_text("utf-8")
    known = {model[:12] for model in models_shown_same(shipped_posterior())}
    if name == "fit.md":  # which moves the defaults, and so the hash, when it is adopted
        known = {str(shipped_posterior().provenance["model_hash"])[:12]}
    assert re.search(r"\(model (\w+)\)", page)[1] in known
