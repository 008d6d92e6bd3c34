"""The report as a browser opens it, and its sentences as the data turn round."""

import itertools
import json
import re

import polars as pl
import pytest

from dashboards.compared import Compared, Reading, read_difference
from dashboards.comparison_words import answer
from dashboards.differences import MAIN, axis_reach, cell, lines
from dashboards.record_kept import record_in_words
from dashboards.report import render, write_report
from experiments.compare import compare
from experiments.comparison import compare_results
from experiments.errors import StudyError
from experiments.posterior import shipped_posterior
from experiments.results import Results, open_results
from model.regimes import SHIPPED

SECTIONS = (*("asked", "answer", "unfolds", "where", "changes", "cost", "table", "sure", "limits", "record"),)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """results of all regimes, six histories and six quarters."""
    path = tmp_path_factory.mktemp("results") / "small"
    compare(replicates=6, quarters=6, out=path, workers=1, posterior="none")
    return path


@pytest.fixture(scope="session")
def report(folder):
    return write_report(folder)


@pytest.fixture
def opened(page, report):
    """The report in a browser; fails on any error in the console and on any request off the file."""
    troubles = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(("file:", "data:", "blob:")) else troubles.append(request.url)
        ),
    )
    page.goto(report.as_uri())
    page.wait_for_selector("#plane .main-svg")
    yield page
    assert troubles == []


def with_runs(results: Results, change) -> Compared:
    """The comparison of some results, their runs changed."""
    runs = change(results.table("runs")).lazy()
    changed = Results(
        results.manifest,
        {**results.tables, "runs": runs},
        results.design,
        results.parameters,
        results.failures,
    )
    return Compared(compare_results(changed))


def shifted(outcome, by):
    """Runs in which an outcome is that of ad hoc in the same history, plus so much, plus a little noise."""

    def change(runs):
        base = runs.filter(pl.col("regime") == "ad_hoc").select("replicate", base=outcome)
        noise = (pl.col("replicate") % 2 - 0.5) * 0.02 * pl.col("regime").ne("ad_hoc")
        wanted = pl.col("regime").replace_strict(by, default=0.0, return_dtype=pl.Float64)
        return runs.join(base, on="replicate", maintain_order="left").with_columns(
            (pl.col("base") + wanted + noise).alias(outcome)
        ).drop("base")  # fmt: skip

    return change


# ---- In a browser


def test_it_opens_without_error_or_request_and_shows_every_section_and_regime(opened):
    for section in SECTIONS:
        assert opened.locator(f"#{section} h2").count() == 1
    text = opened.inner_text("main")
    titles = opened.locator("dl.regimes .regime").all_inner_texts()
    assert len(titles) == len(SHIPPED)
    for title in titles:
        assert text.count(title) >= 4
    assert not re.search(r"\b(nan|NaN|None:? |null|undefined|inf)\b", text)


def test_it_shows_a_fan_and_a_map_for_every_regime(opened):
    assert opened.locator(".fan .main-svg").count() >= len(SHIPPED)
    assert opened.locator(".map[data-regime]").count() == len(SHIPPED)
    for drawing in opened.locator(".map[data-regime]").all():
        assert drawing.locator("use").count() == 154  # 152 councils, two of which cover two tiles


@pytest.mark.parametrize("width", [1280, 768, 390, 320])
def test_no_width_makes_the_page_scroll_sideways_or_cuts_text(opened, width):
    opened.set_viewport_size({"width": width, "height": 900})
    opened.wait_for_timeout(300)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    cut = opened.evaluate(
        """() => [...document.querySelectorAll('.chart, .map')].flatMap((chart) => {
          const box = chart.getBoundingClientRect();
          const texts = [...chart.querySelectorAll('text')].filter((text) => text.textContent.trim());
          const places = texts.map((text) => text.getBoundingClientRect());
          return texts.flatMap((text, i) => {
            const a = places[i];
            const outside = a.left < box.left - 1 || a.right > box.right + 1 || a.bottom > box.bottom + 1;
            const meets = places.some((b, j) => j > i
              && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
              && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2);
            return outside || meets ? [text.textContent] : [];
          });
        })"""
    )
    assert cut == []


def test_nothing_offers_to_send_the_data_away(opened):
    assert opened.locator("[data-title='Share chart...'], .modebar-btn").count() == 0
    assert opened.locator("script[src], link[href^='http'], img").count() == 0


def test_the_indicator_can_be_chosen_by_keyboard_and_changes_charts_and_numbers(opened):
    before = opened.evaluate("document.querySelector('.fan').data[3].y.slice()")
    opened.focus("#indicator")
    opened.keyboard.press("ArrowDown")
    opened.wait_for_timeout(300)
    assert opened.evaluate("document.querySelector('.fan').data[3].y.slice()") != before
    assert (
        opened.locator("#unfolds .wide:not([hidden])").get_attribute("aria-label") == "Table: Good or better"
    )


def test_a_council_can_be_found_by_keyboard_and_is_marked_on_every_map(opened):
    opened.select_option("#council", label="Birmingham")
    assert opened.locator(".map use.found").count() == len(SHIPPED)
    assert opened.locator(".map use.found").first.is_visible()
    assert "Birmingham" in opened.inner_text("#chosen")
    opened.select_option("#measure", index=1)
    assert "years judged inadequate" in opened.inner_text("#chosen")
    assert opened.locator(".map use.found").count() == len(SHIPPED)


def test_pointing_at_a_hexagon_names_the_council(opened):
    opened.locator(".map use[data-c='330']").first.hover()
    assert opened.inner_text("#tip").startswith("Birmingham")


def test_headings_descend_in_order_and_everything_has_a_name(opened):
    levels = opened.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert opened.get_attribute("html", "lang") == "en-GB"
    assert opened.locator("[role=img]:not([aria-label])").count() == 0
    assert opened.evaluate("[...document.querySelectorAll('select')].every((s) => s.labels.length === 1)")


# ---- What is in the file


def test_the_file_is_one_and_carries_command_versions_and_licence(folder, report):
    text = report.read_text("utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert report == folder / "report.html"
    for expected in (manifest["command"], manifest["model_hash"], "Open Government Licence v3.0", "numba"):
        assert expected in text
    assert "A verdict about the model is not a verdict about the world" in text
    assert 5e6 < report.stat().st_size < 8e6


def test_charts_hold_the_quantiles_of_the_stored_quarters(folder, report):
    found = re.search(r'id="fan-updates">(.*?)</script>', report.read_text("utf-8"), re.DOTALL)
    updates = json.loads(found[1])
    table = open_results(folder).table("quarters").filter(pl.col("regime") == "trust")
    for i, (_, group) in enumerate(table.group_by("quarter", maintain_order=True)):
        values = sorted(group["agency_share"].to_list())
        middle = (values[2] + values[3]) / 2  # six histories
        low = values[0] + 0.25 * (values[1] - values[0])  # 0.05 of the way along five gaps
        drawn = updates["agency_share"]["trust"]["y"]
        assert drawn[3][i] == pytest.approx(middle, rel=1e-12)
        assert drawn[0][i] == pytest.approx(low, rel=1e-12)


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(StudyError, match="no results"):
        write_report(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_it_says_so_when_quarters_and_councils_were_not_kept_and_when_there_is_one_regime(tmp_path):
    compare(
        ["trust"], baseline="trust", replicates=2, quarters=2, tables=["runs"], out=tmp_path / "r", workers=1
    )
    text = write_report(tmp_path / "r").read_text("utf-8")
    assert "kept without their quarters" in text
    assert "kept without their councils" in text
    assert "Only one regime was run" in text


def test_what_stands_in_a_users_regime_cannot_become_markup(folder):
    results = open_results(folder)
    manifest = json.loads(json.dumps(results.manifest))
    manifest["regimes"][0]["title"] = "<script>alert(1)</script>"
    hostile = Results(manifest, results.tables, results.design, results.parameters, results.failures)
    assert "<script>alert(1)" not in render(Compared(compare_results(hostile)))


# ---- Sentences


def sentence(compared, lead):
    return dict(answer(compared))[lead]


def test_sentences_turn_round_when_the_data_do(folder):
    results = open_results(folder)
    names = [name for name in SHIPPED if name != "ad_hoc"]
    by = {"trust": -3.0, "mixed": 3.0}
    one = sentence(with_runs(results, shifted("inadequate_mean", by)), "Councils that fail")
    other = sentence(
        with_runs(results, shifted("inadequate_mean", {k: -v for k, v in by.items()})), "Councils that fail"
    )
    assert len(names) == len(SHIPPED) - 1
    assert "lower under Trust (−3.0; −3.0 to −3.0), higher under Mixed (+3.0; +3.0 to +3.0)" in one
    assert "lower under Mixed (−3.0; −3.0 to −3.0), higher under Trust (+3.0; +3.0 to +3.0)" in other
    assert "too little different to matter" in one


def test_when_all_differences_are_small_no_regime_is_named(folder):
    text = sentence(with_runs(open_results(folder), shifted("inadequate_mean", {})), "Councils that fail")
    assert text.endswith(
        "too little different to matter (by less than 0.5 councils in an average quarter)"
        " under every other regime."
    )


def test_when_nothing_can_be_told_apart_it_says_so(folder):
    def noisy(runs):
        swing = (pl.col("replicate") % 2 * 2 - 1.0) * 50.0 * pl.col("regime").ne("ad_hoc")
        return shifted("weak_child_years", {})(runs).with_columns(pl.col("weak_child_years") + swing)

    compared = with_runs(open_results(folder), noisy)
    assert "nothing can be told apart; 6 histories do not show whether" in sentence(compared, "Children")


def test_the_leader_is_named_with_the_size_of_the_lead_and_what_it_is_worth(folder):
    by = {name: 5.0 for name in SHIPPED if name != "ad_hoc"} | {"private_provider": -9.0}
    text = sentence(with_runs(open_results(folder), shifted("weak_child_years", by)), "Who did best")
    assert text.startswith("Private provider left the fewest child-years in weak services, ahead of Ad hoc")
    assert "by an amount that matters" in text
    assert "9.00" in text
    assert "no evidence for them" in text


def test_new_money_for_failure_has_a_sentence_of_its_own(folder):
    by = {name: 300.0 if name == "trust" else 0.0 for name in SHIPPED if name != "ad_hoc"}
    text = sentence(with_runs(open_results(folder), shifted("extra_cost", by)), "Money that follows failure")
    assert "new money for failure was higher under Trust (+" in text


def test_another_regime_comes_first_elsewhere_only_if_it_is_not_the_same_there(folder):
    def harm(inadequate):
        def change(runs):
            by = {name: 5.0 for name in SHIPPED if name != "ad_hoc"} | {"private_provider": -9.0}
            moved = {name: 3.0 for name in SHIPPED if name != "ad_hoc"}
            moved |= {"private_provider": 0.0, "trust": inadequate}
            return shifted("inadequate_mean", moved)(shifted("weak_child_years", by)(runs))

        return sentence(with_runs(open_results(folder), change), "Who did best")

    assert "Of councils judged inadequate Trust had the fewest: which regime" in harm(-9.0)
    assert "had the fewest" not in harm(-0.2)


def test_a_regime_that_never_comes_to_bear_is_named(folder):
    def change(runs):
        base = runs.filter(pl.col("regime") == "ad_hoc").drop("regime")
        trust = runs.filter(pl.col("regime") == "trust").select("regime", "replicate")
        same = trust.join(base, on="replicate", maintain_order="left").select(runs.columns)
        return pl.concat([runs.filter(pl.col("regime") != "trust"), same])

    assert with_runs(open_results(folder), change).comparison.same_as_baseline == ("trust",)
    assert Compared(compare_results(open_results(folder))).comparison.same_as_baseline == ()


def test_what_is_said_of_the_record_is_of_the_posterior_that_comes_with_the_model():
    said = record_in_words(shipped_posterior().hash)
    assert said.startswith("Of 141 figures of the years to 2019: ")
    assert "Taken together the model misses the record" in said
    assert record_in_words("other").startswith("How these sets fit the record")


def test_two_leaders_who_are_alike_are_not_put_in_order(folder):
    by = {name: 5.0 for name in SHIPPED if name != "ad_hoc"} | {"trust": 0.0}
    text = sentence(with_runs(open_results(folder), shifted("weak_child_years", by)), "Who did best")
    assert "differ by too little to matter" in text


# ---- Readings


@pytest.mark.parametrize(
    "verdict, low, high, reading",
    [
        ("better", -2.0, -1.0, Reading("clear", -1)),
        ("worse", 1.0, 2.0, Reading("clear", 1)),
        ("too small", -0.1, 0.1, Reading("small", 0)),
        ("undecided", 0.1, 2.0, Reading("leaning", 1)),
        ("undecided", -0.1, 2.0, Reading("unclear", 0)),
        ("undecided", None, None, Reading("unclear", 0)),
    ],
)
def test_a_difference_is_read_by_its_verdict_and_then_its_interval(verdict, low, high, reading):
    middle = None if low is None else (low + high) / 2
    assert read_difference({"verdict": verdict, "low": low, "high": high, "difference": middle}) == reading


def test_a_cell_is_placed_in_multiples_of_the_smallest_effect_that_matters():
    """An axis of 4 times the smallest effect, 0.5, reaches 2.0 to either side: -1.0 lies a quarter in."""
    row = {
        "outcome": "inadequate_mean", "regime": "trust", "difference": -1.0, "low": -1.5, "high": -0.5,
        "smallest_effect": 0.5, "verdict": "better", "share_larger": 0.25,
    }  # fmt: skip
    drawn = cell(row, reach=4.0)
    assert (drawn.low, drawn.middle, drawn.high, drawn.cut) == (12.5, 25.0, 37.5, 0)
    assert (drawn.difference, drawn.interval, drawn.verdict, drawn.tone) == (
        "−1.0",
        "−1.5 to −0.5",
        "better",
        "better",
    )
    assert cell(row | {"difference": -9.0}, reach=4.0).cut == -1


def test_every_main_outcome_has_a_line_with_a_cell_for_every_other_regime(folder):
    compared = Compared(compare_results(open_results(folder)))
    found = lines(compared, MAIN)
    assert [line.outcome for line in found] == list(MAIN)
    assert {len(line.cells) for line in found} == {len(SHIPPED) - 1}
    assert 3 <= axis_reach(compared.comparison.differences) <= 8


def test_a_single_history_is_called_one_and_has_no_interval_or_range(tmp_path):
    compare(["ad_hoc", "trust"], replicates=1, quarters=4, out=tmp_path / "one", workers=1, posterior="none")
    page = write_report(tmp_path / "one").read_text("utf-8")
    assert "This is one history" in page
    assert "one history, no interval" in page
    for said in ("nine histories of ten", "were enough", "1 histories", "its 95% interval (luck"):
        assert said not in page
