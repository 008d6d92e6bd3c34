"""Figures of the report against quantiles by hand, and colours against models of colour blindness."""

import itertools
import math
import re

import numpy as np
import polars as pl
import pytest

from dashboards import style
from dashboards.figures import fan_chart, plane
from dashboards.hexmap import hex_map, share_scale, years_scale
from dashboards.style import regime_styles
from dashboards.summaries import council_chances, fans, luck_saved, spread, with_support_spending
from dashboards.words import INDICATORS, Wording, amount, effect, number, span
from model.facts import load_facts
from model.regimes import SHIPPED

# ---- Colours

# Machado, Oliveira and Fernandes (2009), severity 1: what is left of linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
CLEARLY_APART = 20.0
"""Distance in CIELAB (1976); some 2.3 is just noticeable, side by side."""


def linear(colour):
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(colour, blindness):
    seen = np.clip(BLINDNESS[blindness] @ linear(colour), 0, 1)
    ratios = XYZ @ seen / np.array([0.95047, 1.0, 1.08883])
    f = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one, other):
    light, dark = sorted((linear(colour) @ XYZ[1] for colour in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PALETTES = {
    "judgements": [judgement.colour for judgement in style.JUDGEMENTS],
    "regimes": [style.REGIMES[name].colour for name in SHIPPED],
    "better and worse": ["#1b4f8a", "#a62b17"],
}


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("palette", PALETTES)
def test_colours_keep_apart_for_colour_blind_people(palette, blindness):
    for one, other in itertools.combinations(PALETTES[palette], 2):
        distance = math.dist(lab(one, blindness), lab(other, blindness))
        assert distance > CLEARLY_APART, f"{one} and {other} are {distance:.1f} apart"


def test_the_check_of_colours_can_fail_a_red_and_a_green_that_normal_eyes_tell_apart():
    red, green = "#a35a1f", "#6f7a1d"
    assert math.dist(lab(red, "none"), lab(green, "none")) > CLEARLY_APART
    assert math.dist(lab(red, "deuteranopia"), lab(green, "deuteranopia")) < CLEARLY_APART


def test_shades_of_a_probability_darken_step_by_step_for_everybody():
    for blindness in BLINDNESS:
        lightness = [lab(colour, blindness)[0] for colour in style.PROBABILITY_COLOURS]
        assert all(darker < lighter - 8 for lighter, darker in itertools.pairwise(lightness))


def test_text_and_lines_stand_out_from_the_page():
    for ground in (style.PAPER, style.PANEL):
        assert min(contrast(colour, ground) for colour in (style.INK, style.QUIET, style.ACCENT)) >= 4.5
    every = [*style.REGIMES.values(), *style.USER_REGIMES]
    assert min(contrast(regime.colour, style.PAPER) for regime in every) >= 3


def test_regimes_and_judgements_differ_in_more_than_colour():
    regimes = [*style.REGIMES.values(), *style.USER_REGIMES]
    assert (
        len({regime.symbol for regime in regimes})
        == len({regime.outline for regime in regimes})
        == len(regimes)
    )
    assert len({judgement.pattern for judgement in style.JUDGEMENTS}) == 4


def test_every_shipped_regime_has_a_style_and_users_regimes_get_others():
    styles = regime_styles([*SHIPPED, "mine", "yours"])
    assert set(SHIPPED) == set(style.REGIMES)
    assert len({found.colour for found in styles.values()}) == len(SHIPPED) + 2


# ---- Tables and figures by hand


def quarters(values_by_regime):
    """One quarter, 2014Q1, with each regime's values of every indicator."""
    money = [*("spent_providers", "spent_partners", "spent_setup", "spent_peer_reviews")]
    money += ["spent_oversight", "spent_by_department"]
    rows = [
        {"regime": regime, "replicate": i, "quarter": "2014Q1"}
        | {name: float(value) for name in INDICATORS if name != "support_spending"}
        | {name: float(value) for name in money}
        for regime, values in values_by_regime.items()
        for i, value in enumerate(values)
    ]
    return pl.DataFrame(rows)


def test_a_fan_draws_the_quantiles_of_its_histories():
    """0, 10, ..., 100: eleven values, so that the quantile p lies at 100 p, by linear interpolation."""
    table = fans(quarters({"ad_hoc": range(0, 101, 10), "trust": range(200, 301, 10)}))
    figure = fan_chart(table, "trust", "ad_hoc", "inadequate", style.REGIMES["trust"], "Trust")
    wide, half, baseline, median = figure.data
    assert list(wide.y) == pytest.approx([205, 295])
    assert list(half.y) == pytest.approx([225, 275])
    assert list(baseline.y) == pytest.approx([50])
    assert list(median.y) == pytest.approx([250])
    assert list(median.x) == [2014.125]
    assert median.text[0] == (
        "<b>2014Q1</b>: 250 councils<br>half of histories 225 to 275 councils"
        "<br>nine in ten 205 to 295 councils"
    )


def test_spending_on_support_adds_what_both_payers_spent_on_everything():
    assert with_support_spending(quarters({"trust": [2]}))["support_spending"].to_list() == [12.0]


def test_fans_leave_out_what_could_not_be_observed():
    table = fans(quarters({"trust": [1, 3, math.nan]}))
    assert table.filter(pl.col("indicator") == "agency_share")["q50"].to_list() == [2.0]


def test_chances_of_a_council_are_shares_of_the_histories_in_which_it_exists():
    """3 of 4 inadequate; the 95% interval of 3/4 is 0.301 to 0.954 by the formula of Wilson (1927)."""
    councils = pl.DataFrame(
        {
            "regime": ["trust"] * 5,
            "la_code": [330, 330, 330, 330, 837],
            "exists": [1, 1, 1, 1, 0],
            "grade": [4, 4, 4, 2, 4],
            "inadequate_quarters": [8.0, 4.0, 4.0, 0.0, 9.0],
            "weak_quarters": [4.0, 4.0, 4.0, 4.0, 9.0],
        }
    )
    (row,) = council_chances(councils).iter_rows(named=True)
    assert (row["la_code"], row["histories"], row["inadequate"]) == (330, 4, 0.75)
    assert (row["inadequate_low"], row["inadequate_high"]) == pytest.approx((0.301, 0.954), abs=5e-4)
    assert (row["years_inadequate"], row["years_weak"]) == (1.0, 1.0)


def test_the_plane_draws_every_history_and_the_means_with_their_intervals():
    runs = pl.DataFrame(
        {"regime": ["trust"] * 3, "support_cost": [1.0, 2.0, 6.0], "weak_child_years": [4.0, 5.0, 9.0]}
    )
    outcomes = pl.DataFrame(
        {
            "outcome": ["support_cost", "weak_child_years"],
            "regime": ["trust", "trust"],
            "mean": [3.0, 6.0],
            "low": [2.5, 5.0],
            "high": [3.5, 7.0],
        }
    )
    axes = ("support_cost", "weak_child_years")
    cloud, mean = plane(runs, outcomes, axes, {"trust": style.REGIMES["trust"]}, {"trust": "Trust"}).data
    assert (list(cloud.x), list(cloud.y)) == ([1, 2, 6], [4, 5, 9])
    assert (mean.x[0], mean.y[0], mean.error_x.array[0], mean.error_y.array[0]) == (3, 6, 0.5, 1)


def test_spread_holds_nine_histories_in_ten():
    runs = pl.DataFrame({"regime": ["trust"] * 101, "relapse": [float(value) for value in range(101)]})
    assert spread(runs, "relapse").row(0) == ("trust", 5.0, 95.0)


def test_luck_saved_is_the_variance_of_independent_histories_over_that_of_pairs():
    """Variances 1 and 1 (of 1, 2, 3) add to 2; paired differences with standard deviation 0.5 have 0.25."""
    runs = pl.DataFrame({"regime": ["a"] * 3 + ["b"] * 3, "relapse": [1.0, 2.0, 3.0] * 2})
    differences = pl.DataFrame({"outcome": ["relapse"], "regime": ["b"], "sd": [0.5]})
    assert luck_saved(runs, differences, "a", "relapse") == pytest.approx(8.0)


# ---- The map


def test_the_map_shows_the_councils_of_the_day():
    facts = load_facts()
    for year in (2014, 2019, 2020, 2024):
        day = pl.Series([f"{year}-12-28"]).str.to_date()[0]
        alive = facts.councils.filter(
            pl.col("valid_from").is_null() | (pl.col("valid_from") <= day),
            pl.col("valid_to").is_null() | (pl.col("valid_to") >= day),
        )
        drawing = hex_map(day)
        assert {tile.la_code for tile in drawing.tiles} == set(alive["la_code"].to_list())
        assert len({(tile.x, tile.y) for tile in drawing.tiles}) == len(drawing.tiles)
        assert len(drawing.labels) == 9


def test_an_outline_goes_along_a_side_that_is_shared_with_nobody():
    """Every side of the Isles of Scilly, which touch nobody, is an outline: six lines around its middle."""
    drawing = hex_map(pl.Series(["2024-12-28"]).str.to_date()[0])
    (scilly,) = [tile for tile in drawing.tiles if tile.name == "Isles of Scilly"]
    ends = [
        [float(value) for value in re.split("[ L]", side)] for side in drawing.outlines.strip("M").split("M")
    ]
    around = [
        side for side in ends
        if math.hypot((side[0] + side[2]) / 2 - scilly.x, (side[1] + side[3]) / 2 - scilly.y) < 0.9
    ]  # fmt: skip
    assert len(around) == 6
    assert all(
        math.hypot(side[0] - side[2], side[1] - side[3]) == pytest.approx(1, abs=0.02) for side in ends
    )


def test_scales_put_a_value_on_its_class():
    scale = share_scale(0.22)
    assert [scale.step(value) for value in (0.0, 0.0199, 0.02, 0.149, 0.5)] == [0, 0, 1, 3, 5]
    assert scale.labels == ("under 2%", "2–5%", "5–10%", "10–15%", "15–20%", "20% or more")
    assert years_scale(5.0).labels == ("under 0.5", "0.5–1", "1–2", "2–3", "3–4", "4 or more")


# ---- Words


@pytest.mark.parametrize(
    "value, digits, signed, text",
    [
        (1234.56, 1, False, "1,234.6"),
        (-0.04, 1, True, "0.0"),
        (-1.26, 1, False, "−1.3"),
        (2.0, 0, True, "+2"),
        (math.nan, 1, False, "not known"),
        (None, 1, False, "not known"),
    ],
)
def test_numbers_are_written_for_people(value, digits, signed, text):
    assert number(value, digits, signed) == text


def test_units_are_written_once_and_differences_of_shares_in_points():
    money, share = Wording("cost", "\u00a0m", 0, before="£"), Wording("share", "%", 1)
    assert amount(-22.4, money, signed=True) == "−\u2060£22\u00a0m"
    assert span(90, 120, money) == "£90 to £120\u00a0m"
    assert amount(3.21, share) == "3.2%"
    assert span(-0.2, 1.1, share, signed=True) == "−0.2 to +1.1\u00a0points"
    assert effect(0.275, Wording("years", "\u00a0m", 2)) == "0.275\u00a0m"
