"""Why a history went as it did: what is told, against the run's own numbers and luck; and twins."""

import json
import math
import re
import shlex
import sys
from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp
from pathlib import Path
from types import MappingProxyType

import numpy as np
import polars as pl
import pytest

from experiments.errors import StudyError
from experiments.explain import explain, explain_twin
from experiments.explain.changes import FORMS, GRADES_IN_WORDS, KINDS_IN_WORDS, read_twin
from experiments.explain.runs import Chosen, EnginesDifferError, compiled_course, watched_history
from experiments.explain.terms import RETURNED, condition_of_return, terms_of
from experiments.explain.twinned import parted
from experiments.explain.wording import names
from experiments.posterior import Posterior, write_posterior
from experiments.single import run_once
from model.agents import Shock
from model.codes import Grade, Status, Support
from model.ensemble import draw_luck
from model.facts import load_facts
from model.parameters import Parameters
from model.quarters import format_quarter
from model.regimes import resolve
from model.shocks import drawn_fields

SHORT = 24
CASES = {
    "an adviser": ("ad_hoc", "Birmingham", 3),
    "a trust": ("trust", "Croydon", 5),
    "a market": ("licensed_outsourcing", "Sandwell", 4),
}


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def told(request):
    """A history and its explanation."""
    regime, council, replicate = CASES[request.param]
    return explain(resolve(regime), council, seed=1, replicate=replicate)


@dataclass(frozen=True)
class Subject:
    """A council's history as the compiled engine has it, and what happened in it when."""

    chosen: Chosen
    row: int
    worlds: list

    @property
    def name(self):
        return names()[self.row]

    def series(self, name):
        part, field = name.split(".")
        return np.array([world.councils[0, self.row][part][field] for world in self.worlds])

    def quarters(self, name):
        """Quarters in which a number of the state is not nothing."""
        return np.flatnonzero(self.series(name)).tolist()

    def read(self, twin):
        return read_twin(twin, self.chosen, self.row, self.worlds)

    def changed(self, twin):
        """The history under a change."""
        return replace(self, worlds=compiled_course(self.chosen, self.read(twin).recorded).worlds)


@pytest.fixture(scope="module")
def subject():
    """A council that changes directors, fails for the first time after 2014, and gets an adviser then."""
    chosen = Chosen(resolve("ad_hoc"), 1, 0, 44)
    worlds = compiled_course(chosen).worlds
    for row in range(158):
        found = Subject(chosen, row, worlds)
        failed = np.flatnonzero(found.series("inspection.result") == Grade.INADEQUATE)
        if (
            worlds[0].councils[0, row]["exists"]
            and found.series("inspection.grade")[0] != Grade.INADEQUATE
            and 8 < failed.min(initial=99) < 18
            and found.quarters("intervention.start_kind")[0] > failed[0]
            and found.series("intervention.start_kind")[found.quarters("intervention.start_kind")[0]]
            == Support.ADVISER
            and [quarter for quarter in found.quarters("director.event") if 4 < quarter < 18]
        ):
            return found
    raise AssertionError("no council has such a history: take another replicate")


def state(told, name):
    """A number of the council's state by quarter."""
    part, field = name.split(".")
    return [told.state(quarter)[part][field] for quarter in range(len(told.states))]


def happened(told, *names):
    """The events of these names that happened."""
    return [event for event in told.events if event.name in names and event.happened]


# ---- what is told of a history


def test_the_states_are_those_that_every_other_command_runs(told):
    chosen = told.chosen
    history = run_once(chosen.parameters, chosen.seed, chosen.replicate, chosen.quarters, agents=True)
    mine = history.agents.filter(pl.col("name") == told.council)
    for name in ("practice.quality", "director.skill", "budget.reserves", "workforce.experienced"):
        assert mine[name].to_list() == state(told, name)


def test_a_single_bit_of_difference_between_the_engines_is_found():
    chosen = Chosen(resolve("ad_hoc"), 1, 0, 3)
    worlds = compiled_course(chosen).worlds
    skill = worlds[2].providers[0, 7:8]["skill"]
    skill[:] = np.nextafter(skill, 1.0)
    with pytest.raises(EnginesDifferError, match=r"2014Q3.*rows \[7\]"):
        watched_history(chosen, 0, worlds)


def test_watching_leaves_the_interpreter_as_it_was():
    before = sys.getprofile()
    explain(resolve("ad_hoc"), "Leeds", quarters=1)
    assert sys.getprofile() is before


def test_every_change_of_director_is_told_and_none_that_was_not(told):
    arrivals = happened(told, "permanent director comes", "interim director comes")
    changes = np.diff(state(told, "director.changes"), prepend=0)
    assert [event.quarter for event in arrivals] == np.flatnonzero(changes).tolist()
    for event in arrivals:
        assert event.figures["skill"] == told.state(event.quarter)["director"]["skill"]
        interim = told.state(event.quarter)["director"]["interim"]
        assert event.name == ("interim director comes" if interim else "permanent director comes")


def test_a_director_leaves_when_the_draw_lies_below_the_hazard_and_at_no_other_time(told):
    stream = [name for name, _ in drawn_fields(Shock)].index("director_exit")
    luck = draw_luck(told.chosen.seed, [told.chosen.replicate], told.chosen.quarters)
    drawn = luck.shocks[0, stream, :, told.row]
    watched = [event for event in told.events if event.name == "director leaves"]
    assert [event.figures["draw"] for event in watched] == drawn.tolist()
    for event in watched:
        assert event.happened == (event.figures["draw"] < event.figures["chance"])
        assert ("leaves" in event.sentence) == event.happened
        assert ("stays" in event.sentence) == (not event.happened)
        hazard, draw = (float(text) for text in re.findall(r"\d\.\d+", event.met))
        assert (draw < hazard) == event.happened, "as many decimals as tell them apart"


def test_what_made_a_director_leave_multiplies_to_the_hazard(told):
    p = told.chosen.parameters.rules_view
    leaving = [event for event in happened(told, "director leaves") if "interim" not in event.met]
    assert leaving
    for event in leaving:
        factors = [value for name, value in event.figures.items() if name.startswith("factor: ")]
        before = told.state(event.quarter - 1)["arrangement"]["ring_fence"] if event.quarter else 0.0
        shielded = 1.0 - before * p.director.ring_fence_shield
        expected = p.director.leaving_rate * math.prod(factors) * shielded
        assert event.figures["chance"] == pytest.approx(min(expected, p.director.leaving_ceiling))


def test_every_judgement_is_told_with_its_grade_and_when_the_next_is_due(told):
    judged = happened(told, "judgement")
    results = state(told, "inspection.result")
    assert [(event.quarter, event.figures["grade"]) for event in judged] == [
        (quarter, grade) for quarter, grade in enumerate(results) if grade > 0
    ]
    for event in judged:
        assert event.figures["due"] == told.state(event.quarter)["inspection"]["due"]


def test_the_parts_of_a_score_add_up_to_it_and_the_bars_earn_the_grade(told):
    p = told.chosen.parameters.rules_view
    for event in happened(told, "judgement"):
        parts = {name: value for name, value in event.figures.items() if name.startswith("part: ")}
        score, quality = event.figures["score"], told.state(event.quarter)["practice"]["quality"]
        assert sum(parts.values()) == pytest.approx(score, abs=1e-9)
        assert parts["part: quality of practice"] == (1.0 - p.inspection.leadership_weight) * quality
        gap = told.state(event.quarter)["inspection"]["score_gap"]
        assert score - quality == pytest.approx(gap)
        bars = {name: value for name, value in event.figures.items() if name.startswith("bar: ")}
        missed = sum(score < bar for bar in bars.values())
        assert event.figures["grade"] == missed + Grade.OUTSTANDING


def test_incidents_alarms_and_arrangements_are_as_many_as_the_run_counts(told):
    last = told.state(len(told.states) - 1)
    assert len(happened(told, "serious incident")) == last["incidents"]["count"]
    begun = happened(told, "arrangement begins")
    assert len(begun) == last["arrangement"]["started"]
    ends = happened(told, "arrangement ends")
    assert len(begun) - len(ends) == (1 if last["arrangement"]["kind"] != Support.NONE else 0)
    for event in begun:
        assert told.state(event.quarter)["arrangement"]["kind"] == event.figures["kind"]


def test_a_tender_tells_as_many_bids_as_were_counted(told):
    tenders = happened(told, "tender", "tender without bids")
    for event in tenders:
        counted = told.state(event.quarter)["intervention"]["bids"]
        assert event.figures["bids"] == counted
        assert event.name == ("tender" if counted else "tender without bids")


def test_the_companies_that_bid_are_those_to_whom_the_margin_told_is_enough():
    """Companies have the first rows of providers, in the order of their numbers."""
    chosen = Chosen(resolve("private_provider"), 1, 2, 5)
    worlds = compiled_course(chosen).worlds
    held = sum(world.councils[0]["intervention"]["tender"] for world in worlds)
    council = names()[int(np.flatnonzero(held)[0])]
    told = explain(chosen.parameters, council, replicate=2, quarters=5)
    tenders = happened(told, "tender", "tender without bids")
    assert tenders
    for event in tenders:
        before = told.states[event.quarter].providers[0]
        margins = {
            int(name.removeprefix("margin: company ")) - 1: value
            for name, value in event.figures.items()
            if name.startswith("margin: ")
        }
        assert margins
        enough = [row for row, margin in margins.items() if margin >= before["margin_required"][row]]
        assert event.figures["bids"] == len(enough)


def test_what_is_decided_on_is_what_the_draw_falls_on(told):
    for event in happened(told, "support decided", "takeover decided"):
        p = told.chosen.parameters.rules_view.regime
        mix = p.takeover_mix if event.name == "takeover decided" else p.support_mix
        edges = np.cumsum(mix)
        drawn = int(np.searchsorted(edges, event.figures["draw"], side="right"))
        assert event.figures["plan"] == drawn
        assert event.figures["share"] == pytest.approx(mix[drawn])


def test_what_moves_quality_adds_up_to_what_it_moves_to(told):
    """Two years in a row: the pulls, about points, explain the change of the level that is sustained."""
    for before, after in pairwise(told.movements):
        level = after.sustained / 100
        slope = 100 * level * (1 - level)
        change = math.log(level / (1 - level)) - math.log(before.sustained / (100 - before.sustained))
        assert sum(after.pulls.values()) == pytest.approx(slope * change)
        assert after.quality_before == before.quality


def test_the_story_tells_each_event_that_is_to_be_told_in_its_quarter(told):
    story = told.story()
    paragraphs = dict(re.findall(r"^\*\*(\d{4}Q\d)\.\*\* (.*)$", story, re.MULTILINE))
    told_rows = told.table.filter("told")
    assert set(paragraphs) == set(told_rows["quarter"])
    for quarter, sentence in told_rows.select("quarter", "sentence").iter_rows():
        assert sentence in paragraphs[quarter].replace("**", "")
    assert f"{told.compared:,} numbers" in story
    assert told.table.filter(pl.col("told") & ~pl.col("happened")).is_empty()


def test_the_table_says_which_rule_and_what_the_rule_says_of_itself(told):
    row = told.table.filter(pl.col("event") == "judgement").row(0, named=True)
    assert row["rule"] == "inspection.judge"
    assert row["rule_says"] == "Publish a judgement, with everything that follows from it at once."
    assert json.loads(row["values"])["quality"] > 0.0


def test_a_council_that_is_founded_and_one_that_ends_are_told_from_and_to_then():
    founded = explain(resolve("ad_hoc"), "Dorset", quarters=SHORT)
    assert next(event.name for event in founded.events if event.told) == "council founded"
    assert {event.quarter for event in founded.events} == {21, 22, 23}
    ended = explain(resolve("ad_hoc"), "Poole", quarters=SHORT)
    assert max(event.quarter for event in ended.events) == 21
    assert "council closed" in [event.name for event in ended.events if event.quarter == 21]


# ---- sums read from a rule's source


def _returning(function, *arguments):
    """The frame of a function as it returns, kept by the profiling hook."""
    kept = []

    def note(frame, what, _):
        if what == "return" and frame.f_code is function.__code__:
            kept.append((frame, frame.f_lineno))

    sys.setprofile(note)
    try:
        function(*arguments)
    finally:
        sys.setprofile(None)
    return kept[0]


def example_sum(a, b):
    total = a - 2 * b
    if a > 1:
        total += 5 * a
    else:
        total -= 7
    if b == 3:
        return total
    return exp(total + b) + 1


@pytest.mark.parametrize(
    "a,b,values",
    [(2.0, 3.0, [2.0, -6.0, 10.0]), (0.5, 3.0, [0.5, -6.0, -7.0])],
    ids=["first branch", "second branch"],
)
def test_a_sum_is_taken_apart_along_the_branches_that_were_taken(a, b, values):
    frame, _ = _returning(example_sum, a, b)
    assert [term.value for term in terms_of(frame, "total")] == values
    assert [term.value for term in terms_of(frame, RETURNED)] == values


def test_a_sum_inside_a_function_is_taken_apart_too():
    """exp(0.5 - 2 - 7 + 1): the terms of the argument, not those of the answer."""
    frame, _ = _returning(example_sum, 0.5, 1.0)
    assert [term.value for term in terms_of(frame, RETURNED, "exp")] == [0.5, -2.0, -7.0, 1.0]


def test_the_condition_of_an_answer_is_the_one_that_the_rule_has():
    frame, line = _returning(example_sum, 2.0, 3.0)
    assert condition_of_return(frame.f_code, line) == "b == 3"
    frame, line = _returning(example_sum, 2.0, 4.0)
    assert condition_of_return(frame.f_code, line) == ""


# ---- twins


def faring(worlds):
    """All state but what says what is on record, as bytes."""
    found = []
    for world in worlds:
        councils = world.councils.copy()
        councils["recorded"] = 0
        found.append(
            (councils.tobytes(), *(part.tobytes() for part in world.parts() if part is not world.councils))
        )
    return found


def a_quiet_quarter(subject):
    """An early quarter in which nobody was judged or appointed, nor was just before or after it."""
    busy = subject.quarters("director.event") + subject.quarters("inspection.result")
    return next(q for q in range(5, 99) if not {q - 1, q, q + 1} & set(busy))


def changes_of(subject):
    """Changes, each with the quarter in which it must first be seen."""
    quiet = format_quarter(a_quiet_quarter(subject))
    leaves = next(q for q in subject.quarters("director.event") if q > 4)
    begins = subject.quarters("intervention.start_kind")[0]
    grade = "outstanding" if subject.series("inspection.grade")[a_quiet_quarter(subject)] != 1 else "good"
    return {
        f"keep the director from {format_quarter(leaves - 1)}": leaves,
        f"replace the director in {quiet} by an interim": a_quiet_quarter(subject),
        f"replace the director in {quiet}": a_quiet_quarter(subject),
        f"judge it {grade} in {quiet}": a_quiet_quarter(subject),
        f"inspect it in {quiet}": a_quiet_quarter(subject),
        f"begin an adviser in {quiet}": a_quiet_quarter(subject),
        "no arrangement": begins,
        "begin the adviser 3 months earlier": begins - 1,
    }


def test_until_the_change_nothing_differs_anywhere_and_then_something_does(subject):
    for twin, quarter in changes_of(subject).items():
        changed = subject.changed(twin)
        mine, theirs = faring(subject.worlds), faring(changed.worlds)
        assert mine[:quarter] == theirs[:quarter], twin
        assert mine[quarter] != theirs[quarter], twin
        assert subject.read(twin).since <= quarter
        assert parted(subject.worlds, changed.worlds)[:, subject.row].argmax() == quarter


def test_a_change_that_changes_nothing_leaves_every_number_as_it_was(subject):
    events = subject.quarters("director.event")
    first, second = next(pair for pair in pairwise(events) if pair[1] > pair[0] + 1)
    failed = np.flatnonzero(subject.series("inspection.result") == Grade.INADEQUATE)[0]
    stays, until = format_quarter(first + 1), format_quarter(second - 1)
    for twin in (
        f"keep the director from {stays} to {until}",
        f"judge it inadequate in {format_quarter(failed)}",
        f"inspect it in {format_quarter(failed)}",
        f"no arrangement to {format_quarter(failed - 1)}",
    ):
        assert faring(subject.changed(twin).worlds) == faring(subject.worlds), twin


def test_a_change_does_what_it_says(subject):
    quarter = a_quiet_quarter(subject)
    quiet = format_quarter(quarter)
    begins = subject.quarters("intervention.start_kind")[0]
    assert set(subject.changed("keep the director").series("director.changes")) == {0}
    replaced = subject.changed(f"replace the director in {quiet}")
    assert (replaced.series("director.tenure")[quarter], replaced.series("director.interim")[quarter]) == (
        0,
        0,
    )
    assert (
        subject.changed(f"replace the director in {quiet} by an interim").series("director.interim")[quarter]
        == 1
    )
    assert set(subject.changed("no arrangement").series("arrangement.kind")) == {Support.NONE}
    assert (
        subject.changed(f"begin an adviser in {quiet}").series("arrangement.kind")[quarter] == Support.ADVISER
    )
    earlier = subject.changed("start the adviser one quarter earlier")
    assert earlier.quarters("intervention.start_kind")[0] == begins - 1
    assert (
        subject.changed(f"judge it inadequate in {quiet}").series("inspection.result")[quarter]
        == Grade.INADEQUATE
    )
    assert subject.changed(f"inspect it in {quiet}").series("inspection.result")[quarter] > Grade.NOT_JUDGED


def test_an_inspection_held_earlier_judges_by_the_score_and_the_luck_of_that_quarter(subject):
    quarter = a_quiet_quarter(subject)
    chosen = subject.chosen
    twins = explain_twin(
        chosen.parameters, subject.name, f"inspect it in {format_quarter(quarter)}", quarters=quarter + 1
    )
    judgement = happened(twins.twin, "judgement")[-1]
    stream = [name for name, _ in drawn_fields(Shock)].index("inspection")
    luck = draw_luck(chosen.seed, [chosen.replicate], quarter + 1).shocks[0, stream, quarter, subject.row]
    assert judgement.quarter == quarter
    assert judgement.figures["part: luck"] == chosen.parameters.rules_view.inspection.noise * luck


@pytest.fixture(scope="module")
def kept(subject):
    """The quarter in which a director leaves, and the council beside the twin whose director is kept."""
    leaves = next(quarter for quarter in subject.quarters("director.event") if quarter > 4)
    twin = f"keep the director from {format_quarter(leaves - 1)}"
    return leaves, explain_twin(subject.chosen.parameters, subject.name, twin, quarters=SHORT)


def test_twins_are_told_with_where_they_part_and_how_they_stood_year_by_year(kept):
    leaves, twins = kept
    assert twins.since == leaves
    assert leaves in [event.quarter for event in happened(twins.as_it_went, "director leaves")]
    assert not [event for event in happened(twins.twin, "director leaves") if event.quarter >= leaves]
    years = twins.years
    assert years["year"].to_list() == list(range(2014, 2020))
    same = years.filter(pl.col("year") < 2014 + leaves // 4)
    assert same["quality"].to_list() == same["quality_twin"].to_list()
    last = twins.twin.state(SHORT - 1)
    assert years["quality_twin"][-1] == last["practice"]["quality"]
    assert years["director_months_twin"][-1] == 3 * last["director"]["tenure"]
    assert f"**They part in {format_quarter(leaves)}.** Until then not one number differs" in twins.story()


def test_other_councils_are_ranked_by_how_far_they_diverge_and_none_does_before_the_council_itself(kept):
    _, twins = kept
    largest = [abs(item.largest) for item in twins.others]
    assert largest
    assert largest == sorted(largest, reverse=True)
    for item in twins.others:
        assert item.since >= twins.since
        qualities = [
            [world.councils[0, item.row]["practice"]["quality"] for world in history.states]
            for history in (twins.as_it_went, twins.twin)
        ]
        difference = np.subtract(qualities[1], qualities[0])
        assert abs(difference).max() == abs(item.largest)
        assert difference[item.when] == item.largest
        assert not difference[: item.since].any()


def test_neighbours_are_those_of_the_region_the_statistical_and_the_adjoining(kept):
    _, twins = kept
    facts = load_facts()
    codes, regions = facts.councils["la_code"], facts.councils["region9"]
    row = twins.twin.row
    mine = pl.col("la_code") == codes[row]
    borders = facts.geographic_neighbours.filter(mine, pl.col("relation") == "land border")
    water = facts.geographic_neighbours.filter(mine, pl.col("relation") == "across water")
    alike = dict(facts.statistical_neighbours.filter(mine).select("neighbour_la_code", "rank").iter_rows())
    assert twins.neighbours
    for item in twins.others:
        code = codes[item.row]
        expected = ["same region"] if regions[item.row] == regions[row] else []
        expected += [f"statistical neighbour {alike[code]}"] if code in alike else []
        if code in borders["neighbour_la_code"].to_list():
            expected.append("borders on it")
        elif code in water["neighbour_la_code"].to_list():
            expected.append("across the water")
        assert list(item.relations) == expected


def test_the_channel_is_that_of_the_first_rule_that_left_a_neighbour_otherwise(kept):
    """What such a rule reads of the world differed before: the region's pool of staff, or of directors."""
    _, twins = kept
    channels = {item.channel for item in twins.others}
    assert {"regional labour market", "national pool of directors"} & channels
    for item in twins.others:
        before = [history.states[item.since - 1] for history in (twins.as_it_went, twins.twin)]
        if item.channel == "regional labour market":
            pools = [world.regions[0, world.councils[0, item.row]["region"]]["pool"] for world in before]
            assert pools[0] != pools[1]
        elif item.channel == "national pool of directors":
            assert before[0].nations[0, 0]["director_pool"] != before[1].nations[0, 0]["director_pool"]


def test_that_an_interim_is_kept_is_said_and_of_a_permanent_director_nothing(subject):
    events = subject.quarters("director.event")
    interim = subject.series("director.interim")
    told = set()
    for quarter in (0, *(quarter + 1 for quarter in events)):
        twin = f"keep the director from {format_quarter(quarter)}"
        kept = set(subject.changed(twin).series("director.interim")[quarter:])
        assert len(kept) == 1, "nobody else takes the post"
        told |= kept
        assert ("(an interim, who stays on as one)" in subject.read(twin).sentence) == (kept == {1}), twin
    assert told == {0, 1} == set(interim), "take another council"


def test_of_how_many_councils_others_differ_is_said(kept):
    _, twins = kept
    exists = [world.councils[0]["exists"] == 1 for world in twins.as_it_went.states]
    count = int(np.any(exists, axis=0).sum()) - 1
    assert len(twins.others) <= count
    assert f"{len(twins.others)} of the {count} other councils that exist at some time" in twins.story()


def test_a_twin_in_which_nothing_differs_is_said_to_be_one(subject):
    busy = subject.quarters("director.event") + subject.quarters("inspection.result")
    quarter = next(quarter for quarter in range(99) if quarter not in busy)
    when = format_quarter(quarter)
    twins = explain_twin(
        subject.chosen.parameters,
        subject.name,
        f"keep the director from {when} to {when}",
        quarters=quarter + 1,
    )
    assert (twins.since, twins.others) == (None, ())
    assert "**Nothing ever differs.**" in twins.story()


# ---- what is not allowed


@pytest.mark.parametrize(
    "twin,why",
    [
        ("fire everybody", "cannot be read; allowed are: keep the director"),
        ("keep director", "cannot be read; did you mean keep the director? Allowed are: keep the director"),
        ("keep the director from 2016Q5", "quarter '2016Q5' cannot be read"),
        ("keep the director from 2030Q1", "is not in this history, which runs from 2014Q1 to 2024Q4"),
        ("keep the director from 2019Q2 to 2018Q1", "2018Q1 comes before 2019Q2"),
        ("start the adviser 4 months earlier", "allowed are whole quarters, such as 6 months"),
        ("start the adviser eighty years earlier", "eighty years: allowed are"),
        ("start the adviser 12 years earlier", "no history begins before 2014Q1"),
        (
            "begin the mutual 3 months earlier",
            "never has a mutual of its social workers: it has an adviser in",
        ),
        ("inspect it in 2020Q3", "inspections are suspended in 2020Q3"),
        ("judge it adequate in 2016Q1", "GRADE is outstanding, good, requires improvement or inadequate"),
    ],
)
def test_a_change_that_is_not_allowed_is_refused_with_what_is(subject, twin, why):
    with pytest.raises(StudyError) as refused:
        subject.read(twin)
    assert why in str(refused.value)
    assert twin in str(refused.value)


def test_an_arrangement_that_is_in_force_anyway_is_refused(subject):
    after = subject.quarters("intervention.start_kind")[0] + 1
    with pytest.raises(StudyError, match=f"{subject.name} has an adviser in {format_quarter(after)} anyway"):
        subject.read(f"begin an adviser in {format_quarter(after)}")


def test_an_arrangement_that_nobody_can_take_on_is_refused_with_the_reason():
    """Under trusts no council is a partner in practice, and so none can run another."""
    with pytest.raises(StudyError, match=r"nobody takes Leeds on then; .* no partners in practice at work"):
        explain_twin(resolve("trust"), "Leeds", "begin a partner council in 2015Q1", quarters=6)


def test_a_judgement_is_refused_where_it_would_keep_a_council_from_a_choice_of_its_own():
    """A record of an inspection also says that nothing was chosen then."""
    chosen = Chosen(resolve("licensed_outsourcing", settings={"regime.spin_out": 0.01}), 1, 0, 12)
    worlds = compiled_course(chosen).worlds
    draws = np.array([world.councils[0]["shock"]["spin_out"] for world in worlds])
    exists = np.array([world.councils[0]["exists"] == 1 for world in worlds])
    quarter, row = np.argwhere((draws < 0.01) & exists)[0]
    with pytest.raises(StudyError, match="may give up its services by its own choice"):
        read_twin(f"inspect it in {format_quarter(int(quarter))}", chosen, int(row), worlds)


def test_a_run_that_fails_is_told_up_to_there():
    sound = resolve("ad_hoc")
    broken = Parameters(MappingProxyType({**sound.values, "practice.delay": math.nan}), sound.origins)
    told = explain(broken, "Leeds", quarters=4)
    assert (told.status, len(told.states)) == (Status.NOT_FINITE, 1)
    assert "The run failed in 2014Q1 and ends here." in told.story()


def test_a_council_that_does_not_yet_exist_is_refused():
    with pytest.raises(StudyError, match="Dorset is founded in 2019Q2: allowed are 22 quarters or more"):
        explain(resolve("ad_hoc"), "Dorset", quarters=21)


# ---- the command


def test_the_command_tells_the_story_and_keeps_it_and_the_table(cli, tmp_path):
    code, out, err = cli(
        "explain", "--council", "330", "--replicate", "3", "--quarters", "10", "--out", "story.md",
        "--out", "events.csv", "--out", "events.parquet",
    )  # fmt: skip
    assert code == 0
    expected = explain(resolve("ad_hoc"), "Birmingham", replicate=3, quarters=10)
    assert (tmp_path / "story.md").read_text("utf-8") == expected.story()
    assert pl.read_parquet("events.parquet").equals(expected.table)
    assert pl.read_csv("events.csv")["sentence"].to_list() == expected.table["sentence"].to_list()
    assert "Birmingham: replicate 3 of seed 1" in out
    assert "10 of 10 quarters" in err


def test_the_command_shows_a_twin(cli):
    code, out, _ = cli(
        "explain", "--council", "birmingham", "--replicate", "3", "--quarters", "10", "--set",
        "director.blame=0.9", "--twin", "Keep  the director from 2014Q2.", "--out", "both.csv",
    )  # fmt: skip
    assert code == 0
    assert "Birmingham and its twin" in out
    assert "director.blame = 0.9" in out
    assert set(pl.read_csv("both.csv")["history"]) == {"as it went", "twin"}


def test_a_history_of_one_set_of_a_posterior_is_the_one_that_the_run_command_makes(cli, tmp_path):
    """What the story says of the council's quality at the end of a year is what `turnaround run` kept."""
    values = np.array([[0.1, 14.0], [1.2, 19.0]])
    names_of = ("director.blame", "inspection.interval")
    write_posterior(Posterior(names_of, values, np.array([0.5, 0.5]), {}), tmp_path / "mine.parquet")
    same = ("--posterior", "mine.parquet", "--posterior-row", "1", "--replicate", "3", "--quarters", "12")
    code, _, err = cli("run", *same, "--agents", "councils.parquet", "--quiet")
    assert code == 0, err
    code, _, err = cli("explain", "--council", "330", *same, "--out", "story.md")
    assert code == 0, err
    council = pl.read_parquet("councils.parquet").filter(pl.col("la_code") == 330)
    chosen = resolve("ad_hoc").changed({"director.blame": 1.2, "inspection.interval": 19.0}, "by hand")
    expected = explain(chosen, "Birmingham", replicate=3, quarters=12)
    kept = [state.councils[0, expected.row]["practice"]["quality"] for state in expected.states]
    assert council["practice.quality"].to_list() == kept
    usual = explain(resolve("ad_hoc"), "Birmingham", replicate=3, quarters=12)
    assert kept != [state.councils[0, usual.row]["practice"]["quality"] for state in usual.states]
    story = (tmp_path / "story.md").read_text("utf-8")
    assert "mine.parquet, set 1" in story
    assert story.split("## 2014")[1] == expected.story().split("## 2014")[1]


@pytest.mark.parametrize(
    "arguments,message",
    [
        (("--council", "Leeds", "--posterior-row", "1"), "--posterior-row 1: name the posterior too"),
        (("--council", "Leeds", "--posterior", "no.parquet"), "posterior no.parquet: no such file"),
        (
            ("--council", "Leeds", "--posterior", "shipped", "--posterior-row", "9999"),
            "= 9999: allowed is a whole number from 0",
        ),
        (("--council", "Birminghm"), "council 'Birminghm': allowed is a council's name or its code, such as"),
        (("--council", "Birminghm"), "near: Birmingham (330)"),
        (("--council", "Leeds", "--quarters", "81"), "allowed is a whole number from 1 to 80"),
        (("--council", "Leeds", "--replicate", "-1"), "replicate = -1: allowed is a whole number from 0"),
        (("--council", "Leeds", "--out", "story.html"), "ending in .csv or .parquet or .md"),
        (("--council", "Leeds", "--out", "a.md", "--out", "a.md"), "a.md: allowed is each file once"),
        (("--council", "Leeds", "--twin", "be kind"), "--twin 'be kind' cannot be read"),
        (("--council", "Leeds", "--set", "director.blam=1"), "director.blame"),
        ((), "Missing option '--council'"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_with_exit_code_2(cli, arguments, message):
    code, _, err = cli("explain", *arguments)
    assert code == 2
    assert message in " ".join(err.split())
    assert "Traceback" not in err


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="a folder is needed in which not even root writes")
def test_where_nothing_can_be_written_is_said_before_anything_is_run(cli, monkeypatch):
    monkeypatch.setattr("turnaround.explain.explain", lambda *_: pytest.fail("it ran"))
    code, _, err = cli("explain", "--council", "Leeds", "--out", "/proc/story.md")
    assert code == 2
    assert "/proc/story.md: " in err


def test_help_lists_every_change_that_may_be_asked_for(cli):
    _, out, _ = cli("explain", "--help")
    for form in (
        "keep the director [from QUARTER]",
        "begin the KIND N months earlier",
        "inspect it in QUARTER",
    ):
        assert form in out


def test_what_the_guide_shows_works_as_it_stands_there(cli, capsys):
    guide = (Path(__file__).parents[1] / "docs/explaining.md").read_text("utf-8")
    commands, script = re.findall(r"<!-- tested -->\n```\w+\n(.*?)```", guide, re.DOTALL)
    for line in commands.splitlines():
        code, _, err = cli(*shlex.split(line)[1:])
        assert code == 0, err
    exec(script, {})
    printed = capsys.readouterr().out
    assert "# Birmingham: replicate 3 of seed 1" in printed
    for form, meaning in FORMS:
        assert f"| `{form}` | {meaning}" in guide
    for words in (KINDS_IN_WORDS, GRADES_IN_WORDS):
        assert words in " ".join(guide.split())
