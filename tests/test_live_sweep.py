"""The page of a sweep's results, as a browser opens it."""

import io
import json
import shutil
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import polars as pl
import pytest
from live_helpers import choose, faults_at, pick, set_number, text_of

from dashboards.live.address import Address
from dashboards.live.app import make_app
from dashboards.live.computing import Computing, Remembered
from dashboards.live.driving import serving
from dashboards.live.offered import Offered
from dashboards.live.pages.sweep import layout
from dashboards.live.sweeps import Sweeps
from experiments.sweeps import open_sweep, sweep
from experiments.sweeps.cells import design_values

STUDY = {
    "title": "Two of three matter",
    "regimes": ["ad_hoc", "trust"],
    "replicates": 2,
    "quarters": 8,
    "outcomes": ["quality_end", "extra_cost"],
    "design": {"kind": "latin_hypercube", "points": 128},
    "parameters": {
        "nation.funding_shift": {"low": -0.03, "high": 0.01},
        "support.power": {},
        "regime.fallback": {"values": ["none", "adviser"]},
    },
}
SCREEN = {
    "title": "One screened",
    "quarters": 4,
    "outcomes": ["quality_end"],
    "design": {"kind": "morris", "trajectories": 4},
    "parameters": {"nation.funding_shift": {}, "support.power": {}},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("served")
    results = found / "results"
    sweep(SCREEN, out=results / "screened")
    sweep(STUDY, out=results / "torn")
    shutil.copytree(results / "torn", results / "begun")
    shutil.copytree(results / "torn", results / "whole")
    part = next((results / "torn" / "runs").glob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-20])
    next((results / "begun" / "runs").glob("*.parquet")).unlink()
    (results / "other").mkdir()
    (results / "other" / "manifest.json").write_text(json.dumps({"kind": "something else"}))
    return found


@pytest.fixture(scope="module")
def address(folder):
    with serving(folder) as found:
        yield found


def asked(page):
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def count_of(folder, low, high):
    """Points of the sweep whose funding lies between two values."""
    funding = design_values(open_sweep(folder / "results" / "whole"))[:, 0]
    return int(((funding >= low) & (funding <= high)).sum())


def streamed(address, **query):
    """What the page is sent: what fills its parts, and what its script is handed, by name."""
    said = {}
    with urlopen(f"{address}/stream/sweep?{urlencode(query)}", timeout=120) as answer:
        for message in map(json.loads, answer):
            said |= message.get("html", {})
            said |= {key: message[key] for key in ("error",) if key in message}
            said |= dict([message["call"]]) if "call" in message else {}
    return said


def settled_after(watched, wait):
    """Wait until what was asked for by a control has come."""
    watched.page.wait_for_function(wait)
    watched.page.wait_for_timeout(250)
    watched.settle()


def test_it_shows_points_two_factors_regret_drives_and_a_box(watched, page):
    watched.open("/sweep?folder=whole")
    assert page.inner_text("#count") == "All 128 points kept"
    assert page.locator("#lines path").count() == 128
    assert page.locator("#two svg rect.brush").count() == 1
    for panel in ("regret", "drives", "box"):
        page.wait_for_selector(f"#{panel} .main-svg")
    assert "“real growth of funding over the stated path, in every year”" in page.inner_text(
        "#drives .answer"
    )
    assert page.locator("#regret table tbody tr").count() == 2
    commands = page.locator(".sweep details pre").all_text_contents()
    assert [command.split()[1] for command in commands] == ["robustness", "sensitivity", "discover"]
    assert page.locator("[data-title*='Share']").count() == 0
    assert faults_at(page, 1400, 390) == {1400: [], 390: []}
    assert page.locator("#lines svg").bounding_box()["width"] <= 390


def test_a_range_drawn_on_an_axis_keeps_its_points_everywhere(watched, page, folder):
    watched.open("/sweep?folder=whole")
    box = page.locator("#lines .brush").first.bounding_box()
    page.mouse.move(box["x"], box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 10, steps=4)
    page.mouse.up()
    settled_after(watched, "document.getElementById('count').innerText.includes(' of ')")
    name, _, ends = asked(page)["where"].partition(":")
    low, high = ends.split("..")
    assert (name, low) == ("nation.funding_shift", "")
    assert float(high) == pytest.approx(-0.01, abs=0.0005)
    kept = count_of(folder, -1, float(high))
    assert page.inner_text("#count") == f"{kept} of 128 points kept"
    assert f"over {kept} futures" in page.inner_text("#regret")
    assert "--keep nation.funding_shift" in page.locator("#drives pre").text_content()
    assert page.get_by_label("at most").first.input_value() == high
    page.get_by_role("button", name="Let go of all ranges").click()
    settled_after(watched, "document.getElementById('count').innerText.startsWith('All')")
    assert "where" not in asked(page)


@pytest.mark.slow
def test_cells_drawn_over_keep_their_points(watched, page, folder):
    watched.open("/sweep?folder=whole")
    page.locator("#two .brush").scroll_into_view_if_needed()
    box = page.locator("#two .brush").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 - 5, box["y"] + box["height"] / 2 - 5, steps=4)
    page.mouse.up()
    settled_after(watched, "document.getElementById('count').innerText.includes(' of ')")
    ranges = dict(one.split(":") for one in asked(page)["where"].split(","))
    assert set(ranges) == {factor.name for factor in open_sweep(folder / "results" / "whole").factors[:2]}


@pytest.mark.slow
def test_the_box_can_be_kept_and_its_density_chosen(watched, page):
    watched.open("/sweep?folder=whole&density=0.5")
    page.get_by_role("button", name="Keep only the points in this box").click()
    settled_after(watched, "document.getElementById('count').innerText.includes(' of ')")
    assert "where" in asked(page)
    assert asked(page)["density"] == "0.5"


def test_keyboard_alone_sets_a_range_and_a_shared_link_restores_it(watched, page, folder):
    watched.open("/sweep?folder=whole")
    page.get_by_label("Real growth of funding over the stated path, in every year: at least").focus()
    page.keyboard.type("-0.01")
    page.keyboard.press("Tab")
    page.keyboard.type("0.005")
    page.keyboard.press("Tab")
    settled_after(watched, "location.search.includes('where')&&location.search.includes('0.005')")
    assert asked(page)["where"] == "nation.funding_shift:-0.01..0.005"
    said = page.inner_text("#count")
    assert said == f"{count_of(folder, -0.01, 0.005)} of 128 points kept"
    link = page.url
    watched.open("/sweep?folder=whole")
    watched.open(link.removeprefix(watched.address))
    assert page.inner_text("#count") == said
    assert page.get_by_label("at least").first.input_value() == "-0.01"


def test_each_control_changes_what_follows_and_the_address(watched, page):
    watched.open("/sweep?folder=whole")
    pick(page, "Outcome", "New money for failure")
    page.wait_for_selector("#which:has-text('New money for failure')")
    pick(page, "Under", "Trust less Ad hoc")
    page.wait_for_selector("#lines text:has-text('Trust less Ad hoc')")
    choose(page, "Across", "regime.fallback")
    page.wait_for_function("document.querySelector('#two svg').textContent.includes('adviser')")
    choose(page, "Upwards", "support.power")
    page.wait_for_function("document.querySelector('#two svg').textContent.includes('Imported capacity')")
    page.get_by_role("textbox", name="Factors shown as axes").focus()
    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    page.wait_for_function("document.querySelectorAll('#lines .brush').length === 2")
    watched.settle()
    page.wait_for_function("document.querySelector('#drives pre').textContent.includes('--difference')")
    assert "axes=nation.funding_shift,regime.fallback" in page.url
    box = "document.querySelector('#box pre').textContent.includes(%s)"
    own = "'trust.extra_cost %s ad_hoc.extra_cost'"
    page.wait_for_function(box % (own % ">"))
    pick(page, "Look for what is", "better than the limit")
    page.wait_for_function(box % (own % "<"))
    set_number(page, "Limit", 3)
    page.wait_for_function(box % "'trust.extra_cost - ad_hoc.extra_cost < 3'")
    set_number(page, "Density", 0.6)
    page.wait_for_function(box % "'--threshold 0.6'")
    set_number(page, "Or in which this holds", "trust.quality_end > 40")
    page.wait_for_function(box % "'trust.quality_end > 40'")
    watched.settle()
    assert page.locator("[aria-busy=true]").count() == 0
    wanted = {
        "outcome": "extra_cost",
        "regime": "trust-ad_hoc",
        "across": "regime.fallback",
        "up": "support.power",
    }
    wanted |= {"side": "better", "limit": "3", "density": "0.6", "holds": "trust.quality_end > 40"}
    assert wanted.items() <= asked(page).items()


@pytest.mark.slow
def test_another_folder_is_opened_by_the_select(watched, page):
    watched.open("/sweep?folder=whole")
    page.get_by_role("textbox", name="Results of").click()
    page.get_by_role("option", name="screened").click()
    page.wait_for_url("**/sweep?folder=screened")
    watched.settle()
    assert "needs two" in page.inner_text("#regret")


def test_a_range_in_a_morris_design_leaves_what_can_be_shown(address):
    said = streamed(address, folder="screened", where="support.power:..0.5")
    assert "tears apart" in said["drives"]
    assert said["sweepLines"]["lines"]


def test_one_regime_and_one_replicate_are_enough_for_what_they_can_tell(address):
    said = streamed(address, folder="screened")
    assert "needs two" in said["regret"]
    assert "With one replicate" in said["drives"]


def test_an_unfinished_sweep_is_shown_as_far_as_it_has_come(address):
    said = streamed(address, folder="begun")
    assert all(said[panel].strip() for panel in ("regret", "drives", "box"))
    assert "a run failed, is missing" in said["sweepLines"]["says"]


@pytest.mark.parametrize(
    "query,says",
    [
        ("folder=../..", "allowed is a folder within"),
        ("folder=/etc", "allowed is a folder within"),
        ("folder=nowhere", "there is no such folder"),
        ("folder=other", "something else"),
        ("folder=torn", "damaged"),
        ("folder=whole&outcome=wealth", "allowed is one of quality_end, extra_cost"),
        ("folder=whole&where=support.power:2..3", "was tried from"),
        ("folder=whole&where=<script>", "allowed is name:low..high"),
        ("folder=whole&density=7", "allowed is a number from 0.05 to 1"),
        ("folder=whole&axes=director.blame", "axes names"),
    ],
)
def test_what_is_not_allowed_is_said(address, query, says):
    assert says in streamed(address, **dict(one.split("=") for one in query.split("&")))["error"]


def test_a_page_asked_for_what_is_not_allowed_says_so_and_is_there(watched, page):
    watched.open("/sweep?folder=../..")
    assert "allowed is a folder within" in page.inner_text("#told")
    assert page.locator("#lines").count() == 1


@pytest.mark.slow
def test_an_expression_that_cannot_be_read_leaves_the_other_panels(address):
    said = streamed(address, folder="whole", holds="sys.exit() and <b>")
    assert "Not shown" in said["box"]
    assert "&lt;b&gt;" in said["box"]
    assert "chart" in said["drives"]


def test_ranges_that_keep_nothing_are_said_in_each_panel(address):
    said = streamed(address, folder="whole", where="support.power:0.3000001..0.3000002")
    assert all("none of 128 points is left" in said[panel] for panel in ("regret", "drives", "box"))


def test_on_a_telephone_results_come_before_ranges(watched, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{watched.address}/sweep?folder=screened")
    page.wait_for_selector("#lines svg")
    assert not page.locator("#keep-only").evaluate("one => one.open")
    watched.settle()


def test_what_is_shown_can_be_had_as_tables_and_pictures_that_say_what_they_are(watched, page, folder):
    watched.open("/sweep?folder=whole&where=nation.funding_shift:-0.01..0.005")
    points = pl.read_parquet(io.BytesIO(watched.download("[data-table=sweep-points][href*=parquet]")))
    assert len(points) == count_of(folder, -0.01, 0.005)
    assert "ad_hoc.quality_end" in points.columns
    said = [
        "Ad hoc",
        "mean over 2 replicates of luck (seed 1) at points of the sweep “Two of three matter”, kept where",
        f"{len(points)} of 128 points kept",
    ]
    for place, key in (("lines-figure", "by fifths of the points"), ("two-figure", "mean in a cell")):
        words = text_of(watched.download(f"[data-picture={place}][data-form=svg]").decode())
        assert [one for one in [*said, key] if one not in words] == []
    assert watched.download("[data-picture=drives][data-form=png]").startswith(b"\x89PNG")


def test_the_tables_of_all_analyses_can_be_had_with_their_intervals(address, folder):
    def table(name, **query):
        with urlopen(f"{address}/data/sweep-{name}.csv?{urlencode({'folder': 'whole', **query})}") as answer:
            return pl.read_csv(io.BytesIO(answer.read()))

    regret = table("regret")
    assert set(regret["regime"]) == {"ad_hoc", "trust"}
    assert (regret["regret_mean_low"] <= regret["regret_mean_high"]).all()
    drives = table("drives")
    assert {"nation.funding_shift", "support.power", "regime.fallback"} <= set(drives["name"])
    assert {"value", "low", "high"} <= set(drives.columns)
    assert {"factor", "low", "high", "density_found"} <= set(table("box", density="0.5").columns)
    two = table("two-factors", where="nation.funding_shift:-0.01..0.005")
    assert two["points"].sum() == count_of(folder, -0.01, 0.005)


def test_a_range_that_is_refused_can_be_let_go(watched, page):
    page.goto(f"{watched.address}/sweep?folder=screened&where=support.power:2..3")
    page.wait_for_selector("#told.warning")
    watched.settle()
    assert "was tried from" in page.inner_text("#told")
    assert "where" not in asked(page)
    low = page.get_by_label("Imported capacity at full strength: at least")
    low.fill("0.5")
    low.press("Tab")
    page.wait_for_function("location.search.includes('where')")
    page.get_by_label("Imported capacity at full strength: at most").fill("0.1")
    page.get_by_label("Imported capacity at full strength: at most").press("Tab")
    page.wait_for_selector("#told.warning")
    page.get_by_role("button", name="Let go of all ranges").click()
    page.wait_for_function("!location.search.includes('where')")
    watched.settle()
    assert page.locator("#told.warning").count() == 0
    assert page.inner_text("#count").startswith("All")


def test_a_drawing_listens_once_however_often_it_is_drawn(watched, page):
    page.add_init_script("""
        window.listeners = 0;
        const add = document.addEventListener.bind(document);
        document.addEventListener = (kind, ...rest) => {
          if (kind === "keydown") window.listeners += 1;
          return add(kind, ...rest);
        };
    """)
    page.goto(f"{watched.address}/sweep?folder=screened")
    page.wait_for_selector("#two svg")
    watched.settle()
    page.evaluate("window.begun = window.listeners")
    page.evaluate("""
        window.drawn = 0;
        const observer = new MutationObserver((seen) => { window.drawn += seen.length; });
        observer.observe(document.getElementById("lines"), {childList: true});
    """)
    low = page.get_by_label("Imported capacity at full strength: at least")
    low.fill("0.2")
    low.press("Tab")
    settled_after(watched, "document.getElementById('count').innerText.includes(' of ')")
    assert page.evaluate("window.listeners - window.begun") == 0
    assert page.evaluate("window.drawn") == 1


def test_without_results_it_says_how_to_have_some(tmp_path):
    offered = Offered(tmp_path, Computing(1), Remembered(1))
    assert "turnaround sweep" in str(layout(Address({}), offered))


def test_the_newest_sweep_is_shown_unless_it_cannot_be_opened(folder, tmp_path):
    shutil.copytree(folder / "results" / "screened", tmp_path / "older")
    shutil.copytree(folder / "results" / "torn", tmp_path / "newest")
    (tmp_path / "newest" / "manifest.json").touch()
    sweeps = Sweeps(Offered(tmp_path, Computing(1)))
    assert sweeps.names()[0] == "newest"
    assert sweeps.newest() == "older"
    (tmp_path / "older" / "study.json").write_text("no study")
    assert sweeps.newest() == "newest"  # whose damage is then told
    with make_app(Offered(tmp_path, Computing(1))).server.test_client() as visitor:
        told = json.loads(visitor.get("/stream/sweep").get_data(True).splitlines()[0])
    assert "damaged" in told["error"]
