"""The submodels that have a page of their own, as `submodels.toml` declares them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from experiments.effects import EFFECTS
from experiments.horizon import USUAL_QUARTERS
from model.indicators import Outcome, Quarter
from model.records import dotted_fields
from model.regimes import resolve
from model.registry import Entry, registry
from model.state import Quantity

DECLARED = "submodels.toml"

Taken = Literal["run", "mean", "end"]
HOW_TAKEN: dict[Taken, str] = {
    "run": "",
    "mean": "over all quarters",
    "end": "in the last quarter",
}


@dataclass(frozen=True)
class Response:
    """A parameter that is varied over its bounds, and the outcome that it should move.

    Attributes:
        parameter: by its dotted name.
        outcome: of a run, or an indicator by quarter.
        taken: over the run, or the mean or the end of an indicator.
        regime: under which.
        smallest: the smallest difference that matters, in the outcome's unit.
        smallest_reason: why this size.
        reason: why this parameter and this outcome.
        note: what explains the answer, where it surprises.
    """

    parameter: str
    outcome: str
    taken: Taken
    regime: str
    smallest: float
    smallest_reason: str
    reason: str
    note: str = ""

    @property
    def entry(self) -> Entry:
        """The parameter in the registry."""
        return registry()[self.parameter]

    @property
    def value(self) -> float:
        """The parameter's value under the regime."""
        return float(resolve(self.regime)[self.parameter])

    @property
    def value_named(self) -> str:
        """What that value is: the default, or the regime's own."""
        own = self.value != self.entry.default
        return f"the {self.regime.replace('_', ' ')} regime's own value" if own else "the default"

    @property
    def quantity(self) -> Quantity:
        """Unit and meaning of the outcome."""
        owner = Outcome if self.taken == "run" else Quarter
        return next(kind for name, _, kind in dotted_fields(owner) if name == self.outcome)

    @property
    def observed(self) -> str:
        """The outcome in words."""
        how = HOW_TAKEN[self.taken]
        return f"{self.quantity.meaning}, {how}" if how else self.quantity.meaning


@dataclass(frozen=True)
class Submodel:
    """A file of the rulebook that has a page.

    Attributes:
        name: of the file.
        title: of the page.
        section: of the description.
        response: what its main parameter should move; None where it has none.
        without_response: why it has none; empty where it has one.
    """

    name: str
    title: str
    section: str
    response: Response | None
    without_response: str


@cache
def submodels() -> dict[str, Submodel]:
    """All that are declared, by name, in the order of the description."""
    return {
        name: Submodel(
            name,
            table["title"],
            table["section"],
            _response(table["response"]) if "response" in table else None,
            table.get("without_response", ""),
        )
        for name, table in _declared()["submodel"].items()
    }


def without_page() -> dict[str, str]:
    """Files of the rulebook that have no page, and why."""
    return dict(_declared()["without_page"])


def _declared() -> dict[str, Any]:
    return tomllib.loads(files("experiments").joinpath(DECLARED).read_text("utf-8"))


def _response(table: Mapping[str, Any]) -> Response:
    given = {"taken": "run", "regime": "ad_hoc", **table}
    if "smallest" not in given:
        effect = EFFECTS[given["outcome"]]
        given |= {"smallest": effect.over(USUAL_QUARTERS), "smallest_reason": effect.reason}
    return Response(**given)
