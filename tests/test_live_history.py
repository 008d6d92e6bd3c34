"""The page that plays one history, as a browser opens it."""

import io
import re
from datetime import date

import polars as pl
import pytest
from live_helpers import faults_at, find_offered, pick, set_number

from dashboards import style
from dashboards.hexmap import hex_map
from dashboards.live.address import Address
from dashboards.live.computing import Computing, Remembered
from dashboards.live.offered import Offered
from dashboards.live.pages.history import HISTORY
from dashboards.live.streams import REFUSED
from experiments.watched import watch_history
from model.regimes import resolve

PATH = "/history?quarters=24&replicate=3"


@pytest.fixture(scope="module")
def history():
    return watch_history(resolve("ad_hoc"), seed=1, replicate=3, quarters=24)


def quarter(page):
    return page.inner_text("#history-quarter")


def drawn(page):
    """What stands on the map: class and letters by name of each council that is visible."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('#history-map .la:not(.gone)')]
        .map((tile) => [
          tile.dataset.name, [tile.getAttribute('class'), tile.querySelector('text').textContent]
        ]))"""
    )


def test_it_shows_every_council_as_the_model_has_it(watched, history):
    watched.open(f"{PATH}&quarter=2018Q4")
    table = history.councils().filter(quarter="2018Q4")
    grades = {"outstanding": ("j1", "O"), "good": ("j2", "G"), "requires_improvement": ("j3", "R")}
    grades |= {"inadequate": ("j4", "I"), "not_judged": ("j0", "–")}
    shown = drawn(watched.page)
    assert set(shown) == {tile.name for tile in hex_map(date(2018, 12, 31)).tiles}
    for name, grade in table.select("name", "grade").iter_rows():
        assert grades[grade][0] in shown[name][0].split()
        assert grades[grade][1] == shown[name][1]
    told = watched.page.inner_text("[data-colour=judgement] [data-count='4']")
    assert int(told) == table.filter(grade="inadequate").height
    assert watched.page.locator("#history-events li").count() == 40


def test_play_runs_to_the_end_and_pause_stops_at_once(watched):
    watched.open(f"{PATH}&speed=30")
    page = watched.page
    page.click("#history-play")
    assert page.inner_text("#history-play") == "Pause"
    page.wait_for_function("document.getElementById('history-quarter').textContent > '2014Q2'")
    page.click("#history-play")
    at = quarter(page)
    page.wait_for_timeout(500)
    assert quarter(page) == at
    assert page.inner_text("#history-play") == "Play"
    assert f"quarter={at}" in page.url
    page.click("#history-play")
    page.wait_for_function("document.getElementById('history-quarter').textContent === '2019Q4'")
    page.wait_for_function("document.getElementById('history-play').innerText === 'Play'")


def test_stepping_scrubbing_and_keys_go_from_quarter_to_quarter(watched):
    watched.open(PATH)
    page = watched.page
    page.get_by_role("button", name="A quarter forward").click()
    assert quarter(page) == "2014Q2"
    page.keyboard.press("ArrowRight")
    assert quarter(page) == "2014Q3"
    page.get_by_role("button", name="A quarter back").click()
    assert quarter(page) == "2014Q2"
    scrub = page.get_by_role("slider", name="Quarter shown")
    scrub.fill("20")
    assert quarter(page) == "2019Q1"
    scrub.press("ArrowLeft")
    assert quarter(page) == scrub.get_attribute("aria-valuetext") == "2018Q4"
    scrub.press("Space")
    assert page.inner_text("#history-play") == "Pause"
    scrub.press("Space")
    assert page.inner_text("#history-play") == "Play"
    page.locator(".la[tabindex='0']").focus()
    page.keyboard.press("Space")
    assert page.inner_text("#history-play") == "Pause"
    page.keyboard.press("Space")
    assert page.inner_text("#history-play") == "Play"


def test_colours_have_a_key_each_and_stand_in_the_address(watched, history):
    watched.open(f"{PATH}&quarter=2016Q1")
    page = watched.page
    page.check("[name=history-colour][value=arrangement]")
    assert "colour=arrangement" in page.url
    helped = history.councils().filter(quarter="2016Q1", arrangement="trust").height
    assert sum("a6" in kind for kind, _ in drawn(page).values()) == helped
    assert page.locator(".board-key:visible").get_attribute("data-colour") == "arrangement"
    page.check("[name=history-colour][value=quality]")
    qualities = history.councils().filter(quarter="2016Q1").select("name", "quality").iter_rows()
    shown = drawn(page)
    assert all(abs(int(shown[name][1]) - quality) < 1 for name, quality in qualities)


def test_a_council_is_picked_by_click_by_keys_and_from_the_list(watched, history):
    watched.open(f"{PATH}&quarter=2017Q1")
    page = watched.page
    page.locator(".la[data-name=Birmingham] use").click()
    assert "council=330" in page.url
    assert page.input_value("#history-council") == "Birmingham"
    row = history.councils().filter(quarter="2017Q1", name="Birmingham")
    detail = page.inner_text("#history-detail")
    assert f"{row['quality'][0]:.1f} of 100" in detail
    assert f"{row['caseload'][0]:.1f} a worker" in detail
    page.keyboard.press("ArrowRight")
    neighbour = page.evaluate("document.activeElement.dataset.name")
    assert neighbour != "Birmingham"
    assert neighbour in page.inner_text("#history-detail h3")
    page.keyboard.press("Enter")
    page.wait_for_function(f"document.getElementById('history-council').value === {neighbour!r}")
    find_offered(page, page.locator("#history-council"), "Walsall")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("council=335"))
    page.check("[name=history-shown][value=picked]")
    said = set(page.locator("#history-events .who").all_inner_texts())
    assert said == {"Walsall"}


def test_controls_make_the_history_that_they_name(watched):
    """Regime, seed, length and a parameter: each changes what is told to be shown, and the command for it."""
    watched.open("/history?quarters=8&quarter=2015Q4")
    page = watched.page
    before = drawn(page)
    command = "#command:has-text('%s')"
    pick(page, "Regime", "Trust")
    page.wait_for_selector(command % "--regime trust")
    assert page.inner_text("#history-which").startswith("Trust, history 0 of seed 1")
    set_number(page, "Seed", 2)
    page.wait_for_selector(command % "--seed 2")
    slider = page.get_by_role("slider", name="Leaving under public blame")
    slider.focus()
    slider.press("End")
    page.wait_for_selector(command % "--set director.blame=1.5")
    set_number(page, "Quarters from 2014Q1", 6)
    page.wait_for_selector(command % "--quarters 6")
    watched.settle()
    page.wait_for_function("document.getElementById('history-last').textContent === '2015Q2'")
    assert quarter(page) == "2015Q2"
    assert drawn(page) != before
    alone = watch_history(resolve("trust", (), {"director.blame": 1.5}), seed=2, replicate=0, quarters=6)
    qualities = alone.councils().filter(quarter="2015Q2").select("name", "quality").iter_rows()
    page.check("[name=history-colour][value=quality]")
    shown = drawn(page)
    assert all(abs(int(shown[name][1]) - quality) < 1 for name, quality in qualities)


def test_the_focus_stays_where_it_is_while_a_history_plays_and_when_a_council_is_chosen(watched):
    watched.open(f"{PATH}&quarter=2016Q1&speed=4")
    page = watched.page
    focused = "document.activeElement"
    who = page.locator("#history-events .who").nth(1)
    name = who.inner_text()
    who.focus()
    page.keyboard.press("Enter")
    assert page.inner_text("#history-detail h3").startswith(name)
    assert page.evaluate(f"{focused}.className") == "who"
    assert page.evaluate(f"{focused}.textContent") == name
    page.click("#history-play")
    link = page.get_by_role("link", name="What could become of it")
    link.focus()
    page.wait_for_function("document.getElementById('history-quarter').textContent >= '2016Q4'")
    assert page.evaluate(f"{focused}.textContent").startswith("What could become of it")
    assert page.evaluate(f"{focused}.isConnected")
    page.click("#history-play")
    page.check("[name=history-shown][value=picked]")
    page.locator("#history-events .who").first.focus()
    page.keyboard.press("Enter")  # picks the picked council no longer, so that the list is empty
    assert page.locator("#history-events li").count() == 0
    assert page.evaluate(f"{focused}.name") == "history-shown"


def test_a_link_restores_the_view_and_controls_make_another_history(watched):
    watched.open(
        f"{PATH}&quarter=2016Q2&colour=quality&speed=10&council=Leeds&events=picked&set=director.blame=0.2"
    )
    page = watched.page
    assert quarter(page) == "2016Q2"
    assert page.is_checked("[name=history-colour][value=quality]")
    assert page.is_checked("[name=history-shown][value=picked]")
    assert page.input_value("#history-speed") == "10"
    assert "Leeds" in page.inner_text("#history-detail h3")
    assert page.inner_text("#command").endswith(
        "--set director.blame=0.2 --out history.csv --agents councils.parquet"
    )
    before = drawn(page)
    page.get_by_label("History", exact=True).fill("4")
    page.wait_for_url(re.compile("replicate=4"))
    page.wait_for_function("document.getElementById('command').textContent.includes('--replicate 4')")
    watched.settle()
    assert quarter(page) == "2016Q2"
    assert drawn(page) != before
    for kept in ("colour=quality", "council=383", "events=picked", "set=director.blame=0.2"):
        assert kept in page.url


def test_councils_that_are_abolished_leave_the_map_to_those_that_follow(watched):
    watched.open("/history?quarters=24&quarter=2019Q1&council=Poole")
    page = watched.page
    assert "Poole" in drawn(page)
    page.get_by_role("button", name="A quarter forward").click()
    shown = drawn(page)
    assert "Poole" not in shown
    assert "Bournemouth, Christchurch and Poole" in shown
    assert "Not there in 2019Q2. Abolished" in page.inner_text("#history-detail")
    drawing = hex_map(date(2019, 4, 1))
    assert page.get_attribute("#history-map .regions", "d") == drawing.outlines


@pytest.mark.parametrize(
    "query, says",
    [
        ("quarters=81", "allowed is a whole number from 1 to 80"),
        ("quarters=8&quarter=2016Q1", "2014Q1 to 2015Q4"),
        ("speed=3", "1, 2, 4, 10, 30"),
        ("events=none", "all, picked"),
        ("council=Atlantis", "allowed is a council's name or its code"),
        ("council=1&council=2", "allowed is once"),
        ("start=2015Q1", "2014Q1"),
        ("regime=<script>", "allowed is one of"),
        ("seed=1e9", "allowed is a whole number"),
        ("set=director.blame=99", "director.blame"),
    ],
)
def test_what_is_not_allowed_is_refused_with_what_is(tmp_path, query, says):
    offered = Offered(tmp_path, Computing(1), Remembered(1))
    with pytest.raises(REFUSED, match=re.escape(says)):
        HISTORY.layout(Address.read(query), offered)


def test_an_address_that_is_not_allowed_is_told_and_the_usual_is_shown_and_addressed(watched):
    watched.page.goto(f"{watched.address}/history?colour=<b>red</b>&council=330")
    watched.page.wait_for_selector("#told.warning")
    watched.settle()
    assert "'<b>red</b>': allowed is one of judgement, quality" in watched.page.inner_text("#told")
    assert drawn(watched.page)["Birmingham"][0] == "la j4"
    watched.page.get_by_role("button", name="A quarter forward").click()
    watched.page.wait_for_url(f"{watched.address}/history?quarter=2014Q2")


def test_tables_are_those_of_the_history_and_pictures_are_of_the_map(watched, history):
    watched.open(f"{PATH}&quarter=2017Q1")
    councils = pl.read_parquet(io.BytesIO(watched.download("[data-table=history-councils][href*=parquet]")))
    assert councils.equals(history.councils())
    events = pl.read_csv(io.BytesIO(watched.download("[data-table=history-events][href*=csv]")))
    assert events["what"].to_list() == history.events_table()["what"].to_list()
    drawing = watched.download("[data-picture=history-map-picture][data-form=svg]").decode()
    assert "2017Q1. Ad hoc, history 3 of seed 1" in drawing
    assert drawing.count("<use ") >= len(hex_map(date(2017, 1, 1)).tiles)
    assert watched.download("[data-picture=history-strips][data-form=png]").startswith(b"\x89PNG")


def test_a_table_that_is_not_allowed_is_refused_in_words(watched):
    answer = watched.page.request.get(f"{watched.address}/data/history-events.csv?quarters=99")
    assert answer.status == 400
    assert answer.text() == "quarters = 99: allowed is a whole number from 1 to 80"
    assert watched.page.request.get(f"{watched.address}/data/history-events.xls").status == 404


def test_nobody_is_kept_out_and_nothing_is_cut_off(watched):
    watched.open(f"{PATH}&quarter=2017Q1&council=330&colour=arrangement")
    assert faults_at(watched.page, 1400, 390) == {1400: [], 390: []}


def test_letters_on_the_map_stand_out_from_their_ground():
    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    shown = [*style.JUDGEMENTS, style.NOT_JUDGED, *style.ARRANGEMENTS.values()]
    for ground in [*(each.colour for each in shown), *style.PROBABILITY_COLOURS]:
        high, low = sorted((light(ground), light(style.ink_on(ground))), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.0
    letters = [each.letters for each in style.ARRANGEMENTS.values()]
    assert len(set(letters)) == len(letters)
