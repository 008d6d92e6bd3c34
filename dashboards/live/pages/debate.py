"""The debate: what each side claimed, the verdicts of a results folder, and each claim's contrast."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import dash_mantine_components as dmc
import polars as pl
from dash import Dash, html
from dash.development.base_component import Component

from dashboards.claims_figures import KEY
from dashboards.claims_kept import KEPT, SHIPPED, STRUCTURES_TABLE, VERDICTS_TABLE, Kept, read_kept
from dashboards.claims_listed import THEMES, article_of, axes_of, levers_of, of_contrast, points_of
from dashboards.claims_page import MARKS, TONES
from dashboards.live import controls
from dashboards.live.address import Address
from dashboards.live.downloads import downloads, picture_buttons, serve_tables, table_links
from dashboards.live.offered import Offered
from dashboards.live.pages import Page, laid_out
from dashboards.live.streams import Gone, Message, Stream
from dashboards.page import render_part
from experiments.claims import find_contrasts
from experiments.claims.contrast import SIDES, Contrast
from experiments.claims.judging import VERDICTS
from experiments.errors import StudyError
from experiments.posterior import holds_here
from experiments.prose import capitalised, counted
from experiments.reading import read_csv

UNTRIED = "not tried here"
ALL_MARKS = {**MARKS, UNTRIED: "–"}
ALL_TONES = {**TONES, UNTRIED: "open"}
WORDS = {verdict: verdict.replace(" ", "-") for verdict in (*VERDICTS, UNTRIED)}
"""Verdicts as the address writes them."""

ANY = "any"
AS_SHIPPED = "as-shipped"
"""In place of a folder: the verdicts that come with the project."""
REMEMBERED = 4
COMMAND = "turnaround claims"


@dataclass(frozen=True)
class Asked:
    """What the address asks for.

    Attributes:
        folder: of the verdicts, as the address names it.
        path: where that folder is.
        folders: that may be chosen.
        verdict: that claims must have; empty for any.
        side: whose case they must make; empty for any.
        words: that must stand in them.
        claim: opened; None for none.
        case: side whose case is opened; empty for none.
    """

    folder: str
    path: Path
    folders: Sequence[str]
    verdict: str
    side: str
    words: str
    claim: Contrast | None
    case: str


def _asked(address: Address, offered: Offered) -> Asked:
    folders = [*(name for name in offered.folders(KEPT) if _opens(offered.folder(name))), AS_SHIPPED]
    folder = address.text("folder", folders[0])
    verdicts = {word: verdict for verdict, word in WORDS.items()}
    word = address.choice("verdict", ANY, [ANY, *verdicts])
    side = address.choice("side", ANY, [ANY, *SIDES])
    claim, case = address.text("claim", ""), address.choice("case", "", ["", *SIDES])
    if claim and case:
        raise StudyError(f"claim = {claim!r} and case = {case!r}: allowed is one of them")
    return Asked(
        folder,
        SHIPPED if folder == AS_SHIPPED else offered.folder(folder),
        folders,
        verdicts.get(word, ""),
        "" if side == ANY else side,
        address.text("words", ""),
        find_contrasts([claim])[0] if claim else None,
        case,
    )


def _kept(folder: Path) -> Kept:
    """What a folder says of the claims, read once until it is written anew."""
    file = folder / KEPT
    return _read(folder, file.stat().st_mtime_ns if file.is_file() else 0)


@lru_cache(maxsize=REMEMBERED)
def _read(folder: Path, written: int) -> Kept:
    return read_kept(folder)


def _opens(folder: Path) -> bool:
    try:
        _kept(folder)
    except StudyError:
        return False
    return True


def layout(address: Address, offered: Offered) -> Component:
    """The page, its list still empty."""
    asked = _asked(address, offered)
    _check_case(asked, _kept(asked.path))
    return laid_out(
        [
            html.P(
                [html.B("A verdict about the model is not one about the world."), " ", _why()],
                className="standing",
                role="note",
            ),
            html.Div(
                [
                    html.Section(id="source", **controls.named("Where the verdicts come from")),
                    _filters(asked),
                    html.P(id="found", className="quiet", role="status"),
                    html.Div(
                        [
                            html.Section(id="claim-list", tabIndex=-1, **controls.named("Claims")),
                            html.Section(id="opened", **controls.named("What was opened")),
                        ],
                        className="master",
                    ),
                    _downloads(asked),
                ],
                id="debate",
                className="debate",
                **controls.data(open="yes" if asked.claim or asked.case else "no"),
            ),
        ],
        address.query,
        "debate",
    )


def _downloads(asked: Asked) -> Component:
    under = table_links("structures", "The claims listed under other structures of the model")
    return downloads(
        table_links("verdicts", "Verdicts of the claims listed"),
        *([under] if (asked.path / STRUCTURES_TABLE).is_file() else []),
        picture_buttons("opened-figures", "claim", "Figures of the claim", "opened-head"),
    )


def _why() -> str:
    return (
        "It says what follows if the model's rules are right and its parameters lie where the record and the"
        " literature leave them. What nobody has measured was given a range by people."
    )


def _filters(asked: Asked) -> Component:
    folder = []
    if {*asked.folders, asked.folder} != {AS_SHIPPED}:
        shown = {name: name for name in [*asked.folders, asked.folder]} | {AS_SHIPPED: "this version"}
        folder = [controls.choose("folder", "Verdicts of", shown, asked.folder, asked.folders[0])]
    verdicts = {ANY: "any verdict"} | {
        word: f"{ALL_MARKS[verdict]}  {verdict}" for verdict, word in WORDS.items()
    }
    return html.Div(
        [
            dmc.TextInput(
                id=controls.view_id("words", ""),
                label="Search the claims",
                value=asked.words,
                debounce=300,
                placeholder="deadline, takeover, prime minister …",
            ),
            controls.choose(
                "verdict", "Verdict", verdicts, WORDS[asked.verdict] if asked.verdict else ANY, ANY
            ),
            controls.choose(
                "side",
                "Makes the case of",
                {ANY: "any side", **{side: capitalised(name) for side, name in SIDES.items()}},
                asked.side or ANY,
                ANY,
            ),
            *folder,
        ],
        className="panel claim-filters",
        role="search",
        **controls.named("Which claims are listed"),
    )


def streams(offered: Offered) -> Mapping[str, Stream]:
    """What the page shows: read, never run."""

    def debate(address: Address, gone: Gone) -> Iterator[Message]:
        asked = _asked(address, offered)
        kept = _kept(asked.path)
        _check_case(asked, kept)
        listed = _listed(asked, kept)
        links = _Links(address)
        context = {"marks": ALL_MARKS, "tones": ALL_TONES, "key": KEY, "kept": kept, "links": links}
        yield {
            "html": {
                "source": render_part("debate_source", context | _source(asked, kept)),
                "claim-list": render_part("debate_list", context | _list(asked, listed)),
                "opened": _opened(asked, kept, offered, context),
                "found": _found(listed),
            }
        }
        yield {"call": ["debate", {"open": bool(asked.claim or asked.case)}]}

    return {"debate": debate}


def _check_case(asked: Asked, kept: Kept) -> None:
    if asked.case and asked.case not in kept.cases:
        raise StudyError(
            f"case = {asked.case!r}: no claim of this side was tried here; allowed is to leave it out"
        )


@dataclass(frozen=True)
class _Links:
    """Addresses of this page that differ from the present one in some fields."""

    address: Address

    def to(self, **changes: str) -> str:
        """The address with some fields set, or taken out where they are empty."""
        fields = {**self.address.fields, **{key: [value] for key, value in changes.items()}}
        query = Address({key: value for key, value in fields.items() if value != [""]}).query
        return f"/debate?{query}" if query else "/debate"


def _listed(asked: Asked, kept: Kept) -> list[dict[str, Any]]:
    """Claims that the filters let through, as the list shows them."""
    found = []
    for contrast in find_contrasts():
        told = kept.claims.get(contrast.claim)
        one = of_contrast(contrast)
        verdict = told["verdict"] if told else UNTRIED
        text = " ".join(
            one[key] for key in ("claim", "says", "who", "question", "compared", "measure", "sides_in_words")
        )
        if (
            asked.verdict in ("", verdict)
            and (not asked.side or asked.side in contrast.sides)
            and all(word in text.casefold() for word in asked.words.casefold().split())
        ):
            found.append(one | {"verdict": verdict, "true": told["true"] if told else ""})
    return found


def _list(asked: Asked, listed: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    by_claim = {one["claim"]: one for one in listed}
    themes = [
        (theme, [by_claim[claim] for claim in claims if claim in by_claim])
        for theme, claims in THEMES.items()
    ]
    return {
        "themes": [(theme, claims) for theme, claims in themes if claims],
        "open_claim": asked.claim.claim if asked.claim else "",
    }


def _found(listed: Sequence[object]) -> str:
    of = counted(len(find_contrasts()), "claim")
    return (
        f"All {of} are listed."
        if len(listed) == len(find_contrasts())
        else f"{len(listed)} of {of} are listed."
    )


def _source(asked: Asked, kept: Kept) -> dict[str, Any]:
    """Where the verdicts come from, and how they fall by side."""
    verdicts = [*VERDICTS, UNTRIED]
    of = {
        contrast.claim: kept.claims[contrast.claim]["verdict"] if contrast.claim in kept.claims else UNTRIED
        for contrast in find_contrasts()
    }
    rows = [("", "All claims", find_contrasts())] + [
        (side, capitalised(name), [one for one in find_contrasts() if side in one.sides])
        for side, name in SIDES.items()
    ]
    if UNTRIED not in of.values():
        verdicts.remove(UNTRIED)
    return {
        "folder": "" if asked.folder == AS_SHIPPED else asked.folder,
        "other_rules": not holds_here(kept.model_hash),
        "words": WORDS,
        "verdicts": verdicts,
        "side": asked.side,
        "case": asked.case,
        "by_side": [
            (side, name, len(own), [sum(of[one.claim] == verdict for one in own) for verdict in verdicts])
            for side, name, own in rows
        ],
        "untried": list(of.values()).count(UNTRIED),
    }


def _opened(asked: Asked, kept: Kept, offered: Offered, context: Mapping[str, Any]) -> str:
    if asked.case:
        return render_part("debate_case", {**context, **kept.cases[asked.case]})
    if asked.claim is None:
        return ""
    contrast = asked.claim
    again = f"{COMMAND} --claim {contrast.claim} {kept.again}"
    return render_part(
        "debate_claim",
        {
            **context,
            "one": of_contrast(contrast),
            "told": {**kept.claims[contrast.claim], **axes_of(contrast)}
            if contrast.claim in kept.claims
            else None,
            "article": article_of(contrast),
            "points": points_of(contrast),
            "levers": levers_of(contrast),
            "regime": offered.titles.get(contrast.regime, contrast.regime),
            "quarters": contrast.quarters,
            "strength": contrast.strength.name,
            "compare": _compare(contrast, offered),
            "command": again,
        },
    )


def _compare(contrast: Contrast, offered: Offered) -> tuple[str, str, str] | None:
    """Address of the two regimes that come nearest to the arms, with their titles; None where none do."""
    if contrast.bundled is None:
        return None
    without, with_ = contrast.bundled
    fields = {"regimes": [f"{without},{with_}"], "baseline": [without], "quarters": [str(contrast.quarters)]}
    return f"/compare?{Address(fields).query}", offered.titles[without], offered.titles[with_]


def register(app: Dash, offered: Offered) -> None:
    """The tables of the page, as downloads: the claims that the filters let through, or the one opened."""

    def table(name: str) -> Callable[[Address, Gone], pl.DataFrame]:
        def made(address: Address, gone: Gone) -> pl.DataFrame:
            asked = _asked(address, offered)
            claims = (
                [asked.claim.claim]
                if asked.claim
                else [one["claim"] for one in _listed(asked, _kept(asked.path))]
            )
            if not (asked.path / name).is_file():
                raise StudyError(f"{asked.folder}: holds no {name}; {COMMAND} leaves it")
            found = read_csv(asked.path / name, infer_schema_length=None)
            return found.filter(pl.col("claim").is_in(claims))

        return made

    tables = {"verdicts": table(VERDICTS_TABLE), "structures": table(STRUCTURES_TABLE)}
    serve_tables(app, offered.computing, tables)


DEBATE = Page(
    path="/debate",
    title="The debate",
    asks="What was claimed about turning round services that fail, and what does the model say of it?",
    layout=layout,
    streams=streams,
    register=register,
)
