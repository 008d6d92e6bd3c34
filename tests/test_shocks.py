"""Luck: the same whatever the regime, the horizon, the part of the country or the other streams."""

import hashlib
from typing import Annotated

import numpy as np
import pytest
from ensemble_helpers import quarter_by_quarter
from scipy.special import ndtri
from scipy.stats import kstest

from model.agents import Shock
from model.ensemble import draw_luck
from model.population import draw_origins
from model.regimes import SHIPPED, resolve
from model.shocks import draw_records, drawn_fields, uniforms
from model.state import State, fresh

STREAMS = [name for name, _ in drawn_fields(Shock)]
NORMALS = [name for name, normal in drawn_fields(Shock) if normal]


def uniforms_by_definition(seed: int, replicate: int, name: str, count: int) -> list[float]:
    """The stream by its definition: SHA-256 of the name, SeedSequence, SFC64, the upper 53 bits.

    SFC64 is worked here in plain integers, so that NumPy's generators and its arithmetic on arrays are not
    taken at their word.
    """
    digest = hashlib.sha256(name.encode()).digest()
    words = [int.from_bytes(digest[i : i + 4], "big") for i in range(0, 16, 4)]
    a, b, c = (
        np.random.SeedSequence(seed, spawn_key=(replicate, *words)).generate_state(3, np.uint64).tolist()
    )
    mask, counter, values = 2**64 - 1, 1, []
    for step in range(12 + count):  # the first twelve mix the seed
        drawn = (a + b + counter) & mask
        counter += 1
        a = b ^ (b >> 11)
        b = (c + (c << 3)) & mask
        c = (((c << 24) | (c >> 40)) + drawn) & mask
        if step >= 12:
            values.append(max((drawn >> 11) * 2.0**-53, 2.0**-53))
    return values


@pytest.mark.parametrize("name", ["shock.need", "shock.peer_review", "start.quality"])
def test_a_stream_is_what_its_definition_says(name):
    assert uniforms(2014, 3, name, 50).tolist() == uniforms_by_definition(2014, 3, name, 50)


def test_the_first_draws_are_those_that_were_published():
    """So that a study can be repeated years later: a change of this hash changes every result."""
    drawn = [uniforms(2014, 0, name, 8) for name in ("shock.need", "shock.director_exit", "provider.skill")]
    assert (
        hashlib.sha256(np.concatenate(drawn).astype("<f8").tobytes()).hexdigest()[:16] == "d8d4faf80df85505"
    )


def test_replicates_seeds_and_names_have_streams_of_their_own():
    drawn = [uniforms(*key, 20).tobytes() for key in ((1, 0, "a"), (1, 1, "a"), (2, 0, "a"), (1, 0, "b"))]
    assert len(set(drawn)) == 4


def test_uniforms_lie_strictly_between_0_and_1():
    values = uniforms(1, 0, "edge", 1_000_000)
    assert values.min() > 0.0
    assert values.max() < 1.0


@pytest.mark.parametrize("raw,value", [(0, 2.0**-53), (2**64 - 1, 1.0 - 2.0**-53)])
def test_even_the_rarest_bits_give_a_finite_normal(raw, value, monkeypatch):
    class Constant:
        def __init__(self, sequence):
            pass

        def random_raw(self, count):
            return np.full(count, raw, np.uint64)

    monkeypatch.setattr(np.random, "SFC64", Constant)
    drawn = uniforms(1, 0, "rarest", 3)
    assert (drawn == value).all()
    assert np.isfinite(ndtri(drawn)).all()


@pytest.mark.parametrize("name", STREAMS)
def test_each_stream_follows_its_distribution(name):
    shocks = draw_luck(5, range(20), 44).shocks[:, STREAMS.index(name)].ravel()
    assert kstest(shocks, "norm" if name in NORMALS else "uniform").pvalue > 1e-4
    mean, spread = (0.0, 1.0) if name in NORMALS else (0.5, np.sqrt(1 / 12))
    assert shocks.mean() == pytest.approx(mean, abs=4.5 * spread / np.sqrt(shocks.size))
    assert shocks.std() == pytest.approx(spread, rel=0.01)


def test_streams_do_not_move_together():
    shocks = draw_luck(5, range(20), 44).shocks.transpose(1, 0, 2, 3).reshape(len(STREAMS), -1)
    correlations = np.corrcoef(shocks) - np.eye(len(STREAMS))
    assert np.abs(correlations).max() < 4.5 / np.sqrt(shocks.shape[1])


def test_a_longer_horizon_continues_a_shorter_one():
    short, long = draw_luck(1, [0, 7], 10), draw_luck(1, [0, 7], 80)
    assert (long.shocks[:, :, :10] == short.shocks).all()
    for name in ("councils", "providers", "partners"):
        assert getattr(long, name).tobytes() == getattr(short, name).tobytes()


def test_a_replicate_does_not_depend_on_which_others_are_drawn():
    alone, among = draw_luck(1, [7], 10), draw_luck(1, [3, 7, 0], 10)
    assert (alone.shocks[0] == among.shocks[1]).all()
    assert alone.councils[0].tobytes() == among.councils[1].tobytes()


def test_a_new_stream_changes_no_other():
    class ShockAndMore(State):
        before_all: Annotated[float, fresh("uniform", "a decision added before all others")]
        need: Annotated[float, fresh("normal", "local need")]
        peer_review: Annotated[float, fresh("uniform", "whether a peer review is held")]

    more = draw_records(ShockAndMore, "shock.", 1, 0, (6, 158))
    own = draw_records(Shock, "shock.", 1, 0, (6, 158))
    assert (more["need"] == own["need"]).all()
    assert (more["peer_review"] == own["peer_review"]).all()


def test_a_part_of_the_country_keeps_its_luck():
    rows = [3, 50, 120]
    whole, part = draw_luck(1, [0], 12), draw_luck(1, [0], 12, rows)
    assert (whole.shocks == part.shocks).all()
    origins = draw_origins(1, 0).councils, draw_origins(1, 0, rows).councils
    for name in origins[0].dtype.names:
        if name != "takes_part":
            assert origins[0][name].tobytes() == origins[1][name].tobytes(), name
    assert np.flatnonzero(origins[1]["takes_part"]).tolist() == rows


def test_every_regime_meets_the_same_luck():
    luck = draw_luck(1, [0], 6)
    records = np.array([resolve(name).record for name in SHIPPED])
    for quarter, worlds, _ in quarter_by_quarter(records, luck, 6):
        for i, name in enumerate(STREAMS):
            met = worlds.councils["shock"][name]
            assert (met == luck.shocks[0, i, quarter]).all(), f"{name} in quarter {quarter}"
