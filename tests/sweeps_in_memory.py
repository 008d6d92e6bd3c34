"""Sweeps in memory: outcomes are known functions of the factors, and luck is laid on by hand."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl
from SALib.sample import latin, morris
from SALib.sample import sobol as sobol_sample

from experiments.sweeps.factors import DUMMY, Factor, dummy, factor_of
from experiments.sweeps.results import DesignSummary, SweepResults

Function = Callable[[Any], Any]


def ishigami(x: Any) -> Any:
    """Ishigami's function of three quantiles, a = 7, b = 0.1."""
    z = np.pi * (2.0 * x[..., :3] - 1.0)
    return np.sin(z[..., 0]) + 7.0 * np.sin(z[..., 1]) ** 2 + 0.1 * z[..., 2] ** 4 * np.sin(z[..., 0])


def ishigami_indices() -> tuple[list[float], list[float]]:
    """Its first-order and total indices, by the closed form (Ishigami and Homma 1990)."""
    a, b = 7.0, 0.1
    v1 = 0.5 * (1 + b * np.pi**4 / 5) ** 2
    v2 = a**2 / 8
    v13 = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    total = v1 + v2 + v13
    return [v1 / total, v2 / total, 0.0], [(v1 + v13) / total, v2 / total, v13 / total]


def g_function(coefficients: Sequence[float]) -> Function:
    """Sobol's g-function."""
    a = np.asarray(coefficients)
    return lambda x: np.prod((np.abs(4 * x[..., : len(a)] - 2) + a) / (1 + a), axis=-1)


def g_indices(coefficients: Sequence[float]) -> tuple[list[float], list[float]]:
    """First-order and total indices of the g-function: V_i = 1 / (3 (1 + a_i)^2)."""
    v = [1 / (3 * (1 + a) ** 2) for a in coefficients]
    total = np.prod([1 + one for one in v]) - 1
    rest = [np.prod([1 + other for j, other in enumerate(v) if j != i]) for i in range(len(v))]
    return [one / total for one in v], [one * r / total for one, r in zip(v, rest, strict=True)]


def unit_factor(name: str, group: str = "", whole: bool = False, values: tuple[Any, ...] = ()) -> Factor:
    """A factor of a real parameter, over its own bounds."""
    if name == DUMMY:
        return dummy()
    return factor_of(name, "test", values=values, group=group or None)


def shared_luck(seed: int, replicates: int, shared: float, rough: float) -> Function:
    """Luck under common random numbers: a main effect of the replicate, and one that differs by point.

    The same parameters meet the same luck, so that a dummy changes nothing: what differs by point hangs on
    the quantiles of all factors but the last, which is where a dummy stands.
    """
    rng = np.random.default_rng(seed)
    main = rng.normal(0.0, shared, replicates)
    waves = rng.normal(0.0, 300.0, (replicates, 64))

    def luck(x: Any) -> Any:
        waved = x[..., :-1] @ waves[:, : x.shape[-1] - 1].T
        return main + rough * np.sqrt(2.0) * np.sin(waved)

    return luck


def saltelli(factors: Sequence[Factor], base: int, grouped: bool, alone: bool, seed: int) -> Any:
    """Rows of A, AB by group, AB by factor, B for each base row, and the design in short."""
    names = [factor.name for factor in factors]
    groups = tuple(dict.fromkeys(factor.group for factor in factors)) if grouped else ()
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    plain = sobol_sample.sample(problem, base, calc_second_order=False, seed=seed, scramble=True)
    plain = plain.reshape(base, len(names) + 2, len(names))
    a, b = plain[:, 0], plain[:, -1]
    rows = [a]
    for group in groups:
        inside = np.array([factor.group == group for factor in factors])
        rows.append(np.where(inside, b, a))
    if alone:
        rows += [plain[:, 1 + i] for i in range(len(names))]
    rows.append(b)
    units = np.stack(rows, axis=1).reshape(-1, len(names))
    return units, DesignSummary("saltelli", len(units), base, groups, tuple(names) if alone else ())


def trajectories(factors: Sequence[Factor], count: int, grouped: bool, seed: int, levels: int = 4) -> Any:
    """A Morris design by SALib's own sampler."""
    names = [factor.name for factor in factors]
    problem: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    groups = tuple(dict.fromkeys(factor.group for factor in factors)) if grouped else ()
    if grouped:
        problem["groups"] = [factor.group for factor in factors]
    units = morris.sample(problem, count, num_levels=levels, seed=seed)
    return units, DesignSummary("morris", len(units), count, groups, () if grouped else tuple(names), levels)


def hypercube(factors: Sequence[Factor], points: int, seed: int) -> Any:
    """A Latin hypercube by SALib's own sampler."""
    names = [factor.name for factor in factors]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    units = latin.sample(problem, points, seed=seed)
    return units, DesignSummary("latin_hypercube", points)


def sweep(
    factors: Sequence[Factor],
    design: Any,
    outcomes: dict[str, dict[str, Function]],
    luck: Function | None = None,
    replicates: int = 1,
    failed: Sequence[tuple[int, str, int]] = (),
    missing: Sequence[tuple[int, str, int]] = (),
) -> SweepResults:
    """A sweep in memory.

    `outcomes` gives, by outcome and regime, a function of quantiles, shape (points, factors) to (points,).
    `luck` gives what is added, shape (points, replicates). `failed` runs are there without outcomes,
    `missing` ones are not there, each named by point, regime and replicate.
    """
    units, summary = design
    added = luck(units) if luck else np.zeros((len(units), replicates))
    regimes = tuple(next(iter(outcomes.values())))
    table = {"point": np.arange(len(units))}
    for i, factor in enumerate(factors):
        table[factor.name] = factor.at(units[:, i])
    rows: dict[str, list[Any]] = {name: [] for name in ("point", "regime", "replicate", "seed", "status")}
    values: dict[str, list[Any]] = {name: [] for name in outcomes}
    computed = {
        name: {
            regime: np.broadcast_to(function(units)[:, None] + added, added.shape)
            for regime, function in by.items()
        }
        for name, by in outcomes.items()
    }
    gone, broken = set(missing), set(failed)
    for point in range(len(units)):
        for regime in regimes:
            for replicate in range(replicates):
                key = (point, regime, replicate)
                if key in gone:
                    continue
                ok = key not in broken
                fields = (point, regime, replicate, 1, "ok" if ok else "out of range")
                for name, field in zip(rows, fields, strict=True):
                    rows[name].append(field)
                for name in outcomes:
                    values[name].append(float(computed[name][regime][point, replicate]) if ok else None)
    runs = pl.DataFrame(
        {"key": [str(i) for i in range(len(rows["point"]))], **rows, **values},
        schema_overrides=dict.fromkeys(outcomes, pl.Float64),
    )
    quantiles = pl.DataFrame(
        {"point": np.arange(len(units))} | {f.name: units[:, i] for i, f in enumerate(factors)}
    )
    return SweepResults(
        title="A sweep in memory",
        question="What does a known function look like?",
        regimes=regimes,
        titles={regime: regime.replace("_", " ").capitalize() for regime in regimes},
        baseline=regimes[0],
        replicates=replicates,
        quarters=44,
        start="2014Q1",
        seed=1,
        outcomes=tuple(outcomes),
        factors=tuple(factors),
        design_summary=summary,
        design=pl.DataFrame(table).lazy(),
        units=quantiles if summary.kind == "morris" else None,
        runs=runs.lazy(),
        failures=runs.filter(pl.col("status") != "ok"),
        manifest={},
        folder=None,
        tables={},
    )
