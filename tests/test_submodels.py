"""The pages of the submodels: no rule is left out, and what a response says is what was measured."""

import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from dashboards.response_figures import picture, pictures, ticks
from experiments import document_rules, responses
from experiments.document_passages import DOCS
from experiments.responses import Point, as_csv, is_visible, point_of, read, values_of
from experiments.submodels import Response, submodels, without_page
from model.registry import registry
from model.rules.practice import erode_standards

FOLDER = DOCS / "submodels"
WITH_RESPONSE = [name for name, one in submodels().items() if one.response is not None]


def response(**changes):
    usual = {
        "parameter": "director.blame",
        "outcome": "director_changes",
        "taken": "run",
        "regime": "ad_hoc",
        "smallest": 1.0,
        "smallest_reason": "because",
        "reason": "because",
    }
    return Response(**(usual | changes))


def a_point(value, difference, half=0.1, spread=2.0):
    ends = (difference - half, difference + half, difference - spread, difference + spread)
    return Point("leadership", value, 40.0 + difference, difference, *ends, 100)


# ---- Nothing is left out


def test_every_file_of_the_rulebook_has_a_page_or_a_reason_for_none():
    assert sorted([*submodels(), *without_page()]) == sorted(document_rules.module_names())


def test_a_submodel_has_a_response_or_says_why_not():
    for one in submodels().values():
        assert (one.response is None) == bool(one.without_response), one.name


def test_every_rule_of_a_submodel_stands_on_its_page_with_its_live_source():
    for name in submodels():
        page = (FOLDER / f"{name}.md").read_text("utf-8")
        shown = re.findall(r"^### `(\w+)`$", page, re.MULTILINE)
        assert shown == re.findall(
            r"^@rule\ndef (\w+)",
            (DOCS.parent / f"model/rules/{name}.py").read_text("utf-8"),
            re.MULTILINE,
        )


def test_the_source_on_a_page_is_that_of_the_file_less_the_docstring():
    assert document_rules.source_of(erode_standards) == (
        "@rule\n"
        "def erode_standards(practice: Practice, cut: float, p: ParameterGroup) -> None:\n"
        "    delivered = 1.0 - p.practice.standard_cut * cut\n"
        "    erosion, recovery = p.practice.standard_erosion, p.practice.standard_recovery\n"
        "    practice.standard += (delivered - practice.standard) / (\n"
        "        erosion if delivered < practice.standard else recovery\n"
        "    )"
    )


def test_parameters_are_found_however_a_rule_reaches_them():
    assert "practice.standard_cut" in document_rules.parameters_of("practice"), "by its dotted name"
    assert "arrangement.*.disruption" in document_rules.parameters_of("support"), "of an arrangement"
    assert "arrangement.*.ring_fence" in document_rules.parameters_of("support"), "of its levers, named first"
    assert "regime.support_mix" in document_rules.parameters_of("ladder"), "in a mixture"


# ---- What was measured


def test_the_interval_of_a_mean_difference_is_that_of_students_t_for_pairs():
    """Differences 1, 2, 3: mean 2, sd 1, and t of 0.975 with 2 degrees of freedom is 4.302653."""
    point = point_of("leadership", 0.5, np.array([11.0, 12.0, 13.0]), np.array([10.0, 10.0, 10.0]))
    half = 4.302653 / math.sqrt(3)
    assert (point.level, point.difference, point.pairs) == (12.0, 2.0, 3)
    assert (point.low, point.high) == pytest.approx((2.0 - half, 2.0 + half), abs=1e-5)
    assert (point.low_history, point.high_history) == pytest.approx((1.05, 2.95))


def test_the_values_tried_reach_both_bounds_and_hold_the_regimes_own():
    """Blame may be 0 to 1.5; the deadline is a whole number from 0 to 12, and the trust regime has 2."""
    blame = values_of(response())
    assert (blame[0], blame[-1]) == (0.0, 1.5)
    assert response().value in blame
    deadlines = values_of(response(parameter="regime.takeover_deadline", regime="trust"))
    assert (deadlines[0], deadlines[-1]) == (0, 12)
    assert all(value == int(value) for value in deadlines)
    assert 2 in deadlines


def test_an_effect_is_visible_where_the_whole_interval_lies_beyond_what_matters():
    inside = [a_point(0.0, -0.5), a_point(1.5, 1.05)]
    assert not is_visible(response(), inside), "0.95 to 1.15 reaches into what is too small to matter"
    assert is_visible(response(), [*inside, a_point(1.5, 1.2)])
    assert is_visible(response(), [a_point(0.0, -1.2)])


def test_what_is_read_is_what_was_written():
    points = [a_point(0.0, -1.5), a_point(1.5, 2.25)]
    assert read(as_csv(points)) == {"leadership": points}


def test_a_page_says_so_where_nothing_is_to_be_seen():
    kept = read()
    for name in WITH_RESPONSE:
        page = (FOLDER / f"{name}.md").read_text("utf-8")
        said = "The effect is not visible" in page
        assert said != is_visible(submodels()[name].response, kept[name]), name


def test_what_is_kept_is_of_the_parameters_that_are_declared():
    kept = read()
    assert list(kept) == WITH_RESPONSE
    for name in WITH_RESPONSE:
        declared = submodels()[name].response
        assert [point.value for point in kept[name]] == pytest.approx(values_of(declared), rel=1e-5), name


# ---- Pictures


def test_the_pictures_are_what_is_drawn_of_the_table():
    drawn = pictures(responses.TABLE.read_text("utf-8"))
    assert {name: (FOLDER / f"{name}.svg").read_text("utf-8") for name in drawn} == drawn
    assert sorted(drawn) == sorted(file.stem for file in FOLDER.glob("*.svg"))


def test_a_picture_names_both_axes_with_their_units_and_loads_nothing():
    default = float(registry()["director.blame"].default)
    drawn = picture(response(), [a_point(0.0, -1.5), a_point(default, 0.0), a_point(1.5, 2.25)])
    root = ElementTree.fromstring(drawn)
    words = " ".join(" ".join(root.itertext()).split())
    assert "changes of post-holder (directors a year)" in words
    assert "director.blame: leaving under public blame (log hazard per unit)" in words
    assert f"default {default:.3g}" in words
    assert not re.search(r"(?:href|src|url\()", drawn)


def test_marks_of_an_axis_are_round_and_within_it():
    assert [shown for _, shown in ticks(-1.1, 2.3)] == ["−1", "0", "+1", "+2"]
    assert [shown for _, shown in ticks(-0.06, 0.055)] == ["−0.050", "−0.025", "0", "+0.025", "+0.050"]
    for low, high in ((-3e-4, 2e-3), (-500.0, 20.0), (-0.7, 0.9)):
        marks = [value for value, _ in ticks(low, high)]
        assert 3 <= len(marks) <= 7
        assert all(low <= value <= high for value in marks)
