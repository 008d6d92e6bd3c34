"""The server of the dashboards: what it answers to anybody, and what it refuses."""

import json
import os
import socket

import pytest

from dashboards.live.address import LONGEST, Address
from dashboards.live.app import PAGES, make_app
from dashboards.live.computing import Computing, Remembered
from dashboards.live.controls import MAIN_PARAMETERS, parameter_control
from dashboards.live.offered import Offered
from dashboards.live.server import LONGEST_LINE
from dashboards.live.streams import as_line, visitor_gone
from experiments.errors import StudyError
from model.registry import registry


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    (folder / "within").mkdir()
    (folder.parent / "beside").mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def client(results):
    return make_app(Offered(results, Computing(1))).server.test_client()


def messages(answer):
    return [json.loads(line) for line in answer.get_data(as_text=True).splitlines()]


@pytest.mark.parametrize(
    "path", ["/", "/compare", "/nothing/here", "/compare?" + "x" * 9000, "/%00", "/..%2f..%2fetc"]
)
def test_every_address_gets_a_page_that_may_load_from_this_server_only(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert b"http://" not in answer.data.replace(b"http://www.w3.org", b"")
    assert b"https://" not in answer.data


def test_an_address_as_long_as_pages_read_is_within_what_the_server_reads():
    assert LONGEST + len("GET /stream/compare? HTTP/1.1") < LONGEST_LINE


def test_a_stream_tells_what_is_not_allowed_and_ends(client):
    assert messages(client.get("/stream/compare?quarters=900")) == [
        {"error": "quarters = 900: allowed is a whole number from 1 to 80"}
    ]


@pytest.mark.parametrize(
    "query, said",
    [
        ("set=" + "a" * 100, "a" * 100),
        ("regimes=%00", "regimes names '\\x00'"),
        ("seed=1e99", "seed = '1e99': allowed is a whole number"),
        ("quarters=%D9%A1", "quarters is given 2 times"),
        ("regimes=ad_hoc,ad_hoc", "allowed is each once"),
    ],
)
def test_a_broken_query_is_answered_with_one_message_that_says_why(client, query, said):
    answer = client.get(f"/stream/compare?{query}&replicates=2&quarters=1")
    assert answer.status_code == 200
    [message] = messages(answer)
    assert message.keys() == {"error"}
    assert said in message["error"]


@pytest.mark.parametrize("query", ["regimes[]=1", "=&=&="])
def test_what_no_page_reads_changes_nothing(client, query):
    answer = client.get(f"/stream/compare?{query}&replicates=2&quarters=1")
    found = messages(answer)
    assert not any("error" in message for message in found)
    assert ["2 histories", 1.0] in [message.get("progress") for message in found]


def test_what_goes_wrong_in_the_program_is_logged_and_not_shown(client, monkeypatch, caplog):
    def broken(*given):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("dashboards.live.pages.compare.growing", broken)
    told = messages(client.get("/stream/compare?replicates=2&quarters=1"))[-1]
    assert "Something went wrong in the program" in told["error"]
    assert "secret" not in json.dumps(told)
    assert "secret" in caplog.text


def test_no_other_stream_or_table_is_answered(client):
    assert client.get("/stream/nothing").status_code == 404
    assert client.get("/data/compare-differences.exe").status_code == 404


def test_a_table_that_is_not_allowed_is_refused_with_the_reason(client):
    answer = client.get("/data/compare-differences.csv?quarters=0")
    assert answer.status_code == 400
    assert "allowed is a whole number from 1 to 80" in answer.get_data(as_text=True)


@pytest.mark.parametrize("given", ["../beside", "/etc", "within/../../beside", "nothing", "a\0b"])
def test_only_folders_within_the_one_allowed_are_opened(results, given):
    offered = Offered(results, Computing(1), Remembered(1))
    assert offered.folder("within") == results / "within"
    with pytest.raises(StudyError, match="folder"):
        offered.folder(given)


def test_every_page_can_be_laid_out_from_an_empty_address(results):
    offered = Offered(results, Computing(1), Remembered(1))
    for page in PAGES:
        assert page.layout(Address({}), offered) is not None


def properties_of(drawn):
    """The properties of all components within one."""
    if isinstance(drawn, list):
        for one in drawn:
            yield from properties_of(one)
    elif isinstance(drawn, dict):
        if "props" in drawn and "type" in drawn:
            yield drawn["props"]
        for value in drawn.values():
            yield from properties_of(value)


def texts_of(drawn):
    """All texts within a component that are shown: its children, labels and descriptions."""
    for props in properties_of(drawn):
        for key in ("children", "label", "description"):
            given = props.get(key)
            yield from (
                one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str)
            )


@pytest.mark.parametrize("name", [*MAIN_PARAMETERS, *list(registry())[::7]])
def test_every_control_says_unit_meaning_and_source(name):
    """The unit stands where it is read with the control: in its description, or between a slider's ends."""
    entry = registry()[name]
    drawn = json.loads(as_line({"control": parameter_control(name)}))
    shown = [text for text in texts_of(drawn) if text]
    assert any(entry.meaning[1:] in text for text in shown)
    assert any(entry.source in text for text in shown)
    assert name in shown
    words = {"none": "no unit", "0-1": "0 to 1", "0/1": "no or yes", "logit": "10% better odds"}
    words |= {"log a year": "about 1%", "log hazard per unit": "about 10% more"}
    unit = "kinds" if entry.type == "arrangement" else words.get(entry.unit, entry.unit)
    assert any(text.endswith(unit) for text in shown)


@pytest.mark.parametrize("path", ["/history", "/council"])
def test_every_control_of_a_study_has_a_name_and_says_what_it_sets(results, path):
    offered = Offered(results, Computing(1), Remembered(1))
    laid_out = next(page for page in PAGES if page.path == path).layout(Address({}), offered)
    drawn = json.loads(as_line({"page": laid_out}))
    found = [
        props
        for props in properties_of(drawn)
        if isinstance(props.get("id"), dict) and props["id"].get("type") == "view" and "label" in props
    ]
    assert len(found) >= 4
    assert [props["id"]["key"] for props in found if not (props["label"] and props.get("description"))] == []


def test_a_visitor_has_gone_once_the_connection_is_closed_and_not_before():
    ours, theirs = socket.socketpair()
    gone = visitor_gone({"gunicorn.socket": ours})
    assert not gone()
    theirs.send(b"more")
    assert not gone()
    ours.recv(4)
    theirs.close()
    assert gone()
    ours.close()


def test_without_a_connection_to_look_at_nobody_is_taken_to_have_gone():
    assert not visitor_gone({})()


def test_more_threads_than_cores_are_refused(cli):
    code, _, error = cli("dashboard", "--no-open", "--workers", "64", "--threads", "2")
    assert code == 2
    assert f"64 processes x 2 computing threads are more than the {os.cpu_count()} cores" in " ".join(
        error.split()
    )


def test_a_port_that_is_taken_is_refused_with_what_is_allowed(cli):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, error = cli("dashboard", "--no-open", "--port", taken.getsockname()[1])
    assert code == 2
    assert "allowed is an address of this machine and a port that is free" in " ".join(error.split())


def test_a_host_that_is_none_is_refused(cli):
    code, _, error = cli("dashboard", "--no-open", "--host", "256.0.0.1")
    assert code == 2
    assert "256.0.0.1" in error
