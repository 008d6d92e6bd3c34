"""The picture of differences: it can be read by machine, stands by itself, and shows what the table says."""

import re
from xml.etree import ElementTree

import pytest

from dashboards.picture import NAMES, PICTURE, SHOWN, draw_differences
from experiments.compare import compare

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module", params=["shipped", "none"])
def comparison(request):
    return compare(["ad_hoc", "trust", "mixed"], replicates=20, quarters=16, posterior=request.param)


def scale_of(panel):
    """How a panel's places become values, by its own axis: the line at 0 and a tick."""
    zero = float(re.match(r"M([\d.]+) ", panel.find(f"{SVG}path").get("d"))[1])
    ticks = {
        float(text.text.replace("−", "-")): float(text.get("x")) for text in panel.findall(f"{SVG}text[@x]")
    }
    value, place = next((value, place) for value, place in ticks.items() if value)
    return lambda x: (x - zero) * value / (place - zero)


def test_intervals_and_marks_are_where_the_table_has_them(comparison):
    root = ElementTree.fromstring(draw_differences(comparison))
    panels = [group for group in root.findall(f"{SVG}g") if "translate" in group.get("transform", "")]
    assert len(panels) == len(SHOWN)
    for panel, outcome in zip(panels, SHOWN, strict=True):
        scale = scale_of(panel)
        table = comparison.differences.filter(outcome=outcome)
        smallest = table["smallest_effect"][0]
        band = panel.find(f"{SVG}rect")
        near = pytest.approx(-smallest, abs=0.05 * smallest)
        assert scale(float(band.get("x"))) == near
        thin_and_thick = [group.findall(f"{SVG}path") for group in panel.findall(f"{SVG}g")]
        for (_, thick), row in zip(thin_and_thick, table.iter_rows(named=True), strict=True):
            low, high = map(float, re.match(r"M([\d.]+) [\d.]+H([\d.]+)", thick.get("d")).groups())
            assert scale(low) == pytest.approx(row["low"], abs=0.1 * smallest)
            assert scale(high) == pytest.approx(row["high"], abs=0.1 * smallest)


def test_it_says_what_its_lines_are(comparison):
    drawn = draw_differences(comparison)
    assert ("from luck alone" in drawn) != ("sets of parameters fitted to the record" in drawn)
    assert ("from luck alone" in drawn) == (not comparison.on_sets)
    assert "20 histories of 4 years" in drawn


def test_the_picture_of_the_readme_stands_by_itself():
    text = PICTURE.read_text("utf-8")
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text.startswith("What regimes change, against ad hoc: ")
    assert root.find(f"{SVG}rect").get("fill") == "#ffffff", "its own ground, for pages that are dark"
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|<script|<style|@import|href", text)
    assert len(text) < 20_000
    assert float(root.get("width")) > NAMES
