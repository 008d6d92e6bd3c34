"""How good forecasts from inside the record were, from what the rolling forecasts left."""

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from experiments.findings.writing import between, number, page
from experiments.forecasts.make import CEILING, MODEL
from experiments.forecasts.rolling import ALL_ORIGINS
from experiments.markdown import table


def scores_page(folder: Path) -> str:
    """How good forecasts were, each with parameters fitted to what was known: scores and calibration."""
    made = json.loads((folder / "rolling.json").read_text("utf-8"))
    scores, counts, reliability, transforms = (
        pl.read_csv(folder / f"{name}.csv", infer_schema_length=None)
        for name in ("scores", "counts", "reliability", "transforms")
    )
    origins = [name for name in scores["origin"].unique(maintain_order=True) if name != ALL_ORIGINS]
    return page(
        "Forecasts from inside the record",
        made,
        [
            "Forecasts from origins inside the record, scored on what followed by the end of 2019. Lower"
            " scores are better. [How to read it](../forecasting.md).",
            *["", "## What noise alone costs", "", *_ceiling(folder, origins)],
            *["", "## At each council's next inspection", "", *_scores(scores)],
            *["", "## National counts", "", *_counts(counts)],
            *["", "## When it said so, did it come?", "", *_reliability(reliability)],
            *["", "## Was what happened where forecasts had it?", "", *_transforms(transforms)],
        ],
    )


def _ceiling(folder: Path, origins: Sequence[str]) -> list[str]:
    """Expected scores in the model's own histories, by forecaster."""
    rows = []
    for origin in origins:
        file = folder / origin / MODEL / CEILING
        for row in pl.read_csv(file).iter_rows(named=True):
            ends = between(row["low_90"], row["high_90"])
            told = row["score"], origin, f"{row['forecaster']}: {row['meaning']}"
            rows.append((*told, number(row["expected"]), ends))
    rows.sort(key=lambda row: row[0])
    return [
        "What a score is expected to be if the model is right. The perfect forecaster knows the true state of"
        " a council at its inspection, and loses to the inspectors' noise alone; the distance from there to"
        " the model's own expected score is what a better knowledge of councils could gain.",
        "",
        *table(("score", "origin", "forecaster", "expected", "90% of sets"), rows),
    ]


def _scores(scores: pl.DataFrame) -> list[str]:
    """Mean scores by origin and forecast, and the skill of the model against each other."""
    headings = "score", "origin", "inspections", "forecast", "mean", "95%", "skill of the model", "95%"
    rows = [
        (
            row["score"],
            row["origin"],
            str(row["inspections"]),
            _plain(row["forecast"]),
            number(row["mean"]),
            between(row["low_95"], row["high_95"]),
            number(row["skill"]),
            between(row["skill_low_95"], row["skill_high_95"]),
        )
        for row in scores.sort("score", maintain_order=True).iter_rows(named=True)
    ]
    return [
        "Skill is by how much of a baseline's score the model's is lower; intervals hold 95% of councils"
        " drawn again.",
        "",
        *table(headings, rows),
    ]


def _counts(counts: pl.DataFrame) -> list[str]:
    """Continuous ranked probability scores of national counts, all origins together."""
    together = counts.filter(origin=ALL_ORIGINS)
    rows = [
        (
            row["quantity"],
            _plain(row["forecast"]),
            f"{row['quarters']}",
            number(row["crps"]),
            f"{row['inside_90']:.0%}",
        )
        for row in together.iter_rows(named=True)
    ]
    return [
        "Mean continuous ranked probability score of the number of councils, in councils, and how often the"
        " count was inside the central 90% of draws. There is one nation and neighbouring quarters tell"
        " nearly the same, so that no interval is given; quarters of several origins overlap.",
        "",
        *table(("judgement", "forecast", "quarters", "score", "inside 90%"), rows),
    ]


def _reliability(reliability: pl.DataFrame) -> list[str]:
    """How often each judgement came where the model gave it such a chance, all origins together."""
    own = reliability.filter(origin=ALL_ORIGINS, forecast=MODEL)
    rows = [
        (
            row["grade"],
            f"{row['from']:.0%} to {row['to']:.0%}",
            str(row["inspections"]),
            f"{row['mean_probability']:.0%}",
            f"{row['share']:.0%}",
            f"{row['low_95']:.0%} to {row['high_95']:.0%}",
        )
        for row in own.iter_rows(named=True)
    ]
    outside = sum(
        not row["low_95"] <= row["mean_probability"] <= row["high_95"] for row in own.iter_rows(named=True)
    )
    return [
        f"All origins together. In {outside} of {own.height} bands the chance that was given lies outside the"
        " 95% interval of how often it came (Wilson; a council that counts from several origins counts as"
        " several, so that intervals are somewhat too narrow).",
        "",
        *table(("judgement", "chance given", "inspections", "mean chance", "came", "95%"), rows),
    ]


def _transforms(transforms: pl.DataFrame) -> list[str]:
    """Probability integral transforms in equal bands by forecast, all origins together."""
    together = transforms.filter(origin=ALL_ORIGINS)
    rows = []
    for (of, forecast), own in together.group_by("of", "forecast", maintain_order=True):
        rows.append(
            (
                str(of),
                _plain(str(forecast)),
                *(str(seen) for seen in own["seen"]),
                f"{own['expected'][0]:.0f}",
            )
        )
    bands = [
        f"{low:.0%} to {high:.0%}"
        for low, high in together.unique(["from", "to"]).sort("from").select("from", "to").iter_rows()
    ]
    return [
        "Probability integral transforms in equal bands, randomised where outcomes are few: about equal"
        " numbers if forecasts are calibrated; many at both ends if they are too sure, many in the middle if"
        " they are not sure enough. First are the best judgements and the smallest counts.",
        "",
        *table(("of", "forecast", *bands, "expected in each"), rows),
    ]


def _plain(forecast: str) -> str:
    return forecast.replace("_", " ")
