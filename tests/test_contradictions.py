"""Settings that cannot stand together, each allowed by itself, are refused with what to do about them."""

import pytest

from model.parameters import Parameters
from model.registry import ParameterError


def refusal(settings):
    with pytest.raises(ParameterError) as refused:
        Parameters.defaults().changed(settings, "by hand")
    return str(refused.value)


@pytest.mark.parametrize(
    "lever,value",
    [("regime.spin_out", 0.005), ("regime.voluntary_outsourcing", 0.005), ("regime.must_serve", 1)],
)
def test_what_needs_a_market_is_refused_without_one_and_allowed_with_it(lever, value):
    assert f"{lever} = {value:g} does nothing while regime.market is 0" in refusal({lever: value})
    assert Parameters.defaults().changed({lever: value, "regime.market": 1}, "by hand")[lever] == value


@pytest.mark.parametrize(
    "kind,needed,givers",
    [
        ("mutual", "regime.market", "providers and trusts in a market"),
        ("partner_council", "regime.partners_in_practice", "partners in practice"),
        ("specialist", "support.specialist_places", "specialists"),
        ("commissioner", "support.commissioner_count", "commissioners"),
    ],
)
def test_an_arrangement_that_nobody_could_take_on_is_refused(kind, needed, givers):
    settings = {"regime.takeover_mix.own_plan": 0.0, f"regime.takeover_mix.{kind}": 1.0}
    said = refusal(settings | {needed: 0})
    assert f"regime.takeover_mix.{kind} is used but {needed} is 0, and only {givers} could take it on" in said
    allowed = Parameters.defaults().changed(settings | {needed: 1}, "by hand")
    assert allowed[f"regime.takeover_mix.{kind}"] == 1.0


def test_what_is_said_of_markets_may_be_said_where_there_is_none():
    """Facts about a market are uncertain everywhere; without a market they lie idle."""
    settings = {"market.entry_rate": 0.1, "market.sponsor_recruitment": 0.1, "market.insolvency": 1}
    assert Parameters.defaults().changed(settings, "by hand")["regime.market"] == 0


@pytest.mark.parametrize("lever", ["regime.fallback", "regime.first_response"])
def test_who_stands_in_leaves_the_council_in_charge(lever):
    assert f"{lever} = trust cannot stand in; allowed is none, adviser" in refusal(
        {"regime.market": 1, lever: "trust"}
    )
    team = {"support.specialist_places": 10, lever: "specialist"}
    assert Parameters.defaults().changed(team, "by hand")[lever] == 8


@pytest.mark.parametrize(
    "settings,needed",
    [
        ({"regime.first_response": "specialist"}, "support.specialist_places"),
        ({"regime.first_response": "alliance"}, "regime.alliance"),
        ({"regime.sector_first": 1}, "regime.alliance"),
    ],
)
def test_who_is_asked_first_has_to_be_there(settings, needed):
    assert f"{needed} is 0" in refusal(settings)
    lever = next(iter(settings))
    assert Parameters.defaults().changed(settings | {needed: 1}, "by hand")[lever] > 0
