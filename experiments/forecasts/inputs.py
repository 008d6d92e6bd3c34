"""What a forecast of the model takes from after its origin, one by one: inputs, and what of the record leaks.

Judgements after the origin are never among them, nor any figure published after 2019 but the inputs named.
"""

from dataclasses import asdict, dataclass

from model.calendar import ILACS_FROM, LAST_GIVEN_QUARTER, SUSPENDED_FROM, SUSPENDED_UNTIL
from model.quarters import format_quarter, parse_quarter


@dataclass(frozen=True)
class Input:
    """Something of a later date.

    Attributes:
        what: it is, in words.
        until: the last quarter that it speaks of.
        part_of_record: whether it belongs to the record of councils, so that a forecast made at its origin
            could not have had it.
    """

    what: str
    until: int
    part_of_record: bool = False


FIRST_JUDGEMENTS_UNTIL = parse_quarter("2017Q4")
DIRECTORS_UNTIL = parse_quarter("2018Q3")
CENSUSES_UNTIL = parse_quarter("2017Q1")

INPUTS = (
    Input("national funding, need and unit costs: growth by period", LAST_GIVEN_QUARTER),
    Input("children looked after per child, nationally", LAST_GIVEN_QUARTER),
    Input(
        f"inspections suspended from {format_quarter(SUSPENDED_FROM)} to"
        f" {format_quarter(SUSPENDED_UNTIL - 1)}",
        SUSPENDED_UNTIL - 1,
    ),
    Input(f"inspection under another framework from {format_quarter(ILACS_FROM)}", ILACS_FROM),
    Input("boundaries: councils founded in 2019, 2021 and 2023", parse_quarter("2023Q2")),
    Input("statistical neighbours of 2025", LAST_GIVEN_QUARTER),
    Input("child deprivation of 2019", parse_quarter("2019Q3")),
    Input("staff and vacancies of 2015 and 2016, for the state of 2014", CENSUSES_UNTIL, part_of_record=True),
    Input(
        "dates, not grades, of first judgements since 2014: when they come, and quality at the start",
        FIRST_JUDGEMENTS_UNTIL,
        part_of_record=True,
    ),
    Input(
        "how long directors met at later inspections had been in post", DIRECTORS_UNTIL, part_of_record=True
    ),
)


def inputs_after(origin: int) -> list[dict[str, object]]:
    """Inputs that speak of quarters after an origin."""
    return [{**asdict(one), "until": format_quarter(one.until)} for one in INPUTS if one.until > origin]
