"""The page on how the model holds up against the record of 2014 to 2019."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from dashboards.interval_figures import (
    PALE,
    VERDICT_LOOKS,
    Span,
    record_fan,
    spans,
    spans_height,
)
from dashboards.page import FINDINGS_SCRIPTS, write_page
from dashboards.style import JUDGEMENTS, STRONG
from experiments.hindcast.comparing import AT_NO_EFFECT, JUDGED, OUTSIDE, Compared
from experiments.hindcast.misses import by_what_they_tell
from experiments.hindcast.study import Hindcast
from experiments.hindcast.targets import MEASURES
from experiments.hindcast.tolerances import tolerances, tolerances_hash
from experiments.hindcast.words import SIGNS, together_in_words, verdicts_in_words
from experiments.prose import MISSING, counted, listed, number
from model.compilation import model_hash
from model.quarters import format_quarter

FEW_CASES = 10
FIGURE_HEADS = (
    *("Figure", "Record", "Cases", "Median", "50% of histories", "90% of histories"),
    *("Predictive p", "Tolerance", "Verdict"),
)


def write_hindcast_page(
    found: Hindcast, path: Path, command: str, regime: str = "ad_hoc", settings: Sequence[str] = ()
) -> Path:
    """Write the page.

    Args:
        found: the histories, held against the record.
        path: of the file.
        command: that makes it again.
        regime: under which they ran.
        settings: that were laid over all sets.
    """
    stock = found.stock()
    misses = found.those("fail")
    under = f" under {listed([f'`{text}`' for text in settings])}" if settings else ""
    context = {
        "heading": "Does the model make the past that was?",
        "lead": f"{len(found.histories.sets):,} simulated histories from {format_quarter(found.start)} to"
        f" 2019Q4{under}, measured as the record of England’s councils is, and held against it.",
        "contents": _contents(bool(misses), found.joint is not None),
        "alarms": _alarms(found, regime, settings),
        "said": summary(found),
        "counts": _counts(found),
        "fans": [
            {
                "title": style.word,
                "figure": record_fan(stock.filter(pl.col("judgement") == style.word.lower()), style),
            }
            for style in JUDGEMENTS
        ],
        "stock_heads": ["Quarter", "Judgement", "Record", "5%", "25%", "Median", "75%", "95%"],
        "stock_rows": [
            [row[0], row[1], row[2], *(number(value, 1) for value in row[3:])] for row in stock.iter_rows()
        ],
        "misses": [
            {"tells": tells, "rows": [_miss(one) for one in those]}
            for tells, those in by_what_they_tell(misses)
        ],
        "joint_words": joint_in_words(found),
        "joint_rows": _joint_rows(found),
        "looks": VERDICT_LOOKS,
        "colours": {"wide": PALE, "narrow": STRONG},
        "figure_heads": FIGURE_HEADS,
        "parts": [_part(found, name) for name in MEASURES if _of(found, name)],
        "limits": LIMITS,
        "facts": _facts(found, regime, settings),
        "command": command,
    }
    return write_page(path, "hindcast.html.j2", FINDINGS_SCRIPTS, context)


LIMITS = (
    "One history of England happened. A figure of some 20 or 37 cases could as well have come out otherwise:"
    " “within luck” says that the record is too small to tell, not that the model is right.",
    "What was fitted was made to agree. Only figures that were held out are a test of what fitting did not"
    " look at; and they come from the same years and councils.",
    "Figures overlap: stocks of neighbouring years share their councils, shares add to one. A count of"
    " passes is no count of independent successes; the check of all figures at once takes account of that.",
    "A model may agree with the record for wrong reasons. Other rules could fit as well.",
    "Inputs of the time (funding, demand, national staff) are the recorded ones. How well they would have"
    " been foreseen is not asked here.",
    "Tolerances were chosen by people, before the first hindcast.",
    "Begun later than 2014Q1, figures that need what came before are the record’s own up to then; work and"
    " spending are measured from the start on, in record and histories alike.",
)


def _contents(with_misses: bool, with_joint: bool) -> list[tuple[str, str]]:
    return [
        ("answer", "The answer"),
        ("stock", "Councils by judgement"),
        *([("misses", "Misses")] if with_misses else []),
        *([("joint", "All figures at once")] if with_joint else []),
        ("figures", "Figure by figure"),
    ]


def _alarms(found: Hindcast, regime: str, settings: Sequence[str]) -> list[str]:
    words = []
    if not found.posterior.names:
        words.append(
            "No posterior was used: every history has the same parameters. Intervals show luck alone, and"
            " are too narrow for verdicts on the model."
        )
    if found.posterior.of_this_model is False:
        words.append("The posterior was fitted with another version of the model: fit it anew.")
    if regime != "ad_hoc" or settings:
        what = [*([f"the regime {regime}"] if regime != "ad_hoc" else []), *settings]
        words.append(
            f"This is not the history that happened: it was run with {listed(what)}, without fitting anew."
        )
    if found.histories.failed:
        words.append(f"{counted(found.histories.failed, 'run')} failed and are left out.")
    return words


def summary(found: Hindcast) -> list[tuple[str, str]]:
    """What was found, in a few sentences, each with a word or two in front."""
    judged = [one for one in found.figures if one.verdict != "given"]
    said = [("Of all", f"Of {counted(len(judged), 'figure')}: {_verdicts(found, None)}.")]
    for lead, fitted in (("Fitted", True), ("Held out", False)):
        count = sum(one.fitted == fitted for one in judged)
        if count:
            said.append((lead, f"Of {counted(count, 'figure')}: {_verdicts(found, fitted)}."))
    passing = [one for one in judged if one.verdict == "pass"]
    outside = [one for one in passing if one.outside]
    silent = [one for one in passing if one.at_no_effect]
    if outside:
        said.append(
            (
                "Wide",
                f"{len(outside)} of {counted(len(passing), 'figure')} that pass lie outside the central"
                " 90% of histories: their tolerance is wide against what luck and parameters allow. They are"
                " marked"
                f" “{OUTSIDE}”.",
            )
        )
    if silent:
        said.append(
            (
                "No evidence",
                f"{counted(len(silent), 'figure')} that pass would pass if what they measure had no effect at"
                f" all, for the record is within the tolerance of none. They are marked “{AT_NO_EFFECT}”.",
            )
        )
    beyond = [one for one in judged if one.outside]
    said.append(
        (
            "Luck",
            f"{counted(len(beyond), 'figure')} of the record lie outside the central 90% of histories; if"
            f" every figure were right and independent, about {0.1 * len(judged):.0f} would.",
        )
    )
    said.append(("Together", joint_in_words(found)))
    misses = [f"{one.measure}: {one.figure}" for one in found.those("fail")]
    if misses:
        said.append(("Misses", f"{'; '.join(misses)}."))
    if found.those("given"):
        said.append(
            (
                "Given",
                f"{counted(len(found.those('given')), 'figure')} lie before {format_quarter(found.start)} and"
                " are the record’s own; they are not counted.",
            )
        )
    return said


def _verdicts(found: Hindcast, fitted: bool | None) -> str:
    return verdicts_in_words({verdict: len(found.those(verdict, fitted)) for verdict in JUDGED})


def joint_in_words(found: Hindcast) -> str:
    """What the check of all figures at once says, or what it takes."""
    joint = found.joint
    if joint is None:
        return together_in_words(None)
    words = (
        f"{together_in_words(joint.p_value)} {counted(joint.figures, 'figure')} vary together so much that"
        f" they count as about {joint.effective:.0f} independent ones; {joint.beyond:,} of"
        f" {counted(joint.histories, 'history', 'histories')} lie as far from the middle as the record."
    )
    if joint.constant:
        words += f" Left out, for no history differs in them: {listed(joint.constant)}."
    return words


def _joint_rows(found: Hindcast) -> list[tuple[str, str]]:
    joint = found.joint
    if joint is None:
        return []
    return [
        ("Record", number(joint.distance, 1)),
        ("Histories, median", number(joint.median, 1)),
        ("Histories, central 90%", f"{number(joint.low_90, 1)} to {number(joint.high_90, 1)}"),
        ("Predictive p of the record", f"{joint.p_value:.3f}"),
    ]


def _counts(found: Hindcast) -> list[list[object]]:
    rows: list[list[object]] = []
    for title, fitted in (("Fitted", True), ("Held out", False), ("All", None)):
        counts = [len(found.those(verdict, fitted)) for verdict in JUDGED]
        rows.append([title, *counts, sum(counts)])
    return rows


def _of(found: Hindcast, measure: str) -> list[Compared]:
    return [one for one in found.figures if one.measure == measure]


def digits_for(one: Compared) -> int:
    """Digits after the point that a figure is worth."""
    return 2 if abs(one.data) < 1.0 and one.tolerance < 1.0 else 1


def _row(one: Compared) -> list[str]:
    digits = digits_for(one)
    few = " (few)" if one.cases is not None and one.cases < FEW_CASES else ""
    return [
        one.figure,
        number(one.data, digits),
        MISSING if one.cases is None else f"{one.cases:,}{few}",
        number(one.median, digits),
        _between(one.low_50, one.high_50, digits),
        _between(one.low_90, one.high_90, digits),
        number(one.p_value, 2),
        f"±{one.tolerance:g}",
        _verdict(one),
    ]


def _verdict(one: Compared) -> str:
    return ", ".join(word for word in (f"{SIGNS[one.verdict]} {one.verdict}", one.remark) if word)


def _between(low: float, high: float, digits: int) -> str:
    return MISSING if low != low else f"{number(low, digits)} to {number(high, digits)}"


def _miss(one: Compared) -> list[str]:
    digits, held_out = digits_for(one), "" if one.fitted else " (held out)"
    return [
        f"{SIGNS[one.verdict]} {one.measure}: {one.figure}{held_out}, {_unit(one.measure)}",
        number(one.data, digits),
        number(one.median, digits),
        _between(one.low_90, one.high_90, digits),
    ]


def _part(found: Hindcast, measure: str) -> dict[str, Any]:
    those = _of(found, measure)
    kinds = {one.fitted for one in those}
    words = (
        "Calibration looked at these."
        if kinds == {True}
        else "Held out: calibration did not look at these."
        if kinds == {False}
        else "Calibration looked at those that some set of parameters reaches."
    )
    return {
        "title": MEASURES[measure].title,
        "unit": _unit(measure),
        "words": f"{words} Tolerance: {tolerances()[measure].reason}.",
        "figure": spans([_span(one) for one in those], MEASURES[measure].unit),
        "height": spans_height(len(those)),
        "rows": [_row(one) for one in those],
    }


def _unit(measure: str) -> str:
    return MEASURES[measure].unit or "from −1 to 1"


def _span(one: Compared) -> Span:
    digits = digits_for(one)
    said = (
        f"<b>{one.figure}</b>: {_verdict(one)}<br>record {number(one.data, digits)}, median"
        f" {number(one.median, digits)}<br>nine in ten {_between(one.low_90, one.high_90, digits)}"
    )
    return Span(
        name=f"{SIGNS[one.verdict]} {one.figure}",
        median=one.median,
        low_50=one.low_50,
        high_50=one.high_50,
        low_90=one.low_90,
        high_90=one.high_90,
        mark=one.data,
        low_band=one.data - one.tolerance,
        high_band=one.data + one.tolerance,
        look=VERDICT_LOOKS[one.verdict],
        said=said,
    )


def _facts(found: Hindcast, regime: str, settings: Sequence[str]) -> dict[str, str]:
    provenance = found.posterior.provenance
    return {
        "Parameters": (
            f"{counted(found.distinct, 'different set')} of {len(found.posterior):,} in"
            f" {found.posterior.origin}, worth {found.posterior.effective_size:.0f} of equal weight"
            if found.posterior.names
            else "defaults"
        ),
        "Fitted by": str(provenance.get("command", "not known")),
        "Histories": f"{found.replicates:,} of luck for each of {found.sets:,} draws",
        "Begun": f"{format_quarter(found.start)}"
        + (", every council where the record had it" if found.start else ", from the facts of that time"),
        "Regime": regime,
        "Set by hand": listed(list(settings)) or "nothing",
        "Fitted, but set otherwise": listed(list(found.set_otherwise)) or "nothing",
        "Seed": str(found.seed),
        "Model": model_hash(),
        "Tolerances": tolerances_hash(),
        "Cost": f"{found.seconds:.0f} s",
    }
