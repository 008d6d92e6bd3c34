"""The page on one council, as a browser opens it."""

import json
import re
import urllib.request
from urllib.error import HTTPError

import pytest

from tests.live_helpers import faults

SMALL = "start=2014Q3&quarters=6&replicates=8"


def choose(page, label, typed):
    """Choose from a list by typing, with the keyboard alone."""
    field = page.get_by_role("textbox", name=label, exact=True)
    field.focus()
    field.fill(typed)
    field.press("Enter")


def asked(address, query):
    """What the stream says to a query, message by message."""
    with urllib.request.urlopen(f"{address}/stream/council?{query}") as answer:
        return [json.loads(line) for line in answer]


def test_it_shows_record_futures_and_what_drives_them(watched):
    watched.open(f"/council?{SMALL}&regimes=ad_hoc,trust")
    page = watched.page
    assert page.inner_text("#whose") == "Birmingham: the record to 2019"
    page.wait_for_selector("#record-chart .main-svg")
    assert "Birmingham Children's Trust begins" in page.inner_text("#record")
    page.wait_for_function("document.querySelectorAll('#futures .js-plotly-plot .main-svg').length >= 4")
    assert page.locator("#futures .js-plotly-plot").count() == 4
    assert page.locator("#ends tbody tr").count() == 2
    assert page.locator("#standing tbody tr").count() == 7
    assert page.locator("#links tbody tr").count() in (0, 7)
    assert page.inner_text("#links")
    assert page.inner_text("#count") == "8 histories"
    assert "luck alone" in page.inner_text("#limits")
    command = page.inner_text("#command")
    assert command.startswith("turnaround compare --regimes ad_hoc,trust --start 2014Q3 --quarters 6")
    assert "--posterior none" in command


def test_choosing_a_council_by_keyboard_shows_it_and_writes_the_address(watched):
    watched.open(f"/council?{SMALL}&regimes=ad_hoc")
    page = watched.page
    choose(page, "Council", "Slough")
    page.wait_for_function("document.querySelector('#whose').textContent.startsWith('Slough')")
    watched.settle()
    assert "council=871" in page.url
    assert "Slough Children's Services Trust begins" in page.inner_text("#record")
    assert "Slough" in page.inner_text("#standing")


def test_a_link_restores_council_story_and_regime(watched):
    watched.open(f"/council?{SMALL}&regimes=trust&council=Doncaster&story=on&told=trust&history=2&length=3")
    page = watched.page
    assert page.inner_text("#whose").startswith("Doncaster")
    assert page.get_by_role("textbox", name="Council", exact=True).input_value() == "Doncaster"
    page.wait_for_selector("#story h3")
    assert page.inner_text("#story h3") == "Doncaster: replicate 2 of seed 1"
    assert "Under regime trust" in page.inner_text("#story")
    assert page.locator("h1").count() == 1
    assert "turnaround explain --council Doncaster --regime trust --replicate 2" in page.inner_text(
        "#explain-command"
    )


def test_a_story_is_told_only_when_asked_for_and_goes_again(watched):
    watched.open(f"/council?{SMALL}&regimes=ad_hoc&length=2")
    page = watched.page
    assert page.inner_text("#story") == ""
    page.get_by_role("radio", name="Not told").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#story h3")
    watched.settle()
    assert "story=on" in page.url
    page.get_by_role("radio", name="Told", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("!document.querySelector('#story h3')")


@pytest.mark.parametrize(
    "query, said",
    [
        ("council=Atlantis", "council 'Atlantis'"),
        ("council=%3Cscript%3Ealert(1)%3C%2Fscript%3E", "allowed is a council's name or its code"),
        ("start=2021Q1", "allowed is a quarter from 2014Q1 to 2020Q1"),
        ("replicates=1000", "allowed is a whole number from 1 to 200"),
        ("quarters=80", "allowed is a whole number from 1 to 40"),
        ("set=director.blame=1", "allowed is no set"),
        ("posterior=shipped", "use `turnaround forecast`"),
        ("story=perhaps", "allowed is one of off, on"),
        ("length=81", "allowed is a whole number from 1 to 80"),
        ("regimes=ad_hoc,anarchy", "regimes names 'anarchy'"),
    ],
)
def test_what_is_not_allowed_is_said_and_nothing_runs(address, query, said):
    messages = asked(address, query)
    assert len(messages) == 1
    assert said in messages[0]["error"]


def test_a_broken_address_gives_a_message_and_the_usual_page(watched):
    watched.page.goto(f"{watched.address}/council?council=Atlantis")
    assert "Atlantis" in watched.page.inner_text("#told")
    watched.page.wait_for_function("document.querySelector('#whose').textContent.startsWith('Birmingham')")


def test_a_council_founded_later_is_told_apart(address):
    messages = asked(address, f"{SMALL}&council=North+Northamptonshire&regimes=ad_hoc")
    parts = {key: text for message in messages for key, text in message.get("html", {}).items()}
    assert "does not exist just before 2014Q3" in parts["standing"]
    assert "does not exist at the end of 2015Q4" in parts["ends"]


@pytest.mark.parametrize("name", ["record", "chances", "quality", "ends", "standing"])
def test_its_tables_can_be_downloaded(address, name):
    with urllib.request.urlopen(f"{address}/data/council-{name}.csv?{SMALL}&regimes=ad_hoc,trust") as answer:
        lines = answer.read().decode().splitlines()
    assert len(lines) > 3


def test_a_download_of_what_is_not_allowed_is_refused(address):
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(f"{address}/data/council-record.csv?council=Atlantis")
    assert re.search("Atlantis", refused.value.read().decode())


@pytest.mark.parametrize("width", [pytest.param(1400, marks=pytest.mark.slow), 390])
def test_it_is_accessible_and_never_scrolls_sideways(watched, width):
    page = watched.page
    page.set_viewport_size({"width": width, "height": 900})
    told = "story=on&length=2" if width < 1000 else "story=off"
    watched.open(f"/council?{SMALL}&regimes=ad_hoc,trust&{told}")
    page.wait_for_selector("#futures .main-svg")
    assert faults(page) == []
