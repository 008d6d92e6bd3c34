"""The visual language of every chart, map and page: colours, symbols, type and spacing, decided once.

No meaning rests on colour alone: a regime has a colour, a symbol and a dash besides its name, a judgement a
colour, a pattern and a word. Colours keep apart under the three kinds of colour blindness and stand out from
a white page; both are tested.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from model.codes import Support

INK = "#1b1f24"
"""Text and whatever is to be read first."""
QUIET = "#565e68"
"""Secondary text: still 4.5 to 1 on paper and on the shaded panels."""
RULE = "#d5d9de"
"""Lines that part things."""
PANEL = "#f4f5f7"
"""Ground of panels."""
PAPER = "#ffffff"
ACCENT = "#173f8a"
"""Links and controls."""
BAND = "#e6e8ec"
"""Differences too small to matter."""
SHADE = "#e3e6ea"
"""What lies behind the data of a chart: a span of years, the full range of a bar."""
STRONG = "#4a70b8"
"""What a chart is about, where it is of no regime."""
ALARM = "#a62b17"
"""What is inadequate, fails, or is looked for."""

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif'
MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace'

TYPE = {"note": "0.8125rem", "small": "0.875rem", "body": "1rem", "lead": "1.1875rem"} | {
    "h3": "1.0625rem",
    "h2": "1.5rem",
    "h1": "2.25rem",
}
"""Sizes of type by use, in steps of about a quarter."""
CHART_TYPE = 13
"""Size of type in charts, in pixels."""
SPACE = {
    "1": "0.25rem",
    "2": "0.5rem",
    "3": "0.75rem",
    "4": "1rem",
    "5": "1.5rem",
    "6": "2.5rem",
    "7": "4rem",
}

PROBABILITY_COLOURS = ("#f1f0f5", "#d3cfe3", "#ada5cd", "#8577b1", "#5d4a91", "#33215f")
"""From rarely to often: one hue from light to dark, so that it also reads in grey."""


@dataclass(frozen=True)
class JudgementStyle:
    """How a judgement looks: a colour, a pattern of Plotly, and the word that stands beside it."""

    word: str
    colour: str
    pattern: str


JUDGEMENTS = (
    JudgementStyle("Outstanding", "#1b4f8a", ""),
    JudgementStyle("Good", "#7fb3de", "."),
    JudgementStyle("Requires improvement", "#f2c14e", "/"),
    JudgementStyle("Inadequate", ALARM, "x"),
)
"""From best to worst, as `Grade` counts them from 1."""


NOT_JUDGED = JudgementStyle("Not yet judged", PAPER, "")


@dataclass(frozen=True)
class ArrangementStyle:
    """How an arrangement looks on a map: a colour, and the letters that stand in it."""

    word: str
    colour: str
    letters: str


ARRANGEMENTS = {
    Support.NONE: ArrangementStyle("No arrangement", "#eceef1", ""),
    Support.OWN_PLAN: ArrangementStyle("Its own plan", "#d8cfa8", "Ow"),
    Support.ADVISER: ArrangementStyle("Adviser", "#9ec7ea", "Ad"),
    Support.ALLIANCE: ArrangementStyle("Alliance", "#1a2f80", "Al"),
    Support.PARTNER_IN_PRACTICE: ArrangementStyle("Partner in practice", "#056a7d", "PP"),
    Support.PRIVATE: ArrangementStyle("Private contract", "#e85e1b", "Pr"),
    Support.TRUST: ArrangementStyle("Trust", "#6b3f15", "Tr"),
    Support.PARTNER_COUNCIL: ArrangementStyle("Partner council", "#cc4fd0", "PC"),
    Support.SPECIALIST: ArrangementStyle("Specialist team", "#8fce9a", "Sp"),
    Support.COMMISSIONER: ArrangementStyle("Commissioner", "#5f1a94", "Co"),
    Support.MUTUAL: ArrangementStyle("Mutual of social workers", "#f2c14e", "Mu"),
}
"""What is done for a council: help in blues and greens, takeover in warm colours and violets."""


@dataclass(frozen=True)
class RegimeStyle:
    """How a regime looks: colour, symbol and dash as Plotly names them, and the symbol as a path, 16 x 16."""

    colour: str
    symbol: str
    dash: str
    outline: str


REGIMES = {
    "no_intervention": RegimeStyle("#949494", "circle", "dot", "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12Z"),
    "ad_hoc": RegimeStyle("#1a1a1a", "square", "solid", "M3 3H13V13H3Z"),
    "sector_led": RegimeStyle("#1a2f80", "diamond", "solid", "M8 1L15 8L8 15L1 8Z"),
    "partners_in_practice": RegimeStyle("#056a7d", "triangle-up", "dash", "M8 2L15 14H1Z"),
    "private_provider": RegimeStyle("#e85e1b", "triangle-down", "solid", "M8 14L15 2H1Z"),
    "trust": RegimeStyle(
        "#6b3f15",
        "star",
        "dashdot",
        "M8.0 0.4L9.9 5.4L15.2 5.7L11.0 9.0L12.5 14.1L8.0 11.2L3.5 14.1L5.0 9.0L0.8 5.7L6.1 5.4Z",
    ),
    "mixed": RegimeStyle(
        "#cc4fd0", "cross", "longdash", "M5.7 2H10.3V5.7H14V10.3H10.3V14H5.7V10.3H2V5.7H5.7Z"
    ),
    "broad_alliance": RegimeStyle(
        "#8e05d4", "hexagon", "dash", "M8.0 1.0L14.1 4.5L14.1 11.5L8.0 15.0L1.9 11.5L1.9 4.5Z"
    ),
    "licensed_outsourcing": RegimeStyle(
        "#b4875a", "pentagon", "dot", "M8.0 1.0L14.7 5.8L12.1 13.7L3.9 13.7L1.3 5.8Z"
    ),
}
"""The regimes of the debate."""

USER_REGIMES = (
    RegimeStyle("#b63055", "octagon", "solid", "M5 1H11L15 5V11L11 15H5L1 11V5Z"),
    RegimeStyle("#135845", "bowtie", "dot", "M1 3V13L15 3V13Z"),
    RegimeStyle("#401942", "hourglass", "dashdot", "M3 1H13L3 15H13Z"),
)
"""For regimes that users add, in the order in which they come; a fourth begins anew."""


def regime_styles(names: Sequence[str]) -> dict[str, RegimeStyle]:
    """How each of some regimes looks, the same in every figure."""
    added = [name for name in names if name not in REGIMES]
    extra = {name: USER_REGIMES[i % len(USER_REGIMES)] for i, name in enumerate(added)}
    return {name: REGIMES.get(name) or extra[name] for name in names}


def ink_on(colour: str) -> str:
    """The colour of letters that is read more easily on a ground: ink or paper."""

    def light(code: str) -> float:
        parts = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return (
            sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)) + 0.05
        )

    ground = light(colour)
    return INK if ground / light(INK) >= light(PAPER) / ground else PAPER


def css_variables() -> str:
    """The language as custom properties, for style sheets."""
    values = {"ink": INK, "quiet": QUIET, "rule": RULE, "panel": PANEL, "paper": PAPER, "accent": ACCENT}
    values |= {"band": BAND, "font": FONT, "mono": MONO}
    values |= {f"type-{use}": size for use, size in TYPE.items()}
    values |= {f"space-{step}": size for step, size in SPACE.items()}
    marked = {f"often-{step}": colour for step, colour in enumerate(PROBABILITY_COLOURS)}
    judgements = enumerate((NOT_JUDGED, *JUDGEMENTS))
    marked |= {f"judgement-{code}": judgement.colour for code, judgement in judgements}
    marked |= {f"arrangement-{int(code)}": arrangement.colour for code, arrangement in ARRANGEMENTS.items()}
    for name, colour in marked.items():
        values |= {name: colour, f"{name}-ink": ink_on(colour)}
    return ":root {" + " ".join(f"--{name}: {value};" for name, value in values.items()) + "}"


def axis_title(text: str) -> dict[str, object]:
    """The title of an axis, as large as its numbers."""
    return {"text": text, "font": {"size": CHART_TYPE}}


def name_above(name: str, y: float, fitting: int, ground: str | None = None) -> dict[str, object]:
    """A name at the left end of a chart, above what it names, so that a long one fits a telephone.

    Args:
        name: lines of it parted by <br>.
        y: where it stands.
        fitting: letters of a line that fit the narrowest telephone at full size; longer ones are smaller.
        ground: colour behind it; None for none.
    """
    longest = max(len(line) for line in name.split("<br>"))
    size = CHART_TYPE * min(1.0, fitting / longest)
    return {
        **{"x": 0, "xref": "paper", "xanchor": "left", "xshift": 3, "text": name, "align": "left"},
        **{"y": y, "yanchor": "bottom", "borderpad": 0, **({"bgcolor": ground} if ground else {})},
        **{"showarrow": False, "font": {"size": size, "color": INK}},
    }


def chart_layout(**changes: Any) -> dict[str, Any]:
    """What all charts of Plotly share; heights are left to the page, where Plotly lets set ones drift."""
    axis = {
        "fixedrange": True,  # a finger on a chart scrolls the page
        "gridcolor": RULE,
        "linecolor": QUIET,
        "zeroline": False,
        "ticks": "outside",
        "tickcolor": RULE,
        "ticklen": 4,
        "automargin": True,
    }
    layout = {
        "font": {"family": FONT, "size": CHART_TYPE, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hoverlabel": {"bgcolor": PAPER, "bordercolor": QUIET, "font": {"color": INK, "size": CHART_TYPE}},
        "showlegend": False,
        "dragmode": False,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
    }
    for name, value in changes.items():
        layout[name] = axis | value if name in ("xaxis", "yaxis") else value
    return layout


CHART_CONFIG = {"displayModeBar": False, "displaylogo": False, "showSendToCloud": False, "responsive": True}
"""Plotly's own tool bar stays away: it would offer to send the chart's data to a server."""
