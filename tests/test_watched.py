"""One history as an onlooker sees it: what the table and the events must say."""

import shlex

import numpy as np
import polars as pl
import pytest

from dashboards.hexmap import maps_of
from experiments.errors import StudyError
from experiments.single import run_once
from experiments.watched import command_of, watch_history
from model.codes import Grade
from model.facts import load_facts
from model.regimes import resolve
from turnaround.cli import main

QUARTERS = 40


@pytest.fixture(scope="module")
def watched():
    return watch_history(resolve("ad_hoc"), seed=3, replicate=2, quarters=QUARTERS)


def test_it_is_the_history_that_run_once_makes(watched):
    once = run_once(resolve("ad_hoc"), seed=3, replicate=2, quarters=QUARTERS, agents=True)
    assert watched.quarters.equals(once.quarters)
    councils = watched.councils()
    assert councils.select("quarter", "la_code").equals(once.agents.select("quarter", "la_code"))
    assert councils["quality"].equals(once.agents["practice.quality"].rename("quality"))


def test_the_councils_add_up_to_the_indicators_of_each_quarter(watched):
    councils = watched.councils()
    inadequate = councils.group_by("quarter", maintain_order=True).agg(
        inadequate=(pl.col("grade") == "inadequate").sum(), quality=pl.col("quality").mean()
    )
    assert inadequate["inadequate"].to_list() == watched.quarters["inadequate"].to_list()
    np.testing.assert_allclose(inadequate["quality"], watched.quarters["quality_mean"])


def test_events_of_a_quarter_are_as_many_as_its_indicators_say(watched):
    events = watched.events_table()
    for kind, indicator in (("judgement", "inspections"), ("director", "director_changes")):
        found = dict(events.filter(kind=kind).group_by("quarter").len().iter_rows())
        told = [found.get(quarter, 0) for quarter in watched.quarters["quarter"]]
        assert told == watched.quarters[indicator].to_list()


def test_a_judgement_says_what_it_was_before_and_which_way_it_went(watched):
    seen, rows = watched.seen, {event.row for event in watched.events()}
    assert len(rows) > 100
    for event in watched.events():
        if event.kind != "judgement" or event.quarter == 0:
            continue
        before = seen["grade"][event.quarter - 1, event.row]
        if before == Grade.NOT_JUDGED:
            assert "for the first time" in event.sentence
        elif before == event.grade:
            assert event.sentence.endswith(" again")
        else:
            assert ("worse" in event.sentence) == (event.grade > before)


def test_an_arrangement_that_begins_is_in_force_and_one_that_ends_was(watched):
    kinds = watched.seen["arrangement"]
    for event in watched.events():
        if event.kind == "arrangement":
            assert kinds[event.quarter, event.row] != kinds[event.quarter - 1, event.row]


def test_dorset_gives_way_to_its_successors_in_april_2019(watched):
    told = watched.events_table().filter(kind="boundary", quarter="2019Q2")
    assert told["name"].to_list() == [
        "Dorset (pre-2019)", "Poole", "Bournemouth", "Dorset", "Bournemouth, Christchurch and Poole",
    ]  # fmt: skip
    assert told["what"][3] == "Founded from: Dorset (pre-2019)"


def test_the_map_of_every_quarter_has_the_councils_that_exist_then(watched):
    codes = load_facts().councils["la_code"].to_numpy()
    maps = maps_of(QUARTERS)
    assert [quarter for quarter, _ in maps] == [0, 21, 29, 37]
    for quarter in range(QUARTERS):
        drawing = [drawing for since, drawing in maps if since <= quarter][-1]
        there = set(codes[watched.seen["exists"][quarter] == 1].tolist())
        assert {tile.la_code for tile in drawing.tiles} == there


def test_the_command_makes_the_same_history(tmp_path, monkeypatch, watched):
    monkeypatch.chdir(tmp_path)
    command = command_of("ad_hoc", QUARTERS, 3, 2, {})
    with pytest.raises(SystemExit) as end:
        main([*shlex.split(command)[1:], "--quiet"])
    assert not end.value.code
    kept = pl.read_csv(tmp_path / "history.csv")
    np.testing.assert_allclose(kept["quality_mean"], watched.quarters["quality_mean"])


@pytest.mark.parametrize(
    "wrong", [{"seed": -1}, {"replicate": -1}, {"quarters": 0}, {"quarters": 81}, {"seed": 1.5}]
)
def test_what_is_no_history_is_refused(wrong):
    with pytest.raises(StudyError, match="allowed is a whole number"):
        watch_history(resolve("ad_hoc"), **wrong)
