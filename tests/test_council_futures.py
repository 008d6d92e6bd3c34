"""One council's futures: the record replayed in steps, what becomes of the council, and what is on record."""

import numpy as np
import polars as pl
import pytest

from dashboards.council_figures import record_chart
from dashboards.council_words import alike_in_words, links
from experiments.council_futures import Futures, batches_of, imagine, rank_correlation
from experiments.council_origin import Replaying, Standing
from experiments.council_record import BOUNDARIES, END, JUDGEMENT, council_record, year_of_date
from experiments.explain import explain, explaining
from experiments.explain.runs import council_row
from model.facts import load_facts
from model.regimes import resolve
from model.replay import replay, run_from

BIRMINGHAM = council_row("Birmingham")


def replayed(start, quarters):
    """The record replayed in steps."""
    steps = Replaying(resolve("ad_hoc"), 1, start, quarters)
    for replicates in steps.draws:
        steps.draw(replicates)
    for now in steps.steps:
        for members in steps.groups:
            steps.advance(now, members)
        steps.weigh(now)
    return steps.origin()


def made_up(grades, quality=50.0):
    """Futures of one council from judgements by regime, shape (histories, quarters)."""
    found = {name: np.array(rows, np.int8)[..., np.newaxis] for name, rows in grades.items()}
    values = {name: np.full(rows.shape, quality, np.float32) for name, rows in found.items()}
    return Futures(24, found, values, found, np.arange(len(next(iter(found.values())))), 0)


def test_replaying_in_steps_comes_to_the_states_of_the_replay_bit_for_bit():
    mine, whole = replayed(3, 1), replay(resolve("ad_hoc"), 1, 0, 3, 1)
    for part, expected in zip(mine.worlds.parts(), whole.worlds.parts(), strict=True):
        assert part.tobytes() == expected.tobytes()
    assert mine.luck.shocks.tobytes() == whole.luck.shocks.tobytes()


@pytest.mark.parametrize("start", [0, 2])
def test_futures_are_the_histories_that_every_other_command_runs(start):
    regimes = {"ad_hoc": resolve("ad_hoc"), "trust": resolve("trust")}
    _, futures = imagine(regimes, resolve("ad_hoc"), start=start, quarters=2, replicates=3)
    block = run_from([resolve("trust")], resolve("ad_hoc"), 1, range(3), start, 2, watching=True)
    there = block.watched["exists"] == 1
    assert (futures.grade["trust"] == np.where(there, block.watched["grade"], -1)).all()


def test_batches_cover_every_history_of_every_regime_once():
    batches = list(batches_of({"a": resolve("ad_hoc"), "b": resolve("trust")}, 50, 24))
    for regime in ("a", "b"):
        covered = [number for batch in batches if batch.regime == regime for number in batch.replicates]
        assert covered == list(range(50))


def test_the_chance_of_a_judgement_is_its_share_of_histories():
    futures = made_up({"ad_hoc": [[3, 4], [3, 4], [3, 4], [3, 2]]})
    rows = futures.chances(0).to_dicts()
    assert [row["requires_improvement"] for row in rows] == [1.0, 0.0]
    assert [row["inadequate"] for row in rows] == [0.0, 0.75]
    assert [row["quarter"] for row in rows] == ["2020Q1", "2020Q2"]


def test_the_share_inadequate_at_the_end_has_wilsons_interval():
    """3 of 4: 0.301 to 0.954 by the formula of Wilson (1927)."""
    row = made_up({"ad_hoc": [[3, 4], [3, 4], [3, 4], [3, 2]]}).ends(0).row(0, named=True)
    assert row["inadequate"] == 75.0
    assert row["inadequate_low"] == pytest.approx(30.1, abs=0.05)
    assert row["inadequate_high"] == pytest.approx(95.4, abs=0.05)
    assert row["years"] == pytest.approx(0.75 * 0.25)


def test_differences_are_taken_within_histories():
    futures = made_up({"ad_hoc": [[4, 4], [3, 3], [4, 4]], "trust": [[4, 3], [3, 3], [4, 4]]})
    row = futures.differences(0, "ad_hoc").row(by_predicate=pl.col("measure") == "inadequate", named=True)
    assert row["difference"] == pytest.approx(-100 / 3)
    assert (row["less"], row["same"], row["more"]) == pytest.approx((1 / 3, 2 / 3, 0.0))


def test_a_council_that_is_not_there_at_the_end_has_no_end():
    assert made_up({"ad_hoc": [[3, -1], [3, -1]]}).ends(0) is None


def test_the_rank_correlation_is_spearmans():
    """The example of ten people's IQ and hours of television: -29/165."""
    quotients = np.array([106, 100, 86, 101, 99, 103, 97, 113, 112, 110], float)
    hours = np.array([7, 27, 2, 50, 28, 29, 20, 12, 6, 17], float)
    found = rank_correlation(quotients, hours)
    assert found.value == pytest.approx(-29 / 165)
    assert found.low < -29 / 165 < found.high


def test_what_does_not_vary_goes_with_nothing():
    assert rank_correlation(np.ones(20), np.arange(20.0)) is None


def test_an_association_is_said_only_where_its_interval_leaves_nought_out():
    columns = ("measure", "correlation", "low", "high")
    rows = [("quality", -0.3, -0.4, -0.1), ("vacancy", 0.3, 0.1, 0.4), ("agency", 0.1, -0.1, 0.3)]
    said = [link.said for link in links(pl.DataFrame(rows, schema=columns, orient="row"))]
    assert said == [
        "higher goes with less time inadequate",
        "higher goes with more time inadequate",
        "not to be told from nothing",
    ]


def test_a_councils_place_is_counted_from_the_lowest():
    values = {name: np.tile([30.0, 10.0, 20.0], (4, 1)) for name in ("quality", "leadership", "tenure")}
    values |= {
        name: np.tile([1.0, 2.0, 3.0], (4, 1)) for name in ("vacancy", "agency", "caseload", "workload")
    }
    standing = Standing(np.ones(3, bool), values, np.full(3, 4.0))
    rows = {row["measure"]: row for row in standing.against_england(2).iter_rows(named=True)}
    assert (rows["quality"]["rank_low"], rows["quality"]["rank_high"]) == (2, 2)
    assert (rows["vacancy"]["rank_low"], rows["vacancy"]["rank_high"]) == (3, 3)
    assert rows["quality"]["q50"] == 20.0


def test_the_record_of_birmingham_is_what_ofsted_published():
    judged = [event for event in council_record(load_facts(), BIRMINGHAM) if event.grade]
    assert [(event.when, event.grade) for event in judged] == [
        ("2010-07-16", "Inadequate"),
        ("2012-10-19", "Inadequate"),
        ("2014-05-23", "Inadequate"),
        ("2016-11-25", "Inadequate"),
        ("2019-01-17", "Requires improvement"),
    ]


def test_every_councils_record_can_be_read_and_ends_with_2019():
    facts = load_facts()
    for row in range(facts.councils.height):
        events = council_record(facts, row)
        assert all(event.year < END for event in events if event.kind != BOUNDARIES)
        assert all(event.what for event in events if event.kind == JUDGEMENT)


def test_every_councils_record_can_be_drawn():
    facts = load_facts()
    for row in range(0, facts.councils.height, 9):
        events = council_record(facts, row)
        bars = [trace for trace in record_chart(events).data if trace.type == "bar"]
        assert sum(bar.y[0] == "Judged" for bar in bars) == sum(bool(event.grade) for event in events)


def test_a_record_without_anything_can_be_drawn():
    assert len(record_chart([]).layout.annotations) == 4


def test_a_month_and_a_year_stand_for_their_middle():
    assert year_of_date("2014") == 2014.5
    assert year_of_date("2014-07") == pytest.approx(2014.54, abs=0.01)
    assert year_of_date("2014-01-01") == pytest.approx(2014.0, abs=0.01)


def test_a_story_told_quarter_by_quarter_is_the_story():
    *waiting, told = explaining(resolve("trust"), "Birmingham", replicate=2, quarters=2)
    assert waiting == [None, None]
    assert told.story() == explain(resolve("trust"), "Birmingham", replicate=2, quarters=2).story()


def test_regimes_that_leave_a_council_as_it_was_are_said_to_with_the_reason():
    grades = {"ad_hoc": [[3, 3], [3, 4]], "trust": [[3, 3], [3, 4]], "mixed": [[3, 3], [3, 2]]}
    futures = made_up(grades)
    titles = {"ad_hoc": "Ad hoc", "trust": "Trust", "mixed": "Mixed"}
    said = alike_in_words(futures, 0, "ad_hoc", "Leeds", titles)
    assert [lead for lead, _ in said] == ["Under Ad hoc and Trust Leeds fares the same."]
    assert "the same in every quarter in all 2 histories" in said[0][1]
    assert "inadequate; it is so at some time in 1 of 2 histories" in said[0][1]
