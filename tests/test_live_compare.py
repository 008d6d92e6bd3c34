"""The page that compares regimes, as a browser opens it."""

import pytest

from tests.live_helpers import Watched, serving

SMALL = "replicates=8&quarters=8"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture
def watched(page, address):
    found = Watched(page, address)
    yield found
    assert found.troubles == []


def test_it_shows_fans_differences_plane_and_maps_of_all_regimes_named(watched):
    watched.open(f"/compare?{SMALL}&regimes=ad_hoc,trust")
    page = watched.page
    page.wait_for_selector("#plane .main-svg")
    assert page.locator("#fans .js-plotly-plot").count() == 2
    assert page.locator("#differences table tbody tr").count() > 10
    assert page.locator("#maps .map[data-regime]").count() == 2
    assert page.inner_text("#count") == "8 histories"
