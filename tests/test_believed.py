"""Comparisons, sweeps and single runs on sets of a posterior: the same sets everywhere, weights kept."""

import numpy as np
import polars as pl
import pytest

from dashboards.compared import Compared
from dashboards.report import render, write_report
from dashboards.summaries import council_chances
from experiments.believed import DrawnSets, set_under
from experiments.compare import compare, plan_comparison
from experiments.comparison import compare_results
from experiments.errors import StudyError
from experiments.posterior import Posterior, read_posterior, write_posterior
from experiments.results import BY_SET, open_results
from experiments.single import run_once
from experiments.sweeps import extend, sweep
from experiments.sweeps.study import read_study
from model.codes import Grade
from model.regimes import resolve
from model.registry import ParameterError

NAMES = ("director.blame", "inspection.interval", "support.power")
SETS = 12
BLAME, INTERVAL, POWER = (np.linspace(*ends, SETS) for ends in ((0.05, 0.95), (13.0, 18.0), (0.1, 0.6)))
WEIGHTS = np.array([0.0, *range(1, SETS - 1), 0.0])


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A posterior of twelve sets, the first and last without weight."""
    path = tmp_path_factory.mktemp("posterior") / "mine.parquet"
    values = np.column_stack([BLAME, INTERVAL, POWER])
    write_posterior(
        Posterior(NAMES, values, WEIGHTS / WEIGHTS.sum(), {"command": "by hand", "seed": 7}), path
    )
    return path


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A regime that sets what the posterior holds."""
    path = tmp_path_factory.mktemp("regime") / "strict.toml"
    path.write_text(
        'title = "Strict"\nsummary = "Blames."\n[director]\nblame = 0.9\n[regime]\npeer_reviews = 0.1\n'
    )
    return path


@pytest.fixture(scope="module")
def made(file, strict, tmp_path_factory):
    """A comparison on nine sets with two or three histories each, kept in a folder."""
    folder = tmp_path_factory.mktemp("results") / "made"
    return compare(
        ["ad_hoc", "trust", strict], quarters=6, replicates=20, posterior=file, sets=9, out=folder, workers=1
    )


# ---- Sets and histories


def test_a_set_comes_as_often_as_its_weight_asks_and_one_without_weight_never(file):
    posterior = read_posterior(file)
    for places in (posterior.drawn(5500, seed=2), posterior.stepped(np.arange(5500), 0.3)):
        assert np.bincount(places, minlength=SETS) == pytest.approx(5500 * WEIGHTS / 55, abs=3)
    assert posterior.places_at(np.array([0.0, 1.0 - 1e-16])).tolist() == [1, 10]


def test_more_sets_of_a_sweep_leave_those_before_as_they_were(file):
    posterior = read_posterior(file)
    few, more = (posterior.stepped(np.arange(count), 0.7) for count in (20, 50))
    assert np.array_equal(more[:20], few)


def test_histories_are_shared_out_to_sets_as_evenly_as_can_be(file):
    members = DrawnSets(read_posterior(file), 3, 1, 8).members
    assert [list(each) for each in members] == [[0, 1], [2, 3, 4], [5, 6, 7]]


@pytest.mark.parametrize("sets", [0, 5, 2.5])
def test_a_number_of_sets_that_leaves_one_history_to_some_is_refused(file, sets):
    with pytest.raises(StudyError, match=r"sets = .*allowed with 8 replicates is a whole number from 1 to 4"):
        DrawnSets(read_posterior(file), sets, 1, 8)


# ---- Comparisons


def test_every_regime_meets_the_same_sets_in_the_same_histories(made):
    runs = made.results.table("runs")
    by_regime = [group.sort("replicate").select("replicate", "set") for _, group in runs.group_by("regime")]
    assert all(group.equals(by_regime[0]) for group in by_regime)
    assert by_regime[0]["set"].to_list() == [
        number for number in range(9) for _ in range(2 + (number % 9 in (4, 8)))
    ]


def test_a_history_is_that_of_its_row_of_the_posterior_run_by_itself(made, file):
    posterior = read_posterior(file)
    rows = dict(made.results.sets.select("set", "posterior_row").iter_rows())
    runs = made.results.table("runs")
    for regime, replicate in (("trust", 3), ("ad_hoc", 11)):
        run = runs.filter(regime=regime, replicate=replicate).row(0, named=True)
        place = rows[run["set"]]
        settings = {
            "director.blame": BLAME[place],
            "inspection.interval": INTERVAL[place],
            "support.power": POWER[place],
        }
        alone = run_once(resolve(regime, settings=settings), seed=1, replicate=replicate, quarters=6)
        assert run["quality_end"] == alone.outcome["quality_end"]
        assert run["director_changes"] == alone.outcome["director_changes"]
        assert (
            set_under(posterior, resolve(regime), place).values == resolve(regime, settings=settings).values
        )


def test_what_a_regime_sets_stands_over_the_posterior_and_is_said(made, strict):
    rows = dict(made.results.sets.select("set", "posterior_row").iter_rows())
    run = made.results.table("runs").filter(regime="strict", replicate=5).row(0, named=True)
    place = rows[run["set"]]
    settings = {"inspection.interval": INTERVAL[place], "support.power": POWER[place]}
    alone = run_once(resolve(str(strict), settings=settings), seed=1, replicate=5, quarters=6)
    assert run["quality_end"] == alone.outcome["quality_end"]
    said = made.results.manifest["posterior"]
    assert said["set_otherwise"] == {"strict": ["director.blame"]}
    blame = made.results.parameters.filter(name="director.blame")
    assert dict(blame.select("regime", "origin").iter_rows())["trust"] == BY_SET
    assert blame.filter(regime="strict")["value"].to_list() == ["0.9"]
    assert blame.filter(regime="trust")["value"].to_list() == [None]


def test_results_are_the_same_to_the_last_bit_whatever_the_workers(made, file, strict):
    again = compare(["ad_hoc", "trust", strict], quarters=6, replicates=20, posterior=file, sets=9, workers=3)
    for table in ("runs", "quarters", "councils"):
        assert again.results.table(table).equals(made.results.table(table)), table
    assert again.results.sets.equals(made.results.sets)
    assert again.differences.equals(made.differences)


@pytest.mark.slow
def test_from_a_later_start_each_set_replays_the_past_for_itself(file):
    found = compare(
        ["trust"],
        start="2014Q3",
        quarters=3,
        replicates=4,
        posterior=file,
        sets=2,
        workers=2,
        baseline="trust",
    )
    rows = found.results.sets["posterior_row"].to_list()
    for replicate, place in ((0, rows[0]), (3, rows[1])):
        posterior = read_posterior(file)
        past, future = (set_under(posterior, resolve(name), place) for name in ("ad_hoc", "trust"))
        alone = run_once(future, 1, replicate, 3, 2, past=past)
        run = found.results.table("runs").filter(replicate=replicate).row(0, named=True)
        assert run["quality_end"] == alone.outcome["quality_end"]


def test_the_folder_says_what_every_column_is_and_on_which_posterior_it_rests(made, file):
    results = open_results(made.results.folder)
    codebook = pl.read_csv(results.folder / "codebook.csv")
    tables = {name: results.table(name) for name in ("runs", "quarters", "councils")}
    tables |= {"sets": results.sets, "design": results.design}
    tables |= {name: pl.read_csv(results.folder / f"{name}.csv") for name in ("outcomes", "differences")}
    for name, table in tables.items():
        described = codebook.filter(table=name)
        assert sorted(described["column"].to_list()) == sorted(table.columns), name
    posterior = results.manifest["posterior"]
    assert posterior["hash"] == read_posterior(file).hash
    assert posterior["provenance"] == {"command": "by hand", "seed": 7}
    assert posterior["drawn"] == 9
    assert results.design["director.blame"].to_list() == [None, None, 0.9]


def test_the_command_that_is_kept_names_posterior_and_sets(made, file):
    words = made.results.manifest["command"].split()
    assert words[words.index("--posterior") + 1] == str(file)
    assert words[words.index("--sets") + 1] == "9"


def test_without_a_posterior_nothing_is_drawn_and_sets_are_refused():
    plan = plan_comparison(["ad_hoc"], posterior="none")
    assert plan.study.believed is None
    with pytest.raises(StudyError, match=r"sets = 5: sets are drawn from a posterior, and none is used here"):
        plan_comparison(["ad_hoc"], posterior="none", sets=5)


def test_sets_that_contradict_a_regime_are_counted_and_the_first_is_named(tmp_path):
    dear = Posterior(("market.cost_low",), np.array([[0.03], [0.09]]), np.array([0.5, 0.5]), {})
    write_posterior(dear, tmp_path / "dear.parquet")
    asked = {"regimes": ["ad_hoc"], "replicates": 4, "posterior": tmp_path / "dear.parquet"}
    plan_comparison(**asked, settings={"market.cost_high": 0.1})
    said = r"1 of 2 sets contradict .*row 1 under ad_hoc: market\.cost_low = 0\.09 must not exceed"
    with pytest.raises(ParameterError, match=said):
        plan_comparison(**asked, settings={"market.cost_high": 0.08})


# ---- The report


def test_the_report_says_that_intervals_are_of_luck_and_parameters_and_on_which_sets(made):
    page = write_report(made.results.folder).read_text("utf-8")
    text = page[: page.index("<script>")] + page[page.index("</style>") :]
    assert "Intervals here are about luck and parameters." in text
    assert "luck and nothing else" not in text
    assert "luck alone moves" not in text
    assert made.results.manifest["posterior"]["hash"] in text
    assert "director.blame (strict)" in text
    assert "Parameters and luck apart, for each difference" in text


def test_the_report_without_a_posterior_says_luck_alone(made):
    plain = compare(["ad_hoc", "trust"], quarters=4, replicates=3, posterior="none", workers=1)
    page = render(Compared(compare_results(plain.results)))
    assert "luck and nothing else" in page
    assert "luck and parameters" not in page


def test_histories_of_a_set_that_go_together_count_for_fewer():
    # Ten sets of ten histories, all ten alike: as ten independent ones, not as a hundred. By the variance of
    # the share between sets, 0.5 x 0.5 / 9, nine.
    alike = [Grade.INADEQUATE if number % 2 else Grade.GOOD for number in range(10) for _ in range(10)]
    table = pl.DataFrame(
        {"grade": [int(grade) for grade in alike], "set": np.repeat(np.arange(10), 10)}
    ).with_columns(
        regime=pl.lit("one"), la_code=pl.lit(1), exists=pl.lit(1), inadequate_quarters=0, weak_quarters=0
    )
    assert council_chances(table)["worth"].to_list() == pytest.approx([9.0])
    assert council_chances(table.drop("set"))["worth"].to_list() == [100.0]


# ---- Sweeps

STUDY = {"title": "On sets", "regimes": ["ad_hoc", "trust"], "quarters": 4, "outcomes": ["quality_end"]}


def on(file, **more):
    return {**STUDY, "posterior": {"file": str(file), **more}}


def test_sets_alone_are_the_points_of_a_sweep_and_give_the_runs_of_a_table_of_them(file, tmp_path):
    found = sweep(on(file, sets=8), executor="serial")
    design = found.design.collect()
    assert design.columns == ["point", *NAMES]
    assert not set(design["director.blame"].to_list()) & {BLAME[0], BLAME[-1]}
    design.write_parquet(tmp_path / "points.parquet")
    table = {"kind": "table", "file": str(tmp_path / "points.parquet")}
    again = sweep({**STUDY, "design": table}, executor="threads", workers=2)
    assert again.runs.collect().equals(found.runs.collect())


def test_a_grid_is_crossed_with_sets_and_every_point_meets_the_same(file):
    study = {
        **on(file, sets=4),
        "design": {"kind": "grid"},
        "parameters": {"regime.peer_reviews": {"values": [0.0, 0.1, 0.2]}},
    }
    values = read_study(study).design.values(0, 12)
    assert values[:, 0].tolist() == [0.0] * 4 + [0.1] * 4 + [0.2] * 4
    assert np.array_equal(values[:4, 1:], values[4:8, 1:])
    assert np.array_equal(values[:4, 1:], values[8:, 1:])
    assert np.array_equal(read_study(study).design.values(5, 9), values[5:9])


def test_a_sample_has_a_set_beside_each_point_and_grows_as_it_would_have_been(file, tmp_path):
    study = {
        **on(file),
        "design": {"kind": "sobol", "points": 8},
        "parameters": {"regime.peer_reviews": {}},
    }
    larger = {**study, "design": {"kind": "sobol", "points": 16}}
    sweep(study, tmp_path / "out", executor="serial")
    grown = extend(tmp_path / "out", points=16)
    assert grown.design.collect().equals(sweep(larger, executor="serial").design.collect())


def test_what_the_study_varies_or_sets_is_not_drawn_and_a_regime_keeps_what_it_sets(file, strict):
    study = {**on(file, sets=3), "regimes": ["ad_hoc", str(strict)], "set": {"support": {"power": 0.55}}}
    found = sweep(study, executor="serial")
    assert [factor.name for factor in found.factors] == ["director.blame", "inspection.interval"]
    point = found.design.collect().row(2, named=True)
    settings = {"support.power": 0.55, "inspection.interval": point["inspection.interval"]}
    alone = run_once(resolve(str(strict), settings=settings), 1, 0, 4)
    runs = found.runs.collect()
    assert runs.filter(regime="strict", point=2)["quality_end"].item() == alone.outcome["quality_end"]
    alone = run_once(
        resolve("ad_hoc", settings={**settings, "director.blame": point["director.blame"]}), 1, 0, 4
    )
    assert runs.filter(regime="ad_hoc", point=2)["quality_end"].item() == alone.outcome["quality_end"]


def test_another_posterior_is_never_mixed_with_the_runs_on_one(file, tmp_path):
    sweep(on(file, sets=2), tmp_path / "out", executor="serial")
    one = read_posterior(file)
    heavier = Posterior(one.names, one.values, one.weights[::-1].copy(), one.provenance)
    write_posterior(heavier, tmp_path / "other.parquet")
    with pytest.raises(StudyError, match=rf"posterior: .*{one.hash} there, .*{heavier.hash} here"):
        sweep(on(tmp_path / "other.parquet", sets=2), tmp_path / "out", executor="serial")
    with pytest.raises(StudyError, match=r"posterior: .* there, none here"):
        sweep({**STUDY, "design": {"kind": "grid"}, "parameters": {"director.blame": {}}}, tmp_path / "out")
    assert sweep(on(file, sets=2), tmp_path / "out", executor="serial").runs_asked == 4


@pytest.mark.parametrize(
    "change, said",
    [
        ({"posterior": {"file": "no.parquet"}}, r"no\.parquet: no such file"),
        ({"posterior": {"sets": 0}}, r"\[posterior\] sets = 0: allowed is"),
        ({"posterior": {"set": 3}}, "there is no entry 'posterior.set'; did you mean sets"),
        ({"posterior": {"file": "none"}}, r"\[posterior\] file = 'none': leave the table out instead"),
        ({"design": {"kind": "saltelli", "base": 4}}, "a set of a posterior must not be taken apart"),
        (
            {"design": {"kind": "sobol", "points": 4}, "posterior": {"sets": 3}},
            r"\[posterior\] sets = 3: beside",
        ),
        ({"design": {"kind": "posterior"}}, r"has no \[design\]; say how many under \[posterior\]"),
    ],
)
def test_a_study_that_cannot_rest_on_sets_is_told_why(file, change, said):
    study = {**STUDY, **change, "posterior": {"file": str(file), **change.get("posterior", {})}}
    if "design" in study:
        study["parameters"] = {"regime.peer_reviews": {}}
    with pytest.raises(StudyError, match=said):
        read_study(study)


def test_the_command_line_names_a_posterior_in_place_of_what_a_study_says(file):
    study = read_study(STUDY, str(file), 5)
    assert study.points == 5
    varied = {**on(file), "design": {"kind": "grid", "levels": 2}, "parameters": {"director.blame": {}}}
    assert read_study(varied, "none").drawn is None
    assert read_study(varied).drawn.names == NAMES[1:]
    with pytest.raises(StudyError, match=r"--sets 5: the study has no \[posterior\]"):
        read_study({**STUDY, "design": {"kind": "grid"}}, None, 5)


# ---- The command line


def test_run_takes_a_row_of_a_posterior(cli, file, made, tmp_path):
    row = made.results.sets.row(0, named=True)
    code, out, _ = cli(
        *("run", "--regime", "trust", "--quarters", 6, "--posterior", file),
        *("--posterior-row", row["posterior_row"], "--out", "run.parquet"),
    )
    assert code == 0
    assert f"row {row['posterior_row']} of" in out
    kept = made.results.table("quarters").filter(regime="trust", replicate=0)
    assert pl.read_parquet("run.parquet")["quality_mean"].to_list() == kept["quality_mean"].to_list()


@pytest.mark.parametrize(
    "arguments, said",
    [
        (
            ("compare", "--posterior", "no.parquet"),
            "no.parquet: no such file; allowed are a file, shipped and none",
        ),
        (("compare", "--posterior", "bad.parquet"), "bad.parquet, row 1"),
        (
            ("compare", "--posterior", "mine", "--sets", "9", "--replicates", "10"),
            "sets = 9: allowed with 10",
        ),
        (("compare", "--posterior", "none", "--sets", "9"), "none is used here"),
        (
            ("run", "--posterior", "mine", "--posterior-row", "12"),
            "= 12: allowed is a whole number from 0 to 11",
        ),
        (("run", "--posterior-row", "1"), "--posterior-row 1: name the posterior too"),
    ],
)
def test_what_is_not_allowed_is_said_in_a_sentence(cli, file, tmp_path, arguments, said):
    pl.DataFrame({"weight": [1.0], "director.blame": [99.0]}).write_parquet(tmp_path / "bad.parquet")
    given = [str(file) if word == "mine" else word for word in arguments]
    code, _, err = cli(*given)
    assert code == 2
    assert said in " ".join(err.split())
    assert "Traceback" not in err
    assert not (tmp_path / "results").exists()
