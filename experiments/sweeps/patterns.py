"""Which parameters a study means: names, patterns such as `workforce.*`, and what is said of each."""

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from experiments.errors import StudyError
from experiments.sweeps.entries import FactorEntry, problem_in_words
from experiments.sweeps.factors import uncertain
from model.registry import ParameterError, registry


def expanded(tables: Mapping[str, Any], exclude: Sequence[str], where: str) -> dict[str, FactorEntry]:
    """What is said of each parameter that varies, in the registry's order; what is exact beats a pattern."""
    asked: dict[str, FactorEntry] = {}
    leaves = dict(_leaves(tables, ""))
    for pattern in sorted(leaves, key=lambda name: not _is_pattern(name)):
        names = _matching(pattern, where)
        try:
            options = FactorEntry.model_validate(leaves[pattern])
        except ValidationError as error:
            problems = [
                problem_in_words({**problem, "loc": ("parameters", *problem["loc"])}, where)
                for problem in error.errors()
            ]
            raise StudyError("\n".join(f"{text} (parameter {pattern})" for text in problems)) from None
        asked |= dict.fromkeys(names, options)
    for pattern in exclude:
        for name in _matching(pattern, where):
            asked.pop(name, None)
    return {name: asked[name] for name in registry() if name in asked}


def _leaves(tables: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, Any]]:
    """Entries by dotted name or pattern, however deep their tables are nested."""
    for key, value in tables.items():
        name = prefix + key
        if name in registry() or _is_pattern(name) or not isinstance(value, Mapping) or not value:
            yield name, value
        elif any(known.startswith(name + ".") for known in registry()):
            yield from _leaves(value, name + ".")
        else:
            yield name, value


def _is_pattern(name: str) -> bool:
    return any(sign in name for sign in "*?[")


def _matching(pattern: str, where: str) -> list[str]:
    """Names of a pattern: among the uncertain ones, unless it is a name itself.

    Raises:
        ParameterError: when there is none.
    """
    if not _is_pattern(pattern):
        try:
            return [registry()[pattern].name]
        except ParameterError as problem:
            raise ParameterError(f"{where}: {problem}") from None
    found = fnmatch.filter(uncertain(), pattern)
    if not found:
        raise ParameterError(f"{where}: no uncertain parameter matches {pattern!r}")
    return found
