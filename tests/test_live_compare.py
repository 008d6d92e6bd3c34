"""The page that compares regimes, as a browser opens it."""

import pytest

from tests.live_helpers import faults

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
    page.locator("#more-parameters").fill("time to bed in")
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
        ("regimes=%3Cscript%3Ealert(1)%3C/script%3E", "regimes names"),
    ],
)
def test_a_broken_address_is_told_and_the_page_still_serves(watched, query, said):
    watched.page.goto(f"{watched.address}/compare?{query}")
    watched.page.wait_for_selector(".warning")
    assert said in watched.page.inner_text(".warning")


def test_an_address_of_no_page_names_the_pages_there_are(watched):
    watched.page.goto(f"{watched.address}/nothing/here")
    watched.page.get_by_role("link", name="Compare regimes").first.wait_for()
    assert "There is no such page" in watched.page.inner_text("h1")


@pytest.mark.parametrize("width", [pytest.param(1400, marks=pytest.mark.slow), 390])
def test_nobody_is_kept_out_and_nothing_makes_the_page_scroll_sideways(watched, width):
    watched.page.set_viewport_size({"width": width, "height": 900})
    watched.open(f"/compare?{SMALL}&regimes=ad_hoc,trust")
    watched.page.wait_for_selector("#plane .main-svg")
    assert faults(watched.page) == []


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
