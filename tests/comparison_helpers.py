"""Results of a comparison that are made by hand."""

import polars as pl

from experiments.results import Results
from experiments.tables import outcome_names


def results_with(outcome, values, baseline="first", quarters=4):
    """Results in memory in which one outcome has the given values by regime, and every other one is 0."""
    rows = [
        {"regime": regime, "replicate": replicate, **dict.fromkeys(outcome_names(), 0.0), outcome: value}
        for regime, column in values.items()
        for replicate, value in enumerate(column)
    ]
    runs = pl.DataFrame(rows, schema_overrides={outcome: pl.Float64})
    manifest = {"baseline": baseline, "regimes": [{"name": name} for name in values], "quarters": quarters}
    nothing = pl.DataFrame()
    return Results(manifest, {"runs": runs.lazy()}, nothing, nothing, nothing)
