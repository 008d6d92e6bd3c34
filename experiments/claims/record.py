"""What was measured of the claims, kept next to the code, so that the page of claims needs no run.

A row is a claim, a trial and a measure. It names the design that was measured and the model that measured it,
both by hash, so that a contrast that was edited since is found out.
"""

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from experiments.claims import CLAIMS, contrast_of
from experiments.claims.contrast import Contrast, Measure
from experiments.claims.measuring import Finding
from experiments.comparison import Mean
from experiments.errors import StudyError
from experiments.writing import write_aside
from model.compilation import model_hash

MEASURED = Path(__file__).with_name("measured.csv")
COLUMNS = (
    "claim",
    "trial",
    "measure",
    "first",
    "end",
    "without",
    "with",
    "n",
    "difference",
    "low",
    "high",
    "sd",
    "replicates",
    "seed",
    "design",
    "model_hash",
)
Row = dict[str, str]


def rows_of(findings: Iterable[Finding], replicates: int, seed: int) -> list[Row]:
    """Findings as rows of the file."""
    return [
        {
            "claim": finding.contrast.claim,
            "trial": finding.trial,
            "measure": finding.measure.name,
            "first": _whole(finding.measure.first),
            "end": _whole(finding.measure.end),
            "without": _number(finding.without),
            "with": _number(finding.with_),
            "n": str(finding.difference.n),
            "difference": _number(finding.difference.mean),
            "low": _number(finding.difference.low),
            "high": _number(finding.difference.high),
            "sd": _number(finding.difference.sd),
            "replicates": str(replicates),
            "seed": str(seed),
            "design": finding.contrast.design,
            "model_hash": model_hash(),
        }
        for finding in findings
    ]


def _whole(value: int | None) -> str:
    return "" if value is None else str(value)


def _number(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.6g}"


def read(file: Path = MEASURED) -> list[Row]:
    """Everything that was measured; nothing where there is no file yet."""
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(findings: Sequence[Finding], replicates: int, seed: int, file: Path = MEASURED) -> None:
    """Keep findings, in place of what was measured of the same claims before; a failure leaves that be."""
    new = rows_of(findings, replicates, seed)
    named = {row["claim"] for row in new}
    rows = [row for row in read(file) if row["claim"] not in named] + new
    rows.sort(key=lambda row: CLAIMS.index(row["claim"]))  # stable: trials and measures keep their order
    write_aside(file, lambda aside: _write_rows(rows, aside))


def _write_rows(rows: Sequence[Row], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def kept(contrast: Contrast, file: Path = MEASURED) -> list[Finding]:
    """What was measured of a contrast.

    Raises:
        StudyError: when nothing was, or the contrast was edited since.
    """
    rows = [row for row in read(file) if row["claim"] == contrast.claim]
    if not rows or any(row["design"] != contrast.design for row in rows):
        what = "was edited since it was measured" if rows else "has not been measured"
        raise StudyError(
            f"{contrast.claim} {what}: run `python -m experiments.claims --write {contrast.claim}`"
        )
    return [_finding(row) for row in rows]


def _finding(row: Row) -> Finding:
    return Finding(
        contrast_of(row["claim"]),
        row["trial"],
        Measure(row["measure"], _optional(row["first"]), _optional(row["end"])),
        _read(row["without"]),
        _read(row["with"]),
        Mean(int(row["n"]), *(_read(row[name]) for name in ("difference", "low", "high", "sd"))),
    )


def _optional(text: str) -> int | None:
    return int(text) if text else None


def _read(text: str) -> float:
    return float(text) if text else math.nan
