"""The tables of one council that can be had: its record, what becomes of it, where it stands."""

import polars as pl

from dashboards.council_words import ENDS
from dashboards.live.council_asked import Asked
from experiments.council_futures import Futures
from experiments.council_origin import Standing
from experiments.council_record import council_record
from experiments.errors import StudyError
from model.facts import load_facts


def record_table(row: int) -> pl.DataFrame:
    """What is on record of a council, as a table."""
    names = ("when", "kind", "what", "detail", "source", "link")
    events = council_record(load_facts(), row)
    return pl.DataFrame(
        {name: [getattr(event, name) for event in events] for name in names},
        schema=dict.fromkeys(names, pl.String),
    )


def ends_table(wanted: Asked, _: Standing, futures: Futures) -> pl.DataFrame:
    """What becomes of a council under each regime, and how that differs from the baseline, in long form."""
    ends, differences = futures.ends(wanted.row), futures.differences(wanted.row, wanted.plan.baseline)
    if ends is None or differences is None:
        raise StudyError(f"{wanted.name} does not exist at the end of {wanted.until}")
    parts = [
        ends.select("regime", measure=pl.lit(name), value=name, low=f"{name}_low", high=f"{name}_high")
        for name in ENDS
    ]
    found = pl.concat(parts)
    if differences.is_empty():
        return found
    renamed = differences.rename({"low": "difference_low", "high": "difference_high"})
    return found.join(renamed, on=["regime", "measure"], how="left", maintain_order="left")


def standing_table(wanted: Asked, standing: Standing, futures: Futures) -> pl.DataFrame:
    """How a council stands at the origin, and what of it goes with failing later."""
    if not standing.exists[wanted.row]:
        raise StudyError(f"{wanted.name} does not exist just before {wanted.start}")
    later = futures.associations(standing, wanted.row, wanted.plan.baseline)
    renamed = later.rename({"low": "correlation_low", "high": "correlation_high"})
    return standing.against_england(wanted.row).join(renamed, on="measure", how="left", maintain_order="left")
