"""The page of the debate, as a browser opens it, and what it reads from a folder."""

import json
import shutil
import urllib.error
import urllib.request
from urllib.parse import quote

import polars as pl
import pytest
from live_helpers import faults

from dashboards.claims_kept import KEPT, SHIPPED, VERDICTS_TABLE, drawing, read_kept
from dashboards.claims_listed import THEMES, article_of, levers_of, points_of
from dashboards.live.app import make_app
from dashboards.live.computing import Computing
from dashboards.live.driving import serving
from dashboards.live.offered import Offered
from experiments.claims import CLAIMS, contrast_of, find_contrasts
from experiments.claims.across import Study, carry_out, complete, plan
from experiments.claims.assessing import assess, informed, table_of
from experiments.claims.sides import cases
from experiments.errors import StudyError
from experiments.posterior import holds_here, shipped_posterior

TRIED = ["C06", "C13"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A folder of results in which two claims were tried on ten sets; an empty one beside it."""
    from dashboards.claims_page import write_claims_pages

    root = tmp_path_factory.mktemp("served")
    folder = root / "results" / "small"
    study = Study(shipped_posterior(), 10, 2)
    contrasts = find_contrasts(TRIED)
    carry_out(plan(contrasts, study, folder), 2)
    runs = complete(contrasts, study, folder)
    found = [assess(contrast, study, runs[contrast.claim]) for contrast in contrasts]
    told = informed(study.posterior)
    write_claims_pages(found, cases(found, 10), told, study, folder, "turnaround claims --sets 10")
    table_of(found).write_csv(folder / VERDICTS_TABLE)
    (root / "results" / "empty").mkdir()
    return root


@pytest.fixture(scope="module")
def address(results):
    with serving(results) as found:
        yield found


# What is said of a claim without a run


def test_every_claim_belongs_to_one_theme():
    assert sorted(claim for claims in THEMES.values() for claim in claims) == sorted(CLAIMS)


def test_every_claim_has_levers_points_and_the_article_that_recorded_it():
    for contrast in find_contrasts():
        assert [row[0] for row in levers_of(contrast)] == list(contrast.levers)
        verdicts = {row[0]: row[1] for row in points_of(contrast)}
        assert verdicts["where it holds"] == "holds"
        assert verdicts["where it does not"] == "does not hold"
        assert article_of(contrast)


def test_levers_show_the_values_of_either_arm_those_of_the_regime_among_them():
    deadline = {row[0]: row[2:4] for row in levers_of(contrast_of("C18"))}["regime.takeover_deadline"]
    assert deadline == ("0", "2")


# What is kept


def test_what_is_kept_says_what_the_page_says(results):
    folder = results / "results" / "small"
    kept, page = read_kept(folder), (folder / "claims.html").read_text("utf-8")
    assert list(kept.claims) == TRIED
    for one in kept.claims.values():
        for key in ("sentence", "strength_sentence", "dependence", "worth"):
            assert one[key].split(".")[0] in page.replace("&#39;", "'")
        assert "<svg" in one["figure"]
    assert set(kept.cases) == {side for claim in TRIED for side in contrast_of(claim).sides}


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda found: found.update(layout=99), "layout"),
        (lambda found: found.update(sets="many"), "sets"),
        (lambda found: found["claims"][0].pop("verdict"), "claims[0].verdict"),
        (lambda found: found["claims"][0].update(verdict="surely"), "no claim with a verdict"),
        (lambda found: found["claims"][0].update(claim="C99"), "no claim with a verdict"),
        (lambda found: found["claims"][0].update(figure="<svg onload='x()'/>"), "drawing"),
        (lambda found: found["claims"][0].update(intervals=[["a"], [1]]), "intervals[1][0]"),
    ],
)
def test_a_file_that_is_not_as_it_is_written_is_refused(results, tmp_path, change, said):
    found = json.loads((results / "results" / "small" / KEPT).read_text("utf-8"))
    change(found)
    (tmp_path / KEPT).write_text(json.dumps(found), "utf-8")
    with pytest.raises(StudyError) as refused:
        read_kept(tmp_path)
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["{", "[]", "null", "[" * 5000])
def test_a_file_that_is_no_such_thing_is_refused(tmp_path, text):
    (tmp_path / KEPT).write_text(text, "utf-8")
    with pytest.raises(StudyError):
        read_kept(tmp_path)


@pytest.mark.parametrize(
    "hostile",
    [
        "<svg><script>x()</script></svg>",
        "<svg><a href='javascript:x()'/></svg>",
        "<svg><rect fill='url(http://elsewhere)'/></svg>",
        "<svg><rect style='background:red'/></svg>",
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
        "<svg",
        "<b>no drawing</b>",
    ],
)
def test_a_drawing_that_could_do_more_than_draw_is_refused(hostile):
    with pytest.raises(StudyError):
        drawing(hostile, "somewhere")


# The page


def test_it_lists_all_claims_by_theme_and_warns_where_nobody_can_miss_it(watched):
    watched.open("/debate")
    page = watched.page
    assert page.locator("#claim-list .theme h2").all_inner_texts() == list(THEMES)
    assert page.locator("#claim-list li").count() == len(CLAIMS)
    assert "A verdict about the model is not one about the world" in page.inner_text(".standing")
    assert page.locator(".standing").bounding_box()["y"] < 400
    assert page.locator("#claim-list .claim-verdict").count() == len(TRIED)
    assert page.inner_text("#found") == "All 43 claims are listed."


def test_a_claim_opens_its_contrast_and_back_returns_to_the_list(watched):
    watched.open("/debate?side=sector")
    page = watched.page
    page.click("#claim-list a:has-text('C06')")
    page.wait_for_selector("#opened-head:focus")
    assert "claim=C06" in page.url
    assert "side=sector" in page.url
    opened = page.inner_text("#opened")
    for said in ("Said by: Local Government Association", "Break-even", "What would settle it"):
        assert said in opened
    assert "turnaround claims --claim C06 --sets 10 --replicates 2 --seed 1" in opened
    assert page.locator("#opened .figures svg").count() == 2
    page.go_back()
    page.wait_for_selector("#debate[data-open=no]")
    assert "claim=" not in page.url
    assert not page.locator("#opened").is_visible()
    page.go_forward()
    page.wait_for_selector("#debate[data-open=yes] #opened-head")


def test_a_shared_link_restores_claim_filters_and_their_controls(watched):
    watched.open("/debate?verdict=not-tried-here&side=charities&words=england&claim=C11&folder=small")
    page = watched.page
    assert page.input_value("input[placeholder^=deadline]") == "england"
    assert page.locator("#opened-head").inner_text().startswith("C11.")
    assert page.locator("#claim-list li").count() > 0
    assert "turnaround claims --claim C11" in page.inner_text("#opened")
    assert "where it holds" in page.inner_text("#opened")


def test_search_and_filters_leave_what_is_asked_for_and_stand_in_the_address(watched):
    watched.open("/debate")
    page = watched.page
    page.get_by_label("Search the claims").fill("six months")
    page.wait_for_function("document.querySelectorAll('#claim-list li').length < 43")
    listed = page.locator("#claim-list .claim-number").all_inner_texts()
    assert {"C18", "C19"} <= set(listed)
    assert page.inner_text("#found") == f"{len(listed)} of 43 claims are listed."
    assert "words=six+months" in page.url
    page.get_by_role("textbox", name="Makes the case of").click()
    page.get_by_role("option", name="Councils and their associations").click()
    page.wait_for_function("n => document.querySelectorAll('#claim-list li').length < n", arg=len(listed))
    assert "side=sector" in page.url


def test_the_counts_of_verdicts_filter(watched):
    watched.open("/debate")
    page = watched.page
    page.click(".count:has-text('not tried here')")
    page.wait_for_function("n => document.querySelectorAll('#claim-list li').length === n", arg=41)
    assert page.get_by_role("textbox", name="Verdict", exact=True).input_value().endswith("not tried here")


def test_the_case_of_a_side_opens_from_the_table_of_sides(watched):
    watched.open("/debate")
    page = watched.page
    page.click("summary:has-text('The sides')")
    page.locator(".by-side a:has-text('its case')").first.click()
    page.wait_for_selector("#opened-head:has-text('The case of')")
    assert "Most favourable" in page.inner_text("#opened")
    assert "case=" in page.url


def test_regimes_nearest_to_the_arms_are_linked_where_there_are_any(watched):
    watched.open("/debate?claim=C13")
    link = watched.page.locator("#opened a[href^='/compare']")
    assert (
        link.get_attribute("href") == "/compare?regimes=ad_hoc,private_provider&baseline=ad_hoc&quarters=44"
    )
    watched.open("/debate?claim=C18")
    assert watched.page.locator("#opened a[href^='/compare']").count() == 0


@pytest.mark.parametrize(
    "query, said",
    [
        ("claim=C99", "no claim is called 'C99'"),
        ("claim=<script>alert(1)</script>", "no claim is called"),
        ("verdict=surely", "allowed is one of"),
        ("side=nobody", "allowed is one of"),
        ("folder=../..", "allowed is a folder within"),
        ("folder=nowhere", "there is no such folder"),
        ("folder=empty", "holds no verdicts"),
        ("claim=C01&case=sector", "allowed is one of them"),
        ("claim=C01&claim=C02", "allowed is once"),
    ],
)
def test_what_an_address_may_not_ask_for_is_said_and_the_page_shown(results, address, query, said):
    # The message is made by the server: a browser for each would only take time.

    stream = f"{address}/stream/debate?{quote(query, safe='=&')}"
    with urllib.request.urlopen(stream) as answer:
        lines = [json.loads(line) for line in answer]
    assert list(lines[0]) == ["error"]
    assert said in lines[0]["error"]


def test_a_broken_address_shows_a_message_beside_the_page(watched):
    watched.open("/debate?claim=C99&side=nobody")
    assert "side = 'nobody': allowed is one of any, sector" in watched.page.inner_text("#told")
    assert watched.page.locator("#claim-list li").count() == len(CLAIMS)


def test_the_keyboard_alone_opens_a_claim_and_returns(watched):
    watched.open("/debate?words=peer+review")
    page = watched.page
    page.get_by_label("Search the claims").focus()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#claim-list li') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#opened-head:focus")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#debate[data-open=no]")


BIG, SMALL = 1400, 390
SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "query, width",
    [
        pytest.param("", BIG, marks=SLOW),
        ("?claim=C13", BIG),
        ("", SMALL),
        pytest.param("?claim=C06", SMALL, marks=SLOW),
        ("?case=sector", SMALL),
    ],
)
def test_nobody_is_kept_out_and_nothing_is_cut_off(watched, query, width):
    watched.page.set_viewport_size({"width": width, "height": 800})
    watched.open(f"/debate{query}")
    assert faults(watched.page) == []
    watched.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert faults(watched.page) == []
    assert watched.page.locator("#claim-list").is_visible() == (query == "" or width == BIG)


def test_without_any_results_the_verdicts_of_the_project_are_shown(tmp_path):
    with make_app(Offered(tmp_path, Computing(1))).server.test_client() as visitor:
        (shown, _) = map(json.loads, visitor.get("/stream/debate?claim=C18").get_data(True).splitlines())
        table = visitor.get("/data/verdicts.csv?claim=C18").get_data(True)
    parts = shown["html"]
    assert "Verdicts that come with this version" in parts["source"]
    assert "with other rules" not in parts["source"]
    assert parts["claim-list"].count("claim-verdict") == len(CLAIMS)
    assert "Break-even" in parts["opened"]
    assert table.splitlines()[1].startswith("C18,")
    assert len(table.splitlines()) == 2


def test_verdicts_that_come_with_the_project_are_of_the_rules_that_run():
    kept = read_kept(SHIPPED)
    assert holds_here(kept.model_hash)
    assert list(kept.claims) == list(CLAIMS)


def test_a_claim_that_was_not_tried_says_what_is_compared_and_how_to_try_it(watched):
    watched.open("/debate?claim=C18")
    opened = watched.page.inner_text("#opened")
    for said in ("prime minister, December 2015", "where it holds", "turnaround claims --claim C18 "):
        assert said in opened
    assert not watched.page.locator("button[data-picture]").first.is_visible()


def test_a_folder_that_cannot_be_opened_stands_in_nobody_s_way(results, tmp_path):
    (tmp_path / "newest").mkdir()
    (tmp_path / "newest" / KEPT).write_text("{", "utf-8")
    with make_app(Offered(tmp_path, Computing(1))).server.test_client() as visitor:
        shown = json.loads(visitor.get("/stream/debate").get_data(True).splitlines()[0])
        refused = json.loads(visitor.get("/stream/debate?folder=newest").get_data(True).splitlines()[0])
    assert "Verdicts that come with this version" in shown["html"]["source"]
    assert "cannot be read" in refused["error"]


def test_verdicts_reached_with_other_rules_say_so(results, tmp_path):
    shutil.copytree(results / "results" / "small", tmp_path / "small")
    found = json.loads((tmp_path / "small" / KEPT).read_text("utf-8"))
    (tmp_path / "small" / KEPT).write_text(json.dumps(found | {"model_hash": "0" * 64}), "utf-8")
    with make_app(Offered(tmp_path, Computing(1))).server.test_client() as visitor:
        shown = json.loads(visitor.get("/stream/debate").get_data(True).splitlines()[0])
    assert "with other rules of the model" in shown["html"]["source"]


def test_tables_and_figures_of_what_is_shown_can_be_taken_along(watched, results):
    watched.open("/debate?claim=C06")
    page = watched.page
    table = pl.read_csv(watched.download("a[aria-label='Download verdicts of the claims listed as CSV']"))
    assert table["claim"].to_list() == ["C06"]
    drawn = watched.download("button[aria-label='Download figures of the claim as SVG']").decode()
    assert "C06." in drawn
    assert drawn.count("<svg") == 3
    assert page.get_by_text("under other structures of the model").count() == 0  # none was tried here
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{watched.address}/data/structures.csv")
    assert b"holds no structures.csv" in refused.value.read()


def test_what_stands_in_a_folder_is_never_taken_for_code(results, tmp_path):
    folder = tmp_path / "<b>odd"
    shutil.copytree(results / "results" / "small", folder)
    found = json.loads((folder / KEPT).read_text("utf-8"))
    found["claims"][0]["sentence"] = found["command"] = "<img src=x onerror=alert(1)>"
    (folder / KEPT).write_text(json.dumps(found), "utf-8")
    with make_app(Offered(tmp_path, Computing(1))).server.test_client() as visitor:
        answer = visitor.get("/stream/debate?claim=C06").get_data(True)
    assert "&lt;img" in answer
    assert "<img" not in answer
    assert "<b>odd" not in answer
