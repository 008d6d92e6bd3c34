"""Factors: the parameters that a sweep varies, each with its range and the distribution between its ends.

A design works with quantiles, numbers from 0 to 1; a factor turns them into values of its parameter. A factor
called `dummy` belongs to no parameter and changes nothing: whatever an analysis finds for it is error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from experiments.arrays import Numbers
from model.registry import ARRANGEMENTS, Entry, ParameterError, Value, registry

DUMMY = "dummy"
"""Name of the factor that changes nothing."""

Distribution = Literal["uniform", "log_uniform", "triangular"]


def parameter_title(name: str) -> str:
    """What a parameter is called in a sentence: its meaning, without what that adds on single values.

    Where others mean the same, it is told from them by its kind of arrangement, or by its part of the model.
    """
    own, parts = registry()[name].meaning, name.split(".")
    shared = sum(entry.meaning == own for entry in registry().values()) > 1
    which = parts[1] if parts[0] == "arrangement" else parts[0]
    title = own.split(";")[0].strip()
    return f"{title}, {which.replace('_', ' ')}" if shared else title


@dataclass(frozen=True)
class Factor:
    """A parameter that varies between the parameter sets of a sweep.

    Attributes:
        name: of the parameter, or `dummy`.
        low: least value.
        high: greatest value.
        distribution: between them: uniform, log_uniform, or triangular with its peak at the default.
        whole: whether only whole numbers are taken.
        values: the values that are taken, equally often, instead of a range; empty for a range. Arrangements
            are their codes.
        group: of factors that an analysis may move together.
        peak: of a triangular distribution.
    """

    name: str
    low: float
    high: float
    distribution: Distribution = "uniform"
    whole: bool = False
    values: tuple[Value, ...] = ()
    group: str = ""
    peak: float = 0.0

    @property
    def entry(self) -> Entry | None:
        """The registry's entry; None for the dummy."""
        return None if self.name == DUMMY else registry()[self.name]

    @property
    def unit(self) -> str:
        """Unit of its values, in words."""
        return self.entry.unit if self.entry else "none"

    @property
    def meaning(self) -> str:
        """What it is, in a line."""
        return self.entry.meaning if self.entry else "changes nothing: a check on the analysis"

    @property
    def title(self) -> str:
        """What it is called in a sentence."""
        return parameter_title(self.name) if self.entry else self.name

    def at(self, quantiles: Numbers) -> Numbers:
        """Values at some quantiles, each from 0 to 1; whole numbers and listed values are equally likely."""
        if self.values:
            places = np.minimum((quantiles * len(self.values)).astype(np.int64), len(self.values) - 1)
            return np.asarray(self.values, np.float64)[places]
        if self.whole:
            return np.minimum(np.floor(self.low + quantiles * (self.high - self.low + 1)), self.high)
        if self.distribution == "log_uniform":
            return np.clip(self.low * (self.high / self.low) ** quantiles, self.low, self.high)
        if self.distribution == "triangular":
            return self._triangular(quantiles)
        return np.minimum(self.low + quantiles * (self.high - self.low), self.high)

    def _triangular(self, quantiles: Numbers) -> Numbers:
        width = self.high - self.low
        turn = (self.peak - self.low) / width
        rising = self.low + np.sqrt(quantiles * width * (self.peak - self.low))
        falling = self.high - np.sqrt((1.0 - quantiles) * width * (self.high - self.peak))
        return np.clip(np.where(quantiles < turn, rising, falling), self.low, self.high)


def dummy() -> Factor:
    """The factor that changes nothing."""
    return Factor(DUMMY, 0.0, 1.0, group=DUMMY)


def factor_of(
    name: str,
    where: str,
    low: float | None = None,
    high: float | None = None,
    distribution: Distribution | None = None,
    values: tuple[object, ...] = (),
    group: str | None = None,
) -> Factor:
    """A factor for a parameter, what is not given taken from the registry.

    Args:
        name: of the parameter.
        where: what to call the place it was asked for in, in a message.
        low: least value; the parameter's own when None.
        high: greatest value; the parameter's own when None.
        distribution: between them; the parameter's own when None, uniform when that is fixed.
        values: the values to take, instead of a range.
        group: the first part of the name when None.

    Raises:
        ParameterError: for an unknown name, values outside the parameter's bounds, an inverted range, or a
            range where only listed values make sense.
    """
    entry = registry()[name]
    family = name.split(".", 1)[0] if group is None else group
    if values:
        if low is not None or high is not None or distribution is not None:
            raise ParameterError(f"{name} ({where}): give either values, or low, high and distribution")
        taken = tuple(entry.value(value, where) for value in values)
        if len(set(taken)) < len(taken):
            raise ParameterError(f"{name} ({where}): a value is listed twice in {list(values)}")
        return Factor(name, float(min(taken)), float(max(taken)), "uniform", False, taken, family)
    if entry.type == "arrangement":
        raise ParameterError(
            f"{name} ({where}): an arrangement has no range; list values, each {entry.allowed()}"
        )
    least = float(entry.value(entry.low if low is None else low, where))
    most = float(entry.value(entry.high if high is None else high, where))
    if not least < most:
        raise ParameterError(
            f"{name} ({where}): low = {least:g} must lie below high = {most:g}; to hold it fixed, name it"
            " under [set]"
        )
    own = "uniform" if entry.distribution == "fixed" else entry.distribution
    kind: Distribution = distribution or own
    if kind == "log_uniform" and least <= 0.0:
        raise ParameterError(f"{name} ({where}): log_uniform needs low above 0, which is {least:g}")
    peak = min(max(float(entry.default), least), most)
    return Factor(name, least, most, kind, entry.type != "number", (), family, peak)


def coded(table: pl.DataFrame, factors: Sequence[Factor]) -> Numbers:
    """Values of factors in a table, arrangements as their codes: shape (rows, factors)."""
    columns = [
        table[factor.name].replace_strict(ARRANGEMENTS, return_dtype=pl.Float64)
        if table[factor.name].dtype == pl.String
        else table[factor.name].cast(pl.Float64)
        for factor in factors
    ]
    return np.column_stack([column.to_numpy() for column in columns])


def uncertain() -> tuple[str, ...]:
    """Names of the parameters that the registry calls uncertain, in its order."""
    return tuple(name for name, entry in registry().items() if entry.distribution != "fixed")
