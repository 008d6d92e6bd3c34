"""Numbers, counts and lists as people write them."""

import math

import pytest

from experiments.intervals import Interval
from experiments.prose import brief, capitalised, counted, listed, number, percent, share, with_interval


@pytest.mark.parametrize(
    "value, decimals, signed, written",
    [
        (1234.56, 1, False, "1,234.6"),
        (-22.0, 0, True, "−22"),
        (3.25, 1, True, "+3.2"),
        (-0.04, 1, True, "0.0"),
        (0.0, 2, True, "0.00"),
        (None, 1, False, "–"),
        (math.nan, 1, True, "–"),
    ],
)
def test_a_number_has_thousands_apart_and_a_true_minus_and_zero_has_no_sign(value, decimals, signed, written):
    assert number(value, decimals, signed) == written


def test_a_brief_number_has_no_more_digits_than_count():
    assert [brief(0.5), brief(-1234.5678, 3), brief(1 / 3, 3)] == ["0.5", "−1.23e+03", "0.333"]


def test_a_count_comes_with_its_noun_in_the_singular_only_for_one():
    assert [counted(count, "council") for count in (0, 1, 1520)] == [
        "0 councils",
        "1 council",
        "1,520 councils",
    ]
    assert counted(2, "history", "histories") == "2 histories"


def test_items_are_listed_as_in_a_sentence():
    assert [listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert listed(iter(["a", "b"]), "or") == "a or b"


def test_all_but_none_is_not_none_and_all_but_one_is_not_all():
    shares = (0.0, 1e-15, 0.0001, 0.004, 0.126, 0.996, 0.9999, 1.0 - 1e-15, 1.0, math.nan, None)
    assert [percent(value) for value in shares] == [
        *("0%", "0%", "under 1%", "under 1%", "13%", "over 99%", "over 99%", "100%", "100%", "–", "–"),
    ]


def test_only_the_first_letter_of_a_sentence_is_made_large():
    assert [capitalised("money for DfE"), capitalised("")] == ["Money for DfE", ""]


def test_what_has_an_interval_says_its_ends_once_with_the_unit():
    assert with_interval(Interval(1.234, -0.5, 3.0), 1) == "1.2 (−0.5 to 3.0)"
    assert with_interval(Interval(1.0, math.nan, math.nan), 1) == "1.0"
    assert share(Interval(0.123, 0.1, 0.2)) == "12% (10 to 20%)"
    assert [with_interval(None), share(None)] == ["–", "–"]
