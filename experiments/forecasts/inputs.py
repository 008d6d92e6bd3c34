"""What a forecast of the model takes from after its origin, one by one.

No judgement is among them. Of what else is recorded of councils there is one thing: the last census.
"""

from dataclasses import asdict, dataclass

from model.calendar import (
    GRADUATE_SCHEMES_FROM,
    ILACS_FROM,
    LAST_GIVEN_QUARTER,
    SUSPENDED_FROM,
    SUSPENDED_UNTIL,
)
from model.facts import census_published, year_to_march_published
from model.quarters import LAST_RECORDED_QUARTER, format_quarter, parse_quarter


@dataclass(frozen=True)
class Input:
    """Something of a later date.

    Attributes:
        what: it is, in words.
        until: the last quarter that it speaks of.
    """

    what: str
    until: int


INPUTS = (
    Input("national funding, need and unit costs: growth by period", LAST_GIVEN_QUARTER),
    Input("children looked after per child, nationally", LAST_GIVEN_QUARTER),
    Input(
        f"inspections suspended from {format_quarter(SUSPENDED_FROM)} to"
        f" {format_quarter(SUSPENDED_UNTIL - 1)}",
        SUSPENDED_UNTIL - 1,
    ),
    Input(f"inspection under another framework from {format_quarter(ILACS_FROM)}", ILACS_FROM),
    Input(f"graduate schemes from {format_quarter(GRADUATE_SCHEMES_FROM)}", GRADUATE_SCHEMES_FROM),
    Input("boundaries: councils founded in 2019, 2021 and 2023", parse_quarter("2023Q2")),
    Input("statistical neighbours of 2025", LAST_GIVEN_QUARTER),
    Input("child deprivation of 2019", parse_quarter("2019Q3")),
    Input(
        "children in Dorset, Poole and Bournemouth in 2014, from those looked after in March 2015",
        year_to_march_published(2015),
    ),
    Input(
        "rules, and ranges and fixed values of parameters, chosen by people who knew the record to 2019",
        LAST_RECORDED_QUARTER,
    ),
)


LAST_CENSUS = Input(
    "staff in September 2019, published in February 2020, to which parameters are fitted",
    census_published(2019),
)


def inputs_after(origin: int, fitted_to: int | None = None) -> list[dict[str, object]]:
    """Inputs that speak of quarters after an origin.

    Args:
        origin: the quarter.
        fitted_to: last quarter to which parameters were fitted. A fit to the whole record looks at its last
            census, which came out after the last judgement; None where nothing was fitted.
    """
    inputs = [*INPUTS, LAST_CENSUS] if fitted_to == LAST_RECORDED_QUARTER else INPUTS
    return [{**asdict(one), "until": format_quarter(one.until)} for one in inputs if one.until > origin]
