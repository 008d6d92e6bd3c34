"""The page on one council, as a browser opens it."""

import io
import json
import re
import urllib.request
from urllib.error import HTTPError

import polars as pl
import pytest
from live_helpers import choose, faults_at, find_offered, pick, set_number, text_of

SMALL = "start=2014Q3&quarters=6&replicates=8"


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


def test_each_control_chosen_by_keyboard_changes_what_follows_and_the_address(watched):
    watched.open(f"/council?{SMALL}&regimes=ad_hoc&length=2")
    page = watched.page
    command = "#command:has-text('%s')"
    choose(page, "Council", "Slough")
    page.wait_for_function("document.querySelector('#whose').textContent.startsWith('Slough')")
    assert "Slough Children's Services Trust begins" in page.inner_text("#record")
    find_offered(page, page.get_by_role("textbox", name="Regimes", exact=True), "Trust")
    for key in ("ArrowDown", "Enter", "Escape"):
        page.keyboard.press(key)
    page.wait_for_selector(command % "--regimes ad_hoc,trust")
    pick(page, "Compared with", "Trust")
    page.wait_for_selector(command % "--baseline trust")
    set_number(page, "Histories", 9)
    page.wait_for_selector(command % "--replicates 9")
    set_number(page, "Quarters", 5)
    page.wait_for_selector(command % "--quarters 5")
    choose(page, "Begin in", "2014Q2")
    page.wait_for_selector(command % "--start 2014Q2")
    set_number(page, "Seed", 3)
    page.wait_for_selector(command % "--seed 3")
    page.wait_for_selector("#which:has-text('Slough, 2014Q2 to 2015Q2, 9 histories of seed 3')")
    watched.settle()
    assert page.inner_text("#count") == "9 histories"
    assert page.locator("#ends tbody tr").count() == 2
    page.wait_for_function("document.querySelectorAll('#futures .js-plotly-plot .main-svg').length >= 4")
    assert "council=871" in page.url
    page.get_by_role("radio", name="Not told").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#story h3:has-text('Slough: replicate 0 of seed 3')")
    set_number(page, "History of luck", 4)
    page.wait_for_selector("#story h3:has-text('Slough: replicate 4 of seed 3')")
    pick(page, "Under the regime", "Trust")
    page.wait_for_selector("#story:has-text('Under regime trust')")
    set_number(page, "Quarters from 2014", 3)
    page.wait_for_selector("#explain-command:has-text('--quarters 3')")
    watched.settle()
    page.get_by_role("radio", name="Told", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("!document.querySelector('#story h3')")


def test_charts_that_are_drawn_are_not_sent_again_but_take_what_has_changed(address):
    first = asked(address, f"{SMALL}&regimes=ad_hoc")
    framed = [message["frame"]["futures"] for message in first if "futures" in message.get("frame", {})]
    assert len(framed) == 1
    assert not any("call" in message for message in first)
    again = asked(
        address, f"{SMALL}&regimes=ad_hoc&council=871&drawn=record-chart:871;futures:{framed[0]['key']}"
    )
    [changed] = [message["call"] for message in again if "call" in message]
    assert changed[0] == "councilCharts"
    assert set(changed[1]) == {"chances-ad_hoc", "quality-ad_hoc"}
    assert not any("futures" in message.get("frame", {}) for message in again)


def test_a_council_chosen_later_is_drawn_in_the_charts_that_are_there(watched):
    watched.open(f"/council?{SMALL}&regimes=ad_hoc")
    page = watched.page
    chart = "document.querySelector('#quality-ad_hoc .js-plotly-plot')"
    page.wait_for_function(f"{chart}?.data")
    median = f"JSON.stringify({chart}.data.map((trace) => Array.from(trace.y || [])))"
    before = page.evaluate(median)
    page.evaluate(f"{chart}.dataset.same = 'yes'")
    choose(page, "Council", "Slough")
    page.wait_for_function(f"{median} !== {json.dumps(before)}")
    assert page.evaluate(f"{chart}.dataset.same") == "yes"


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


def test_a_story_told_before_the_page_can_show_it_is_shown_all_the_same(watched):
    held = []
    watched.page.route("**/async-markdown*", lambda route: held.append(route))
    query = f"{SMALL}&regimes=ad_hoc&council=Slough&story=on&history=1&length=2"
    watched.page.goto(f"{watched.address}/council?{query}", wait_until="commit")
    watched.settle()
    assert held
    assert watched.page.locator("#story h3").count() == 0
    for route in held:
        route.continue_()
    watched.page.wait_for_selector("#story h3:has-text('Slough')")


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


def test_pictures_tell_of_which_council_and_histories_they_are(watched):
    watched.open(f"/council?{SMALL}&regimes=ad_hoc,trust")
    page = watched.page
    page.wait_for_function("document.querySelectorAll('#futures .js-plotly-plot .main-svg').length >= 4")
    which = "Birmingham, 2014Q3 to 2015Q4, 8 histories of seed 1"
    drawn = watched.download("[data-picture=futures-figure][data-form=svg]").decode()
    assert which in text_of(drawn)
    assert "Requires improvement" in text_of(drawn)
    assert "median of Ad hoc" in text_of(drawn)
    assert which in text_of(watched.download("[data-picture=links][data-form=svg]").decode())
    assert "Birmingham: the record to 2019" in text_of(
        watched.download("[data-picture=record-figure][data-form=svg]").decode()
    )
    assert watched.download("[data-picture=standing][data-form=png]").startswith(b"\x89PNG")
    ends = pl.read_parquet(io.BytesIO(watched.download("[data-table=council-ends][href*=parquet]")))
    assert set(ends["regime"]) == {"ad_hoc", "trust"}


def test_it_is_accessible_and_never_scrolls_sideways(watched):
    page = watched.page
    watched.open(f"/council?{SMALL}&regimes=ad_hoc,trust&story=on&length=2")
    page.wait_for_selector("#futures .main-svg")
    assert faults_at(page, 1400, 390) == {1400: [], 390: []}
