"""The back key on the dashboards: it undoes the last choice; what slides or plays is no step of its own."""

import re

import pytest
from live_helpers import choose, find_offered, set_number

RESTED = 700
"""Milliseconds after which a slider and its number box agree."""


def entries(page) -> int:
    return page.evaluate("history.length")


def wait_for(page, expression: str, argument: object = None) -> None:
    page.wait_for_function(expression, arg=argument)


def test_back_undoes_the_choice_of_a_council_and_forward_makes_it_again(watched):
    watched.open("/council?replicates=5&quarters=4&regimes=ad_hoc")
    page = watched.page
    choose(page, "Council", "Leeds")
    wait_for(page, "document.getElementById('whose').textContent.startsWith('Leeds')")
    assert "council=383" in page.url
    page.go_back()
    wait_for(page, "document.getElementById('whose').textContent.startsWith('Birmingham')")
    watched.settle()
    assert "council=" not in page.url
    assert page.get_by_role("textbox", name="Council", exact=True).input_value() == "Birmingham"
    page.go_forward()
    wait_for(page, "document.getElementById('whose').textContent.startsWith('Leeds')")
    watched.settle()
    assert "council=383" in page.url


def test_back_takes_a_regime_out_again_and_keeps_what_was_set_before(watched):
    watched.open("/compare?regimes=ad_hoc,trust&replicates=4&quarters=4")
    page = watched.page
    set_number(page, "Seed", 7)
    wait_for(page, "location.search.includes('seed=7')")
    watched.settle()
    page.get_by_role("textbox", name="Regimes").click()
    page.get_by_role("option", name="Mixed", exact=True).click()
    page.keyboard.press("Escape")
    page.wait_for_selector("#fan-mixed")
    page.go_back()
    page.wait_for_selector("#fan-mixed", state="detached")
    wait_for(page, "!document.getElementById('command').textContent.includes('mixed')")
    assert "--seed 7" in page.inner_text("#command")
    assert "mixed" not in page.url
    assert "seed=7" in page.url
    assert page.get_by_label("Seed", exact=True).input_value() == "7"


def test_what_slides_or_is_typed_makes_no_entry_and_back_leaves_the_page_then(watched):
    watched.open("/debate")
    page = watched.page
    page.click("#to-compare")
    page.wait_for_selector("#page h1:has-text('Compare regimes')")
    watched.settle()
    before = entries(page)
    set_number(page, "Quarters", 5)
    wait_for(page, "location.search.includes('quarters=5')")
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    wait_for(page, "location.search.includes('set=')")
    watched.settle()
    assert entries(page) == before
    page.go_back()
    page.wait_for_selector("#page h1:has-text('The debate')")


def test_a_parameter_that_was_moved_after_a_choice_goes_back_to_what_it_was_before(watched):
    watched.open("/compare?regimes=ad_hoc&replicates=2&quarters=2")
    page = watched.page
    page.get_by_role("region", name="How it unfolds").get_by_label("Show").click()
    page.get_by_role("option", name="Latent quality, points", exact=True).click()
    wait_for(page, "location.search.includes('indicator=quality_mean')")
    slider = page.get_by_role("slider").first
    slider.focus()
    usual = slider.get_attribute("aria-valuenow")
    page.keyboard.press("ArrowRight")
    wait_for(page, "location.search.includes('set=')")
    page.wait_for_timeout(RESTED)
    page.go_back()
    wait_for(page, "!location.search.includes('set=') && !location.search.includes('indicator')")
    wait_for(page, "n => document.querySelector('[role=slider]').getAttribute('aria-valuenow') === n", usual)
    wait_for(page, "!document.getElementById('command').textContent.includes('--set ')")


def test_back_unpicks_a_council_on_the_map_and_stepping_through_quarters_makes_no_entry(watched):
    watched.open("/history?quarters=6")
    page = watched.page
    page.wait_for_selector("#history-map .la")
    before = entries(page)
    page.click("[data-step='1']")
    wait_for(page, "location.search.includes('quarter=2014Q2')")
    assert entries(page) == before
    find_offered(page, page.locator("#history-council"), "Leeds")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_for(page, "location.search.includes('council=383')")
    assert entries(page) == before + 1
    page.go_back()
    wait_for(page, "!location.search.includes('council')")
    assert page.inner_text("#history-detail h3").startswith("All councils")
    assert re.search("quarter=2014Q2", page.url)
    page.go_forward()
    wait_for(page, "document.querySelector('#history-detail h3').textContent.startsWith('Leeds')")


@pytest.mark.parametrize("path", ["/compare?replicates=2&quarters=2", "/history?quarters=4"])
def test_opening_a_page_and_skipping_to_its_content_make_it_load_once(watched, path):
    watched.open(path)
    page = watched.page
    page.evaluate("window.here = true")
    page.evaluate("location.hash = 'page'")
    page.go_back()
    page.wait_for_timeout(400)
    assert page.evaluate("window.here")
