"""The page that compares regimes, as a browser opens it."""

import re

import polars as pl
import pytest
from live_helpers import faults_at, find_offered, text_of

SMALL = "replicates=8&quarters=8"


def test_it_shows_fans_differences_plane_and_maps_of_all_regimes_named(watched):
    watched.open(f"/compare?{SMALL}&regimes=ad_hoc,trust")
    page = watched.page
    page.wait_for_selector("#plane .main-svg")
    assert page.locator("#fans .js-plotly-plot").count() == 2
    assert page.locator("#differences table tbody tr").count() > 10
    assert page.locator("#maps .map[data-regime]").count() == 2
    assert page.inner_text("#count") == "8 histories"


def test_a_parameter_that_is_moved_by_keyboard_changes_address_command_and_numbers(watched):
    watched.open(f"/compare?{SMALL}&regimes=ad_hoc,trust")
    page = watched.page
    before = page.inner_text("#answer")
    slider = page.get_by_role("slider", name="Leaving under public blame")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_function("location.search.includes('set=director.blame=1.5')")
    page.wait_for_function("document.getElementById('command').textContent.includes('director.blame=1.5')")
    page.wait_for_function("before => document.getElementById('answer').innerText !== before", arg=before)


def test_a_shared_link_restores_the_view(watched, browser, address):
    watched.open(f"/compare?{SMALL}&regimes=ad_hoc,trust&set=director.blame=1.2&indicator=agency_share")
    page = watched.page
    page.get_by_label("Quarters").fill("6")
    page.wait_for_function("location.search.includes('quarters=6')")
    watched.settle()
    other = browser.new_context().new_page()
    other.goto(page.url)
    other.wait_for_selector("#command:has-text('--quarters 6')")
    other.wait_for_function("document.body.dataset.working === 'no'")
    for shown in ("#command", "#why", "#answer"):
        assert other.inner_text(shown) == page.inner_text(shown)
    typed = other.locator("[data-parameter='director.blame'] input:not([type=hidden])").first
    assert typed.input_value() == "1.2"
    other.context.close()


def test_two_visitors_do_not_see_each_others_state(watched, browser, address):
    watched.open(f"/compare?{SMALL}&regimes=ad_hoc,trust")
    other = browser.new_context().new_page()
    other.goto(f"{address}/compare?replicates=4&quarters=4&regimes=ad_hoc,mixed")
    other.wait_for_selector("#command:has-text('mixed')")
    page = watched.page
    page.get_by_label("Quarters").fill("5")
    page.wait_for_selector("#command:has-text('--quarters 5')")
    assert "--quarters 4" in other.inner_text("#command")
    assert "mixed" not in page.inner_text("#command")
    other.context.close()


def test_a_parameter_is_found_by_searching_and_set_back_to_its_default(watched):
    watched.open(f"/compare?{SMALL}&regimes=ad_hoc,trust")
    page = watched.page
    find_offered(page, page.locator("#more-parameters"), "time to bed in")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    typed = page.locator("[data-parameter='director.bedding_in'] input:not([type=hidden])").first
    typed.wait_for()
    typed.fill("6")
    page.wait_for_function("location.search.includes('set=director.bedding_in=6')")
    page.get_by_role("button", name="Time to bed in: back to the default").click()
    page.wait_for_function("!location.search.includes('set=')")
    watched.settle()


@pytest.mark.parametrize(
    "query, said",
    [
        ("quarters=900", "quarters = 900: allowed is a whole number from 1 to 80"),
        ("set=director.blame=9", "director.blame = 9"),
        ("regime=trust", "this page knows nothing of 'regime'; allowed are axes, baseline"),
        ("drawn=fans:x", "this page knows nothing of 'drawn'"),
        ("start=2020Q1", "start = '2020Q1': allowed is one of 2014Q1"),
        ("regimes=%3Cscript%3Ealert(1)%3C/script%3E", "regimes names"),
    ],
)
def test_a_broken_address_is_told_and_the_page_still_serves(watched, query, said):
    watched.page.goto(f"{watched.address}/compare?{query}&replicates=8")
    watched.page.wait_for_selector(".warning")
    assert said in watched.page.inner_text(".warning")


def test_an_address_of_no_page_names_the_pages_there_are(watched):
    watched.page.goto(f"{watched.address}/nothing/here")
    watched.page.get_by_role("link", name="Compare regimes").first.wait_for()
    assert "There is no such page" in watched.page.inner_text("h1")


def test_charts_that_come_late_show_the_last_histories_all_the_same(watched):
    def late(route):
        watched.page.wait_for_timeout(2500)
        route.continue_()

    watched.page.route("**/plotly.min.js*", late)
    watched.open("/compare?replicates=60&quarters=8&regimes=ad_hoc,trust")
    page = watched.page
    page.wait_for_selector("#fan-trust .main-svg")
    page.wait_for_selector("#fan-ad_hoc .main-svg")
    with page.expect_download() as download:
        page.get_by_label("Download medians and bands by quarter, all indicators as CSV").click()
    table = pl.read_csv(download.value.path()).filter(pl.col("indicator") == "inadequate")
    for regime in ("ad_hoc", "trust"):
        drawn = page.evaluate(f"document.getElementById('fan-{regime}').data[3].y")
        assert drawn == table.filter(pl.col("regime") == regime)["q50"].to_list()


def test_pictures_hold_the_charts_and_say_how_they_were_made(watched):
    watched.open(f"/compare?{SMALL}&regimes=ad_hoc,trust&set=director.blame=0.7")
    page = watched.page
    for chart in ("#plane", "#fan-trust", "#fan-ad_hoc"):
        page.wait_for_selector(f"{chart} .main-svg")
    for place, marks in (("plane", 20), ("unfolds", 10), ("differences", 10), ("maps", 100)):
        drawn = watched.download(f"[data-picture={place}][data-form=svg]").decode()
        assert len(re.findall(r"<(?:path|circle|use|rect|line)\b", drawn)) > marks, place
        assert "--set director.blame=0.7" in text_of(drawn)
        assert ".." not in text_of(drawn)


def test_each_control_changes_what_it_says(watched):
    watched.open(f"/compare?{SMALL}")
    page = watched.page
    page.get_by_label("Histories", exact=True).fill("5")
    page.wait_for_selector("#count:has-text('5 histories')")
    page.get_by_role("textbox", name="Compared with").click()
    page.get_by_role("option", name="Trust", exact=True).click()
    page.wait_for_selector("#differences :text('The difference from Trust')")
    assert "baseline=trust" in page.url
    page.get_by_role("textbox", name="Show").first.click()
    page.get_by_role("option", name="Agency staff, %").click()
    page.wait_for_selector("#why:has-text('Agency staff, %')")
    page.get_by_role("textbox", name="Show").nth(1).click()
    page.get_by_role("option", name="New money for failure against services judged inadequate").click()
    page.wait_for_selector("#plane .xtitle:has-text('New money for failure')")
    page.get_by_role("textbox", name="Show").nth(2).click()
    page.get_by_role("option", name="Years of weak services").click()
    page.wait_for_selector("#maps .caption:has-text('Years of weak services')")
    page.locator(".mantine-MultiSelect-pill button").nth(1).click()  # the sector-led alliance
    page.wait_for_function("document.querySelectorAll('#fans figure').length === 2")
    assert "regimes=ad_hoc,trust" in page.url
    assert "baseline=trust" in page.url
    assert page.get_by_role("textbox", name="Compared with").input_value() == "Trust"


def test_the_link_of_the_page_one_is_on_leads_to_the_page_by_itself(watched):
    watched.open("/history?quarters=4&seed=3")
    page = watched.page
    page.click(".bar a[aria-current]")
    page.wait_for_function("location.search === ''")
    page.wait_for_function("document.querySelector('input[id*=quarters]')?.value === '44'")
    assert page.title() == "Watch one history – Turnaround"


def test_nobody_is_kept_out_and_nothing_makes_the_page_scroll_sideways(watched):
    watched.open(f"/compare?{SMALL}&regimes=ad_hoc,trust")
    watched.page.wait_for_selector("#plane .main-svg")
    assert faults_at(watched.page, 390, 1400) == {390: [], 1400: []}


def test_nothing_offers_to_send_the_data_away(watched):
    watched.open(f"/compare?{SMALL}&regimes=ad_hoc,trust")
    assert watched.page.locator("[data-title='Share chart...'], .modebar-btn").count() == 0


def test_what_is_shown_can_be_downloaded(watched):
    watched.open(f"/compare?{SMALL}&regimes=ad_hoc,trust")
    for name in (
        "Download paired differences",
        "Download medians and bands",
        "Download how it unfolds",
    ):
        with watched.page.expect_download() as download:
            watched.page.get_by_label(name).first.click()
        assert download.value.path().stat().st_size > 1000
