"""What an observer of a quarter makes of a few councils."""

from helpers import a_council, a_world

from model.indicators import Quarter

GONE = {"exists": 0, "practice.quality": 99.0, "children": 9e9}
"""A council that does not exist, which would be seen in every indicator if it were counted."""


def observed(observer, *councils, rules=(), **world):
    """The indicators that one observer makes of these councils, and of one that does not exist."""
    row = Quarter()
    observer(a_world([*map(a_council, councils), a_council(GONE)], **world), *rules, row)
    return row


def values_of(row, *names):
    """Some of the values of a row, in the order asked for."""
    return [getattr(row, name) for name in names]
