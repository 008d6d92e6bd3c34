"""The arithmetic that rules share, written so that both engines round alike.

Plain Python raises where compiled code returns an infinity, and so every operation that can leave its
domain goes through one function here; the check at the end of a quarter finds what is not finite.
"""

import math

from model.rule import rule

LARGEST_EXPONENT = 700.0
LOGIT_EDGE = 0.01
SMALLEST_PROBABILITY = 1e-12
HALF = 0.5
SQUARE_ROOT_OF_TWO = math.sqrt(2.0)
YEARS_PER_QUARTER = 0.25
MONTHS_PER_QUARTER = 3.0
PERCENT = 100.0
TEN_POINTS = 10.0
"""Of quality: the difference to which parameters of its effects refer."""
MILLION = 1e6


@rule
def exponential(x: float) -> float:
    """The exponential of x, infinite where it would overflow."""
    return math.exp(x) if x < LARGEST_EXPONENT else math.inf


@rule
def logarithm(x: float) -> float:
    """The natural logarithm of x, minus infinity where x is not positive."""
    return math.log(x) if x > 0.0 else -math.inf


@rule
def logistic(x: float) -> float:
    """1 / (1 + e^-x): from the whole line to 0-1."""
    return 1.0 / (1.0 + exponential(-x))


@rule
def logit(share: float) -> float:
    """The inverse of `logistic`, for shares kept within 0.01-0.99."""
    inside = clip(share, LOGIT_EDGE, 1.0 - LOGIT_EDGE)
    return math.log(inside / (1.0 - inside))


@rule
def clip(x: float, low: float, high: float) -> float:
    """x, no lower than `low` and no higher than `high`."""
    return min(max(x, low), high)


@rule
def normal_below(x: float) -> float:
    """Probability that a standard normal lies below x."""
    return HALF * math.erfc(-x / SQUARE_ROOT_OF_TWO)


@rule
def per(amount: float, count: float) -> float:
    """Amount per count, not a number where there is nothing to count."""
    return amount / count if count > 0 else math.nan


@rule
def happens(probability: float, draw: float) -> bool:
    """Whether an event happens: the only place where luck becomes an event.

    Args:
        probability: of the event, 0-1.
        draw: a uniform drawn ahead for this decision, council and quarter.
    """
    return draw < probability


@rule
def root_of_rest(persistence: float) -> float:
    """What keeps an autoregression at its spread: sqrt(1 - persistence squared)."""
    return math.sqrt(1.0 - persistence * persistence)
