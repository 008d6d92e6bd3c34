"""At the corners of what is allowed: every parameter on either bound, alone and together, in both engines."""

from collections.abc import Iterator

import numpy as np
import pytest
from both_engines import must_agree
from ensemble_helpers import Array, quarter_by_quarter, reconciled, value_at
from invariants import INVARIANTS, ROUNDING, snapshot

from experiments.effects import EFFECTS, possible
from model.codes import Status
from model.ensemble import draw_luck, run_block
from model.parameters import Parameters
from model.regimes import SHIPPED, resolve
from model.registry import ParameterError, registry

SEED = 11
A_YEAR, ALL_QUARTERS = 4, 44
TOGETHER = 60
A_BLOCK = 64
BOUNDS = [(entry.name, value_at(entry, side)) for entry in registry().values() for side in (0.0, 1.0)]
STANDS_WITH_OTHERS = "a bound that contradicts another parameter at its default"


def alone(regime: str) -> tuple[list[Parameters], list[str]]:
    """Every parameter of the registry on either bound under a regime; what is refused, in words."""
    sets, refused = [], []
    for name, value in BOUNDS:
        try:
            sets.append(resolve(regime, settings={name: shown(name, value)}))
        except ParameterError as problem:
            refused.append(f"{name}: {problem}")
    return sets, refused


def shown(name: str, value: float) -> object:
    """A value as a person gives it: arrangements by name, whole numbers whole."""
    entry = registry()[name]
    if entry.type == "arrangement":
        return entry.shown(value)
    return int(value) if entry.type in ("integer", "switch") else value


def together(regime: str, seed: int) -> Parameters:
    """Every uncertain parameter on one of its bounds, at random; contradictions are mended."""
    sides = np.random.default_rng(seed)
    uncertain = [entry for entry in registry().values() if entry.distribution != "fixed"]
    return reconciled(regime, {entry.name: value_at(entry, float(sides.integers(2))) for entry in uncertain})


def is_bounded(rows: Array) -> bool:
    """Whether no figure of a table of records is infinite."""
    return all(not np.isinf(rows[name]).any() for name in rows.dtype.names if rows[name].dtype.kind == "f")


def in_blocks(sets: list[Parameters]) -> Iterator[list[Parameters]]:
    """Some sets at a time, so that their worlds fit into memory."""
    return (sets[first : first + A_BLOCK] for first in range(0, len(sets), A_BLOCK))


def must_run(sets: list[Parameters], quarters: int) -> None:
    """Every run ends well, in finite figures."""
    block = run_block(sets, draw_luck(SEED, [0], quarters), quarters)
    failed = [sets[run] for run in np.flatnonzero(block.status != Status.OK)]
    assert not failed, [
        {
            name: value
            for name, value in parameters.values.items()
            if parameters.origins[name] == "set by hand"
        }
        for parameters in failed[:3]
    ]
    for rows in (block.quarters, block.outcomes, block.councils):
        assert is_bounded(rows)
    for outcome in EFFECTS:
        least, most = possible(outcome)
        found = block.outcomes[outcome]
        lowest, highest = np.nanmin(found, initial=least), np.nanmax(found, initial=most)
        assert least <= lowest <= highest <= most + ROUNDING, f"{outcome}: {lowest} to {highest}"


def must_be_sound(sets: list[Parameters], quarters: int) -> None:
    """What holds in every world holds in these, in every quarter."""
    for some in in_blocks(sets):
        records = np.array([parameters.record for parameters in some])
        before = None
        for _, worlds, block in quarter_by_quarter(records, draw_luck(SEED, [0], quarters), quarters):
            for check in INVARIANTS:
                check(before, worlds, block.quarters[:, 0])
            before = snapshot(worlds)


@pytest.mark.parametrize("regime", ["ad_hoc", "mixed"])
def test_with_any_one_parameter_on_a_bound_a_year_ends_in_finite_figures(regime):
    sets, refused = alone(regime)
    assert len(sets) > 0.95 * len(BOUNDS)
    assert all(problem.split(":")[0].split(".")[0] in problem.split(":", 1)[1] for problem in refused)
    must_run(sets, A_YEAR)


@pytest.mark.parametrize("seed", range(3))
def test_with_every_parameter_on_a_bound_all_years_end_in_finite_figures(seed):
    must_run(
        [together(regime, TOGETHER * seed + place) for place, regime in enumerate(SHIPPED)], ALL_QUARTERS
    )


@pytest.mark.parametrize("place", [17, 400])
def test_with_one_parameter_on_a_bound_both_engines_give_the_same_bits(place):
    name, value = BOUNDS[place]
    must_agree(resolve("mixed", settings={name: shown(name, value)}), 2)


def test_with_every_parameter_on_a_bound_both_engines_give_the_same_bits():
    must_agree(together("mixed", SEED), A_YEAR)


@pytest.mark.slow
@pytest.mark.parametrize("regime", SHIPPED)
def test_with_any_one_parameter_on_a_bound_every_world_is_sound(regime):
    sets, _ = alone(regime)
    must_run(sets, ALL_QUARTERS)
    must_be_sound(sets, A_YEAR)


@pytest.mark.slow
@pytest.mark.parametrize("regime", SHIPPED)
def test_with_every_parameter_on_a_bound_a_year_is_sound_and_all_years_finite(regime):
    sets = [together(regime, seed) for seed in range(TOGETHER)]
    must_run(sets, ALL_QUARTERS)
    must_be_sound(sets, A_YEAR)


@pytest.mark.slow
@pytest.mark.parametrize("place", range(0, len(BOUNDS), 40))
def test_at_a_sample_of_single_bounds_both_engines_give_the_same_bits(place):
    name, value = BOUNDS[place]
    try:
        parameters = resolve(SHIPPED[place % len(SHIPPED)], settings={name: shown(name, value)})
    except ParameterError:
        pytest.skip(STANDS_WITH_OTHERS)
    must_agree(parameters, 2 * A_YEAR)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 100 + len(SHIPPED)))
def test_at_random_corners_both_engines_give_the_same_bits(seed):
    must_agree(together(SHIPPED[seed - 100], seed), ALL_QUARTERS)
