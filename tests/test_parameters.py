"""Settings that cannot stand together are refused, with what to do about it."""

import pytest

from model.parameters import Parameters
from model.registry import ParameterError

SPECIALISTS = {"support.specialist_places": 10}
ALLIANCE = {"regime.alliance": 1}


def changed(settings):
    return Parameters.defaults().changed(settings, "set by hand")


@pytest.mark.parametrize("lever", ["regime.fallback", "regime.first_response"])
def test_who_stands_in_leaves_the_council_in_charge(lever):
    assert changed(SPECIALISTS | {lever: "specialist"})[lever] == 8
    with pytest.raises(ParameterError, match=rf"{lever} = trust cannot stand in; allowed is none, adviser"):
        changed({"regime.market": 1, lever: "trust"})


@pytest.mark.parametrize(
    "settings,needed",
    [
        ({"regime.first_response": "specialist"}, "support.specialist_places is 0"),
        ({"regime.first_response": "alliance"}, "regime.alliance is 0"),
        ({"regime.sector_first": 1}, "regime.alliance is 0"),
        (
            {
                "regime.support_mix.own_plan": 0.0,
                "regime.support_mix.commissioner": 1.0,
                "support.commissioner_count": 0,
            },
            "support.commissioner_count is 0",
        ),
    ],
)
def test_who_is_called_on_has_to_be_there(settings, needed):
    with pytest.raises(ParameterError, match=needed):
        changed(settings)


def test_the_sector_can_come_first_where_there_is_an_alliance():
    assert changed(ALLIANCE | {"regime.sector_first": 1})["regime.sector_first"] == 1
