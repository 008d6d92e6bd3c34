"""The pages on what a sweep says, as a browser opens them, and the commands that write them."""

import base64
import csv
import json
import re
import shlex
from dataclasses import replace

import numpy as np
import pytest
from sweeps_in_memory import (
    g_function,
    hypercube,
    saltelli,
    shared_luck,
    sweep,
    trajectories,
    unit_factor,
)

from dashboards.discovery_page import write_discovery_page
from dashboards.robustness_page import write_robustness_page
from dashboards.sensitivity_page import write_sensitivity_page
from experiments.errors import StudyError
from experiments.intervals import Interval
from experiments.sweeps.discovery import discover
from experiments.sweeps.measures import around
from experiments.sweeps.robustness import assess_robustness
from experiments.sweeps.sensitivity import analyse_sensitivity
from model.registry import registry
from turnaround.extras import analysis_extra

LONG = "arrangement.partner_in_practice.setup_quarters"
NAMES = ("director.blame", "arrangement.trust.power", LONG, "regime.freedoms", "dummy")
FACTORS = (
    *(unit_factor(name) for name in NAMES),
    unit_factor("regime.fallback", values=("none", "adviser", "alliance")),
)
WHERE = "trust.weak_child_years < ad_hoc.weak_child_years"
COMMAND = "turnaround sensitivity results/study --seed 1"


def swept(design, replicates=4):
    """A sweep of three regimes and two outcomes, with luck."""
    harm = g_function((0.5, 2.0, 9.0))
    return sweep(
        FACTORS,
        design,
        {
            "weak_child_years": {
                "ad_hoc": lambda x: 10 + harm(x),
                "trust": lambda x: 10 + harm(x) + 2 * x[:, 1] - 1.2 * (x[:, 5] > 1 / 3) - 0.4,
                "mixed": lambda x: 11 + 0 * x[:, 0],
            },
            "extra_cost": {
                "ad_hoc": lambda x: 900 + 100 * x[:, 0],
                "trust": lambda x: 950 + 80 * x[:, 1],
                "mixed": lambda x: 1000 + 0 * x[:, 0],
            },
        },
        shared_luck(1, replicates, 0.5, 0.3),
        replicates,
    )


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """All pages, by name: one for each design and question."""
    folder = tmp_path_factory.mktemp("pages")
    square = swept(hypercube(FACTORS, 300, 1))
    made = {
        name: write_sensitivity_page(
            analyse_sensitivity(swept(design), outcomes, ("ad_hoc", "trust"), resamples=20),
            folder / f"{name}.html",
            COMMAND,
        )
        for name, outcomes, design in (
            ("saltelli", (), saltelli(FACTORS, 64, True, True, 1)),
            ("morris", ("extra_cost",), trajectories(FACTORS, 12, False, 1)),
            ("given", ("extra_cost",), hypercube(FACTORS, 100, 1)),
            ("few", ("extra_cost",), hypercube(FACTORS, 10, 1)),
        )
    }
    found = discover(square, WHERE)
    made["discovery"] = write_discovery_page(found, folder / "discovery.html", "turnaround discover x")
    study = assess_robustness(square, ("weak_child_years", "extra_cost"), limits=(11.0,))
    made["robustness"] = write_robustness_page(study, folder / "robustness.html", "turnaround robustness x")
    return made


CUT = """() => [...document.querySelectorAll('.chart')].filter((one) => one.clientWidth).flatMap((chart) => {
  const box = chart.getBoundingClientRect();
  const texts = [...chart.querySelectorAll('text')].filter((text) => text.textContent.trim());
  const places = texts.map((text) => text.getBoundingClientRect());
  return texts.flatMap((text, i) => {
    const a = places[i];
    const outside = a.left < box.left - 1 || a.right > box.right + 1 || a.top < box.top - 1
      || a.bottom > box.bottom + 1;
    const meets = places.some((b, j) => j > i
      && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3);
    return outside || meets ? [`${chart.getAttribute("aria-label")}: ${text.textContent}`] : [];
  });
})"""
"""Texts of charts that reach beyond their chart or lie over one another."""

DRAWN = """() => [...document.querySelectorAll('.chart')].every((chart) => !chart.clientWidth
  || (chart.querySelector('.main-svg') && chart._fullLayout.width === chart.clientWidth))"""
"""Whether every chart that can be seen is drawn, and as wide as its place."""


@pytest.fixture
def opened(page, pages, request):
    """A page in a browser; fails on any error in the console and on any request off the file."""
    troubles = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(("file:", "data:", "blob:")) else troubles.append(request.url)
        ),
    )
    page.goto(pages[request.param].as_uri())
    yield page
    assert troubles == []


# ---- In a browser


@pytest.mark.parametrize("opened", ["saltelli", "morris", "given", "discovery", "robustness"], indirect=True)
def test_a_page_opens_without_error_or_request_fits_every_width_and_can_be_used_without_seeing(opened):
    opened.wait_for_selector(".chart .main-svg")
    assert opened.locator("html").get_attribute("lang") == "en-GB"
    assert opened.locator("h1").count() == 1
    assert opened.locator("script[src], link[href^='http'], img, .modebar-btn").count() == 0
    assert opened.locator("nav a").count() > 4
    for anchor in opened.locator("nav a").all():
        assert opened.locator(anchor.get_attribute("href")).count() == 1
    for name, wanted in (("chart", ("role", "aria-label")), ("wide", ("tabindex", "aria-label"))):
        assert opened.locator(f".{name}").count() > 0
        for attribute in wanted:
            assert opened.locator(f".{name}:not([{attribute}])").count() == 0
    for width in (1280, 390, 320):
        opened.set_viewport_size({"width": width, "height": 900})
        opened.wait_for_function(DRAWN)
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        assert opened.evaluate(CUT) == []
    choose_another_by_keyboard(opened)


def choose_another_by_keyboard(opened):
    """Where there is more than one target: text and charts follow."""
    if opened.locator("#target").count():
        shown = "#answer [data-target]:not([hidden])"
        before = opened.locator(shown).get_attribute("data-target")
        opened.focus("#target")
        opened.keyboard.press("ArrowDown")
        opened.wait_for_function(DRAWN)
        assert opened.locator(shown).count() == 1
        assert opened.locator(shown).get_attribute("data-target") != before


# ---- As text


@pytest.mark.parametrize("name", ["saltelli", "morris", "given", "few", "discovery", "robustness"])
def test_no_page_shows_a_number_that_is_none(pages, name):
    html = pages[name].read_text("utf-8")
    shown = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)
    assert not re.search(r"\b(nan|NaN|None(?!:)|null|undefined|inf)\b", shown)


def test_the_page_ends_with_the_command_and_shows_groups_factors_and_checks(pages):
    html = pages["saltelli"].read_text("utf-8")
    assert f"<code>{COMMAND}</code>" in html
    for words in ("Groups of factors", "other luck", "64 base rows of 12 points", "4 of luck, the same"):
        assert words in html


def test_where_nothing_can_be_told_the_page_says_so(pages):
    assert "Nothing can be told: 10 points are complete" in pages["few"].read_text("utf-8")


def test_bars_hold_the_numbers_of_the_analysis(pages):
    analysis = analyse_sensitivity(swept(saltelli(FACTORS, 64, True, True, 1)), resamples=20).analyses[0]
    charts = re.findall(
        r'<script type="application/json">(.*?)</script>', pages["saltelli"].read_text("utf-8")
    )
    factors = [one.full.value for one in analysis.ordered("factor")]
    drawn = [plain(json.loads(chart)["data"][0]["x"]) for chart in charts]
    assert any(
        values[: len(factors)] == pytest.approx(factors) for values in drawn if len(values) > len(factors)
    )


def plain(values):
    """Numbers as a list, which Plotly may have packed."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).tolist()
    return values


@pytest.mark.parametrize("kind", ["wide", "none"])
def test_where_luck_is_nearly_all_the_figure_keeps_to_what_an_index_can_be(kind, tmp_path):
    found = analyse_sensitivity(
        swept(saltelli(FACTORS, 64, False, True, 1)), regimes=("trust",), resamples=20
    )
    one = found.analyses[0]
    freed = {"wide": around(3.0, 40.0), "none": None}[kind]
    measures = tuple(replace(each, full=around(0.3, 5.0), corrected=freed) for each in one.measures)
    noise = replace(one.noise, of_mean=Interval(0.03, 0.0, 0.2))
    found = replace(found, analyses=(replace(one, measures=measures, noise=noise),))
    html = write_sensitivity_page(found, tmp_path / "lucky.html", COMMAND).read_text("utf-8")
    luck = "not determined: luck is 97% of the variance"
    told = (f"has none, {luck}", f"freed of luck {luck}", f", freed of luck {luck}", ">not determined<")
    assert [words in html for words in told] == [kind == "wide"] * 4
    chart = json.loads(re.findall(r'<script type="application/json">(.*?)</script>', html)[0])
    marks = [trace for trace in chart["data"] if trace.get("marker", {}).get("symbol") == "diamond"]
    assert [plain(trace["x"]) for trace in marks] == [[], []]
    assert chart["layout"]["xaxis"]["range"] == pytest.approx([-0.2, 1.2])
    assert "intervals that reach its edge go on beyond it" in html


def test_with_more_factors_than_bars_the_table_has_all(tmp_path):
    names = [name for name, entry in registry().items() if entry.distribution != "fixed"][:29]
    factors = [*(unit_factor(name) for name in names), unit_factor("dummy")]
    results = sweep(
        factors, trajectories(factors, 6, False, 1), {"incidents": {"trust": lambda x: x @ np.arange(30)}}
    )
    page = write_sensitivity_page(analyse_sensitivity(results, resamples=20), tmp_path / "many.html", COMMAND)
    html = page.read_text("utf-8")
    assert "10 more stand in the table" in html
    for name in names:
        assert f'<th scope="row">{name}</th>' in html


# ---- Commands


@pytest.fixture
def cli(cli, monkeypatch, tmp_path):
    """Runs a command on a sweep in memory; returns exit code, output and messages."""
    results = swept(hypercube(FACTORS, 300, 1))
    (tmp_path / "study").mkdir()
    monkeypatch.setattr("experiments.sweeps.opened.open_sweep", lambda folder: results)

    return cli


@pytest.mark.parametrize(
    "arguments, name, heading",
    [
        (
            ("sensitivity", "--outcome", "weak_child_years", "--resamples", "30"),
            "sensitivity",
            "First-order index",
        ),
        (("discover", "--where", WHERE), "discovery", "points kept aside"),
        (("robustness", "--outcome", "weak_child_years", "--limit", "11"), "robustness", "mean regret"),
    ],
)
def test_a_command_prints_a_table_leaves_page_and_table_and_says_how_to_repeat_it(
    cli, tmp_path, arguments, name, heading
):
    command, *options = arguments
    code, out, warned = cli(command, "study", *options)
    assert code == 0
    assert heading in out
    page, table = tmp_path / "study" / f"{name}.html", tmp_path / "study" / f"{name}.csv"
    assert f"Page   study/{name}.html" in out
    first, rows = page.read_text("utf-8"), table.read_text("utf-8")
    assert len(list(csv.DictReader(rows.splitlines()))) > 0
    again = next(line for line in out.splitlines() if line.startswith("Again")).removeprefix("Again").strip()
    assert cli(*shlex.split(again)[1:], "--quiet") == (0, f"study/{name}.html\n", warned)
    assert table.read_text("utf-8") == rows
    assert page.read_text("utf-8") == first


@pytest.mark.parametrize("replicates", [1, 4])
def test_what_other_luck_is_stands_where_it_is_printed(cli, monkeypatch, replicates):
    results = swept(hypercube(FACTORS, 300, 1), replicates)
    monkeypatch.setattr("experiments.sweeps.opened.open_sweep", lambda folder: results)
    _, out, _ = cli("sensitivity", "study", "--outcome", "weak_child_years", "--resamples", "30")
    assert ("other luck" in out) == (replicates > 1)
    assert out.count("“other luck” is no factor") == (replicates > 1)


def test_limits_are_given_one_by_one_or_with_commas(cli, tmp_path):
    outcomes = ("--outcome", "weak_child_years,extra_cost")
    tables = []
    for limits in (("--limit", "11,950"), ("--limit", "11", "--limit", "950")):
        assert cli("robustness", "study", *outcomes, *limits)[0] == 0
        rows = list(csv.DictReader((tmp_path / "study" / "robustness.csv").read_text("utf-8").splitlines()))
        tables.append({(row["outcome"], row["limit"]) for row in rows})
    assert tables == [{("weak_child_years", "11.0"), ("extra_cost", "950.0")}] * 2
    code, _, err = cli("robustness", "study", "--limit", "11,many")
    assert (code, "'many' is no number" in err) == (2, True)


def test_an_unfinished_sweep_is_said_to_be_one_once_and_beside_the_results(cli, monkeypatch):
    units, summary = saltelli(FACTORS, 32, False, True, 1)
    rest = [(point, "trust", 0) for point in range(20 * summary.width, len(units))]
    harm = {"trust": g_function((0.5, 2.0, 9.0))}
    results = sweep(FACTORS, (units, summary), {"incidents": harm, "extra_cost": harm}, missing=rest)
    monkeypatch.setattr("experiments.sweeps.opened.open_sweep", lambda folder: results)
    code, out, err = cli("sensitivity", "study", "--resamples", "20")
    assert code == 0
    assert " ".join(err.split()) == (
        "The sweep is not finished: 160 of 256 runs are there, and 20 of 32 base rows are complete and used"
        " here."
    )
    assert "not finished" not in out
    assert out.count("too narrow") == 1


def test_another_file_is_written_where_it_is_asked_for(cli, tmp_path):
    assert cli("robustness", "study", "--out", "there.html", "--quiet")[:2] == (0, "there.html\n")
    assert (tmp_path / "there.csv").exists()
    code, _, err = cli("robustness", "study", "--out", "there.pdf")
    assert (code, "ends in .html" in err) == (2, True)


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        (("sensitivity", "study", "--outcome", "nope"), "kept no outcome 'nope'"),
        (("discover", "study", "--where", "trust.nope < 1"), "this sweep has no 'trust.nope'"),
        (("robustness", "study", "--regime", "trust"), "needs two"),
    ],
)
def test_what_is_not_allowed_gives_exit_code_2_and_a_sentence(cli, arguments, complaint):
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert complaint in err


def test_what_to_install_is_said_when_a_library_is_not_there():
    with (
        pytest.raises(StudyError, match=r"SALib, which is not installed: pip install -e '\.\[analysis\]'"),
        analysis_extra(),
    ):
        raise ModuleNotFoundError("No module named 'SALib'", name="SALib")
