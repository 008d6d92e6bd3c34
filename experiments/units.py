"""Conversions of units, outside the rules, which have their own."""

PERCENT = 100.0
"""Of a whole."""

QUARTERS_PER_YEAR = 4
MONTHS_PER_QUARTER = 3
