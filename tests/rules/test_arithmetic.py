"""The arithmetic that rules share: within the domain, at its edges, beyond it."""

import math

import pytest
from helpers import agrees_when_compiled, covers
from scipy.special import expit
from scipy.stats import norm

from model.rules.arithmetic import (
    clip,
    exponential,
    happens,
    logarithm,
    logistic,
    logit,
    normal_below,
    per,
    root_of_rest,
)


@covers(root_of_rest)
def test_a_walk_that_remembers_four_fifths_keeps_its_spread_with_three_fifths_of_it_as_news():
    """sqrt(1 - 0.8 x 0.8) = 0.6."""
    assert root_of_rest(0.8) == pytest.approx(0.6)


@covers(exponential)
def test_the_exponential_is_eulers_number_at_one_and_infinite_where_it_would_overflow():
    """e^1 = 2.718282; e^710 exceeds the largest double, 1.8e308 = e^709.8."""
    assert exponential(1.0) == pytest.approx(2.718282, abs=1e-6)
    assert exponential(710.0) == math.inf
    assert exponential(-1000.0) == 0.0


@covers(logarithm)
def test_the_logarithm_of_nothing_is_minus_infinity_instead_of_an_error():
    """ln 2 = 0.693147."""
    assert logarithm(2.0) == pytest.approx(0.693147, abs=1e-6)
    assert logarithm(0.0) == -math.inf
    assert logarithm(-1.0) == -math.inf


@covers(logistic)
@pytest.mark.parametrize("x", [-800.0, -2.0, 0.0, 0.3, 40.0])
def test_the_logistic_function_is_scipys(x):
    assert logistic(x) == pytest.approx(expit(x), rel=1e-14)


@covers(logit)
def test_the_logit_undoes_the_logistic_within_one_to_ninety_nine_percent():
    """ln(0.8 / 0.2) = ln 4 = 1.386294; beyond the edges ln(0.01 / 0.99) = -4.595120."""
    assert logit(0.8) == pytest.approx(1.386294, abs=1e-6)
    assert logit(logistic(0.7)) == pytest.approx(0.7)
    assert logit(0.0) == pytest.approx(-4.595120, abs=1e-6)
    assert logit(1.0) == pytest.approx(4.595120, abs=1e-6)


@covers(clip)
def test_clipping_leaves_what_lies_within_and_bounds_what_does_not():
    assert [clip(x, -1.0, 2.0) for x in (-3.0, -1.0, 0.5, 2.0, 9.0)] == [-1.0, -1.0, 0.5, 2.0, 2.0]


@covers(normal_below)
@pytest.mark.parametrize("x", [-8.0, -1.96, 0.0, 0.5, 3.0])
def test_the_mass_below_is_that_of_scipys_normal(x):
    assert normal_below(x) == pytest.approx(norm.cdf(x), rel=1e-12)


@covers(per)
def test_a_mean_of_nothing_is_not_a_number():
    assert per(6.0, 4) == 1.5
    assert math.isnan(per(0.0, 0))


@covers(happens)
def test_an_event_happens_when_the_draw_falls_below_its_probability():
    """A uniform on [0, 1) lies below p with probability p, so nothing happens at p = 0 and everything at p
    = 1.
    """
    assert happens(0.3, 0.29)
    assert not happens(0.3, 0.3)
    assert not happens(0.0, 0.0)
    assert happens(1.0, 0.999999)


def test_compiled_code_meets_the_same_edges():
    def edges(x, p):
        return exponential(x) + logistic(-x) + logit(x / 1000.0) + normal_below(x) + clip(x, 0.0, 1.0)

    assert agrees_when_compiled(_callable(edges), 710.0)
    assert agrees_when_compiled(_callable(edges), 0.25)


def _callable(function):
    from model.rule import rule

    return rule(function)
