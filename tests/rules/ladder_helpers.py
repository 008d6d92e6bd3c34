"""A council on the ladder of intervention: the regime it is under in tests, and what failing is."""

from helpers import a_council

from model.codes import Grade, Support

LADDER = {
    "regime.support_delay": 2,
    "regime.takeover_deadline": 4,
    "regime.immediate_takeover": 2,
    "regime.progress_bar": 0.25,
    "regime.patience": 0.5,
    "regime.market": 1,
    "regime.alliance": 1,
    "regime.support_mix.own_plan": 0.0,
    "regime.support_mix.adviser": 1.0,
    "regime.takeover_mix.own_plan": 0.0,
    "regime.takeover_mix.trust": 1.0,
}
"""Advisers from the second quarter, a trust from the fourth or after two failures."""

FAILING = {
    "inspection.grade": Grade.INADEQUATE,
    "inspection.inadequate_in_spell": 1,
    "inspection.inadequate_ever": 1,
}
ADVISED = {"arrangement.kind": Support.ADVISER, "arrangement.ally": 0, "arrangement.age": 1}


def failing(settings=None):
    """A council that has been judged inadequate once."""
    return a_council(FAILING | (settings or {}))
