"""Tables behind the figures: quantiles by quarter, chances by council, means and clouds of runs.

Every figure draws one of these tables and nothing else, so that what is drawn can be checked by hand. Failed
runs are left out before anything comes here.
"""

from collections.abc import Sequence

import polars as pl

from dashboards.words import INDICATORS
from experiments.intervals import NORMAL_95, QUANTILES
from experiments.units import QUARTERS_PER_YEAR
from model.codes import Grade
from model.quarters import parse_quarter

SUPPORT_SPENDING = (
    *("spent_providers", "spent_partners", "spent_setup", "spent_peer_reviews"),
    "spent_oversight",
    "spent_by_department",
)


def with_support_spending(quarters: pl.DataFrame) -> pl.DataFrame:
    """The quarters with what both payers spent on support in each, £m."""
    return quarters.with_columns(support_spending=pl.sum_horizontal(SUPPORT_SPENDING))


def fans(quarters: pl.DataFrame, indicators: Sequence[str] = tuple(INDICATORS)) -> pl.DataFrame:
    """Quantiles over histories: columns regime, quarter, indicator, year and those of `QUANTILES`."""
    table = with_support_spending(quarters)
    parts = [
        table.group_by("regime", "quarter", maintain_order=True)
        .agg(
            pl.col(name).drop_nans().drop_nulls().quantile(level, "linear").alias(quantile)
            for quantile, level in QUANTILES.items()
        )
        .with_columns(indicator=pl.lit(name))
        for name in indicators
    ]
    years = {quarter: year_of(quarter) for quarter in table["quarter"].unique().to_list()}
    return pl.concat(parts).with_columns(
        year=pl.col("quarter").replace_strict(years, return_dtype=pl.Float64)
    )


def year_of(quarter: str) -> float:
    """The middle of a written quarter on an axis of years: 2014Q1 is 2014.125."""
    index = parse_quarter(quarter)
    return 2014 + (index + 0.5) / QUARTERS_PER_YEAR


def council_chances(councils: pl.DataFrame) -> pl.DataFrame:
    """What became of each council over the histories, for those that exist at the end.

    Returns:
        Columns regime, la_code, histories; `inadequate`, the share of histories in which the council is
        judged inadequate at the end, with its 95% interval (Wilson) in `inadequate_low` and
        `inadequate_high`; as how many independent histories they count for it (`worth`), fewer where those
        of a set of parameters go together; and mean years spent judged inadequate (`years_inadequate`) and in
        weak services (`years_weak`).
    """
    table = (
        councils.filter(pl.col("exists") == 1)
        .group_by("regime", "la_code", maintain_order=True)
        .agg(
            histories=pl.len(),
            inadequate=(pl.col("grade") == int(Grade.INADEQUATE)).mean(),
            years_inadequate=pl.col("inadequate_quarters").mean() / QUARTERS_PER_YEAR,
            years_weak=pl.col("weak_quarters").mean() / QUARTERS_PER_YEAR,
        )
    )
    if "set" in councils.columns:
        table = table.join(_worth(councils), on=("regime", "la_code"), how="left", maintain_order="left")
    else:
        table = table.with_columns(worth=pl.col("histories").cast(pl.Float64))
    share, count, z2 = pl.col("inadequate"), pl.col("worth"), NORMAL_95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = NORMAL_95 / (1 + z2 / count) * (share * (1 - share) / count + z2 / (4 * count**2)).sqrt()
    return table.with_columns(inadequate_low=middle - half, inadequate_high=middle + half)


def _worth(councils: pl.DataFrame) -> pl.DataFrame:
    """As how many independent histories those of sets count for the chance of being inadequate.

    The variance of the share between sets, as a cluster sample has it, says how many (Korn and Graubard
    1998); at most as many as there are, and where nothing varies as many as there are sets.
    """
    of_sets = (
        councils.filter(pl.col("exists") == 1)
        .group_by("regime", "la_code", "set")
        .agg(n=pl.len(), share=(pl.col("grade") == int(Grade.INADEQUATE)).mean())
    )
    n, sets = pl.col("n"), pl.len()
    overall = (n * pl.col("share")).sum() / n.sum()
    error = ((n * (pl.col("share") - overall)) ** 2).sum() * sets / (sets - 1) / n.sum() ** 2
    found = of_sets.group_by("regime", "la_code").agg(
        sets=sets, asked=n.sum(), overall=overall, error=pl.when(sets > 1).then(error).otherwise(0.0)
    )
    independent = pl.col("overall") * (1 - pl.col("overall")) / pl.col("error")
    worth = pl.when(pl.col("error") > 0).then(pl.min_horizontal(independent, "asked")).otherwise("sets")
    return found.select("regime", "la_code", worth=worth.cast(pl.Float64))


def spread(runs: pl.DataFrame, outcome: str) -> pl.DataFrame:
    """Where nine histories in ten lie: columns regime, q05, q95."""
    value = pl.col(outcome).drop_nans().drop_nulls()
    return runs.group_by("regime", maintain_order=True).agg(
        q05=value.quantile(0.05, "linear"), q95=value.quantile(0.95, "linear")
    )


def luck_saved(runs: pl.DataFrame, differences: pl.DataFrame, baseline: str, outcome: str) -> float | None:
    """How many times as many histories a comparison would need if regimes did not share their luck.

    The sum of the two regimes' variances over the variance of the paired difference, the middle one of all
    regimes; None where it cannot be had.
    """
    variances = dict(runs.group_by("regime").agg(pl.col(outcome).var()).iter_rows())
    rows = differences.filter(pl.col("outcome") == outcome, pl.col("sd") > 0)
    ratios = [
        (variances[regime] + variances[baseline]) / sd**2
        for regime, sd in rows.select("regime", "sd").iter_rows()
    ]
    middle = pl.Series(ratios, dtype=pl.Float64).median()
    return middle if isinstance(middle, float) else None
