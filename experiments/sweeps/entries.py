"""What a study file may say: its entries, and what a person is told of a wrong one."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from experiments.believed import SHIPPED
from experiments.errors import StudyError
from experiments.prose import listed
from experiments.sweeps.factors import Distribution
from experiments.sweeps.results import Kind
from model.near_names import or_meant, or_near


class FactorEntry(BaseModel):
    """What a study file may say of a factor."""

    model_config = ConfigDict(extra="forbid")

    low: float | None = None
    high: float | None = None
    distribution: Distribution | None = None
    values: list[float | bool | str] = Field(default_factory=list)
    levels: int | None = None
    group: str | None = None


class DesignEntry(BaseModel):
    """What a study file may say of its design."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    points: int | list[int] | None = None
    base: int | None = None
    trajectories: int | list[int] | None = None
    levels: int | None = None
    file: str | None = None
    seed: int | None = None
    move: Literal["alone", "groups", "both"] | None = None
    dummy: bool = False


class PosteriorEntry(BaseModel):
    """What a study file may say of the posterior on whose sets it rests."""

    model_config = ConfigDict(extra="forbid")

    file: str = SHIPPED
    sets: int | None = None
    seed: int | None = None


ALLOWED = {
    "grid": ("levels",),
    "latin_hypercube": ("points", "seed"),
    "sobol": ("points", "seed"),
    "saltelli": ("base", "seed", "move"),
    "morris": ("trajectories", "levels", "seed", "move"),
    "table": ("file",),
}
"""What [design] may hold beside `kind` and `dummy`, by kind; the first is needed, but in a grid."""


class StudyEntry(BaseModel):
    """What a study file may say."""

    model_config = ConfigDict(extra="forbid")

    title: str
    question: str = ""
    regimes: list[str] = Field(default=["ad_hoc"], min_length=1)
    baseline: str | None = None
    scenarios: list[str] = []
    replicates: int = 1
    seed: int = 1
    start: str = "2014Q1"
    quarters: int | None = None
    years: float | None = None
    outcomes: list[str] = []
    tables: list[str] = ["runs"]
    exclude: list[str] = []
    set: dict[str, Any] = {}
    design: DesignEntry | None = None
    posterior: PosteriorEntry | None = None
    parameters: dict[str, Any] = {}


def validated(content: Mapping[str, Any], where: str) -> StudyEntry:
    """The entries of a study, each of the type that it must have.

    Raises:
        StudyError: naming every entry that is unknown, missing, or of another type.
    """
    points = {"design", "posterior"} & set(content)
    missing = [] if points else [f"{where}: design is missing"]
    try:
        entry = StudyEntry.model_validate(dict(content))
    except ValidationError as error:
        problems = [problem_in_words(problem, where) for problem in error.errors()]
        raise StudyError("\n".join([*problems, *missing])) from None
    if missing:
        raise StudyError(missing[0])
    if entry.design is not None and entry.design.kind == "posterior":
        raise StudyError(
            f"{where}: design.kind = 'posterior': a study on the sets of a posterior alone has no [design];"
            " say how many under [posterior], sets = 100"
        )
    return entry


def problem_in_words(problem: Mapping[str, Any], where: str) -> str:
    """One of pydantic's findings in the words of this program."""
    place = ".".join(str(part) for part in problem["loc"] if not str(part).endswith("[int]"))
    if problem["type"] == "extra_forbidden":
        tables: dict[object, type[BaseModel]] = {"design": DesignEntry, "posterior": PosteriorEntry}
        models: dict[int, type[BaseModel]] = {1: StudyEntry, 2: tables.get(problem["loc"][0], FactorEntry)}
        known = list(models[len(problem["loc"])].model_fields)
        near = or_near(str(problem["loc"][-1]), known, f"allowed is {', '.join(known)}")
        return f"{where}: there is no entry {place!r}{near}"
    if problem["type"] == "missing":
        return f"{where}: {place} is missing"
    if problem["type"] == "literal_error":
        known = list(ALLOWED) if place == "design.kind" else re.findall("'(.*?)'", problem["ctx"]["expected"])
        return f"{where}: {place} = {problem['input']!r}{_or_near_word(str(problem['input']), known)}"
    if problem["type"] == "list_type" and isinstance(problem["input"], str) and not _may_be_one(problem):
        return f'{where}: {place} = {problem["input"]!r}: allowed is a list, such as ["{problem["input"]}"]'
    return f"{where}: {place} = {problem['input']!r}: {problem['msg'][0].lower()}{problem['msg'][1:]}"


def _or_near_word(given: str, known: Sequence[str]) -> str:
    """As `or_near`, for words that may have been cut short."""
    allowed = f"allowed is {listed(known, 'or')}"
    longer = [word for word in known if given and word.startswith(given)]
    return or_meant(longer, allowed) if longer else or_near(given, known, allowed)


def _may_be_one(problem: Mapping[str, Any]) -> bool:
    """Whether a number is allowed as well as a list of them."""
    return any(str(part).endswith("[int]") for part in problem["loc"])
