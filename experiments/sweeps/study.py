"""Study files: what a sweep asks, as a person writes it, checked to the last entry before anything is run.

A study is a TOML file, or a mapping of the same shape: regimes, settings over all of them, factors with their
ranges (the registry's where nothing is said), a design, and how long and how often to run.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from experiments.believed import NONE, SHIPPED, posterior_named
from experiments.compare import resolve_all
from experiments.effects import MAIN_OUTCOMES
from experiments.errors import StudyError, check_count
from experiments.horizon import check_quarters, check_start, length_of
from experiments.posterior import Posterior
from experiments.runner import MOST_REPLICATES, MOST_SEED
from experiments.sweeps.designs import (
    MORRIS_LEVELS,
    MOST_POINTS,
    Design,
    Saltelli,
    SobolSequence,
    balanced,
    grid,
    latin_hypercube,
    morris,
    within_sequence,
)
from experiments.sweeps.entries import (
    ALLOWED,
    DesignEntry,
    FactorEntry,
    PosteriorEntry,
    StudyEntry,
    validated,
)
from experiments.sweeps.factors import Factor, dummy, factor_of
from experiments.sweeps.patterns import expanded
from experiments.sweeps.points import Table, read_table, values_of_table
from experiments.sweeps.sets import (
    USUAL_SETS,
    Drawn,
    SetsAlone,
    drawn_of,
    factors_from,
    read_again,
    with_sets,
)
from experiments.tables import TABLES, outcome_names
from model.near_names import or_near
from model.parameters import Parameters, settings_of
from model.reading import read_tables
from model.regimes import Regime, find_regime, resolve
from model.registry import ParameterError
from model.scenarios import find_scenario

LEVELS = 5
"""Levels of a factor in a grid, unless the study says how many."""


@dataclass(frozen=True)
class SweepStudy:
    """A sweep that has been checked and can be run.

    Attributes:
        title: of the study.
        question: that it asks.
        regimes: in order.
        baseline: name of the regime that others are compared with.
        bases: parameters of each regime, which the factors change.
        factors: that vary, in the order of the design's columns.
        design: which values they take.
        entry: of the design, as written; what extending a sweep changes.
        replicates: histories of luck that every point meets under every regime.
        seed: of the luck.
        quarters: length of each run.
        start: absolute quarter of the first.
        past: parameters under which the record is replayed up to a start after 2014Q1.
        outcomes: that are kept of each run.
        tables: that are kept, `runs` first.
        drawn: on which sets of a posterior it rests; None without one.
    """

    title: str
    question: str
    regimes: tuple[Regime, ...]
    baseline: str
    bases: Mapping[str, Parameters]
    factors: tuple[Factor, ...]
    design: Design
    entry: DesignEntry
    replicates: int
    seed: int
    quarters: int
    start: int
    past: Parameters
    outcomes: tuple[str, ...]
    tables: tuple[str, ...]
    drawn: Drawn | None = None

    @property
    def points(self) -> int:
        """Parameter sets, regimes not counted."""
        return self.design.summary.points

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return self.points * len(self.regimes) * self.replicates


def read_study(
    given: str | Path | Mapping[str, Any], posterior: str | None = None, sets: int | None = None
) -> SweepStudy:
    """Read and check a study: a TOML file, or a mapping of the same shape.

    Args:
        given: the file or mapping.
        posterior: a file of sets of parameters, `shipped`, or `none`, in place of what the study says.
        sets: of it, likewise.

    Raises:
        StudyError: for what a study cannot hold, naming file and entry, what was given and what is allowed.
        ParameterError: for regimes, scenarios, settings or factors that are unknown, not allowed or
            contradictory.
    """
    if isinstance(given, Mapping):
        return study_of(_with_posterior(given, posterior, sets), "the study", Path())
    path = Path(given)
    try:
        content = read_tables(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise StudyError(f"{path}: cannot be read: {reason}") from error
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path}: not a TOML file: {error}") from error
    return study_of(_with_posterior(content, posterior, sets), str(path), path.parent)


def _with_posterior(content: Mapping[str, Any], posterior: str | None, sets: int | None) -> Mapping[str, Any]:
    """The content of a study with another posterior, or other sets of it."""
    if posterior == NONE:
        if sets is not None:
            raise StudyError(f"--sets {sets}: sets are drawn from a posterior, and none is used here")
        return {key: value for key, value in content.items() if key != "posterior"}
    said = content.get("posterior", {} if posterior else None)
    if said is None and sets is not None:
        raise StudyError(f"--sets {sets}: the study has no [posterior] to draw them from; name one as well")
    if not isinstance(said, Mapping):
        return content
    changes: dict[str, Any] = {} if sets is None else {"sets": sets}
    if posterior is not None:
        changes["file"] = posterior if posterior == SHIPPED else str(Path(posterior).absolute())
    return {**content, "posterior": {**said, **changes}}


def study_of(content: Mapping[str, Any], where: str, beside: Path) -> SweepStudy:
    """Check the content of a study.

    Args:
        content: as in a study file.
        where: what to call the study in a message.
        beside: the folder to which a path in it is relative.

    Raises:
        StudyError, ParameterError: as `read_study`.
    """
    entry = validated(content, where)
    regimes = tuple(_inside(where, find_regime, _path(name, beside)) for name in entry.regimes)
    names = [regime.name for regime in regimes]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise StudyError(f"{where}: two regimes are called {twice[0]!r}; name each once, or rename a file")
    baseline = entry.baseline or ("ad_hoc" if "ad_hoc" in names else names[0])
    if baseline not in names:
        raise StudyError(f"{where}: baseline = {baseline!r}: allowed is one of {', '.join(names)}")
    scenarios = tuple(_inside(where, find_scenario, _path(name, beside)) for name in entry.scenarios)
    settings = settings_of(entry.set)
    start = _inside(where, check_start, entry.start)
    own = entry.design or DesignEntry(kind="posterior")
    factors, levels, table = _factors(entry, own, where, beside)
    both = sorted(set(settings) & {factor.name for factor in factors})
    if both:
        raise StudyError(f"{where}: {', '.join(both)} cannot be held fixed under [set] and vary as a factor")
    bases = resolve_all(regimes, scenarios, settings)
    seed = _inside(where, check_count, "seed", entry.seed, 0, MOST_SEED)
    design = _inside(where, design_of, entry.design, factors, seed, levels, table) if entry.design else None
    drawn = None
    if entry.posterior:
        posterior, drawn = _drawn(entry.posterior, bases, factors, seed, where, beside)
        design = _on_sets(design, posterior, drawn, entry.posterior.sets, where)
        if entry.design is None:
            own = own.model_copy(update={"points": design.summary.points})
        factors += factors_from(posterior, drawn.names)
    assert design is not None  # an entry without a design has a posterior
    check = _inside(where, check_count, "replicates", entry.replicates, 1, MOST_REPLICATES)
    return SweepStudy(
        title=entry.title,
        question=entry.question,
        regimes=regimes,
        baseline=baseline,
        bases=bases,
        factors=factors,
        design=design,
        entry=own,
        replicates=check,
        seed=seed,
        quarters=_inside(where, check_quarters, _length(entry, where), start),
        start=start,
        past=resolve("ad_hoc", scenarios, settings) if start else resolve("ad_hoc"),
        outcomes=_outcomes(entry.outcomes, where),
        tables=_tables(entry.tables, where),
        drawn=drawn,
    )


def _drawn(
    asked: PosteriorEntry,
    bases: Mapping[str, Parameters],
    factors: Sequence[Factor],
    seed: int,
    where: str,
    beside: Path,
) -> tuple[Posterior, Drawn]:
    """The posterior that a study names, and what of it differs between points."""
    word = asked.file if asked.file in (SHIPPED, NONE) else str(beside / asked.file)
    posterior = _inside(where, posterior_named, word)
    if posterior is None:
        raise StudyError(f"{where}: [posterior] file = 'none': leave the table out instead")
    stream = check_count("[posterior] seed", seed if asked.seed is None else asked.seed, 0, MOST_SEED)
    drawn = drawn_of(posterior, word, stream, bases, [factor.name for factor in factors])
    if not drawn.names:
        raise StudyError(f"{where}: every parameter of {word} is set or varied by the study itself")
    return posterior, drawn


def _on_sets(
    design: Design | None, posterior: Posterior, drawn: Drawn, sets: int | None, where: str
) -> Design:
    """A design with sets of a posterior; the sets alone where a study has no design of its own."""
    if sets is not None:
        _inside(where, check_count, "[posterior] sets", sets, 1, MOST_POINTS)
    if design is None:
        return SetsAlone(posterior, drawn, USUAL_SETS if sets is None else sets)
    found: Design = _inside(where, with_sets, design, posterior, drawn, sets)
    return found


def _inside(where: str, check: Any, *given: Any) -> Any:
    """What a check returns; what it complains of is said to be in this study."""
    try:
        return check(*given)
    except StudyError as problem:
        raise StudyError(f"{where}: {problem}") from None
    except ParameterError as problem:
        raise ParameterError(f"{where}: {problem}") from None


def _path(name: str, beside: Path) -> str:
    """A name, or the path of a file beside the study."""
    return str(beside / name) if name.endswith(".toml") else name


def _length(entry: StudyEntry, where: str) -> int:
    if entry.quarters is not None and entry.years is not None:
        raise StudyError(f"{where}: give the horizon as quarters or as years, not both")
    length: int = _inside(where, length_of, entry.quarters, entry.years)
    return length


def _outcomes(asked: Sequence[str], where: str) -> tuple[str, ...]:
    known = outcome_names()
    if asked == ["all"]:
        return known
    for name in asked:
        if name not in known:
            allowed = f"allowed is {', '.join(known)}, or all"
            raise StudyError(f"{where}: no outcome is called {name!r}{or_near(name, known, allowed)}")
    wanted = asked or MAIN_OUTCOMES
    return tuple(name for name in known if name in wanted)


def _tables(asked: Sequence[str], where: str) -> tuple[str, ...]:
    for name in asked:
        if name not in TABLES:
            raise StudyError(f"{where}: no table is called {name!r}; allowed is {', '.join(TABLES)}")
    return tuple(name for name in TABLES if name in asked or name == TABLES[0])


# ---- Factors


def _factors(
    entry: StudyEntry, design: DesignEntry, where: str, beside: Path
) -> tuple[tuple[Factor, ...], dict[str, int], Any]:
    """The factors, how many levels each has in a grid, and the values of a user's own table."""
    if design.kind == "posterior":
        if entry.parameters or entry.exclude:
            raise StudyError(f"{where}: [parameters] vary by a design, and there is no [design]")
        return (), {}, None
    if design.kind == "table":
        if entry.parameters or entry.exclude:
            raise StudyError(f"{where}: a design of kind table takes its parameters from the table's columns")
        if design.file is None:
            raise StudyError(f"{where}: a design of kind table needs file, a CSV or Parquet table of points")
        path = beside / design.file
        factors, values = values_of_table(read_table(path), str(path))
        return factors, {}, values
    asked = expanded(entry.parameters, entry.exclude, where)
    if not asked:
        raise StudyError(
            f"{where}: [parameters] names none that varies; name some, such as"
            ' "director.blame" = {}, or all that are uncertain: "*" = {}'
        )
    factors_ = [_factor(name, options, where) for name, options in asked.items()]
    levels = {name: options.levels for name, options in asked.items() if options.levels is not None}
    if levels and design.kind != "grid":
        raise StudyError(f"{where}: levels of {', '.join(levels)}: only a grid has levels of single factors")
    if design.dummy:
        factors_.append(dummy())
    return tuple(factors_), levels, None


def _factor(name: str, options: FactorEntry, where: str) -> Factor:
    return factor_of(
        name,
        where,
        options.low,
        options.high,
        options.distribution,
        tuple(options.values),
        options.group,
    )


# ---- The design


def design_of(
    entry: DesignEntry,
    factors: tuple[Factor, ...],
    study_seed: int,
    levels: Mapping[str, int],
    table: Any = None,
) -> Design:
    """The design that an entry asks for.

    Raises:
        StudyError: for what its kind does not take, or a size that is not allowed.
    """
    allowed = ALLOWED[entry.kind]
    given = entry.model_fields_set - {"kind", "dummy"}
    for name in sorted(given):
        if name not in allowed:
            raise StudyError(
                f"design of kind {entry.kind}: {name} is not used; allowed is {', '.join(allowed)}"
            )
    if entry.kind not in ("grid", "table") and allowed[0] not in given:
        raise StudyError(f"design of kind {entry.kind}: {allowed[0]} is missing")
    if entry.dummy and entry.kind in ("grid", "table"):
        raise StudyError(
            f"design of kind {entry.kind}: a dummy is for samples, which Sobol' and Morris analyse"
        )
    seed = check_count("design seed", study_seed if entry.seed is None else entry.seed, 0, MOST_SEED)
    families = tuple(dict.fromkeys(factor.group for factor in factors))
    names = tuple(factor.name for factor in factors)
    match entry.kind:
        case "grid":
            return grid(factors, levels, LEVELS if entry.levels is None else entry.levels)
        case "latin_hypercube":
            return latin_hypercube(factors, _batches(entry.points), seed)
        case "sobol":
            points = balanced("points", _one(entry.points, "points"))
            return within_sequence(SobolSequence(factors, points, seed), "points", points)
        case "saltelli":
            base = balanced("base", _one(entry.base, "base"))
            together = {"groups": families, "both": _of_several(factors)}
            groups = together.get(entry.move or "alone", ())
            alone = () if entry.move == "groups" else names
            return within_sequence(Saltelli(factors, base, seed, groups, alone), "base", base)
        case "morris":
            if entry.move == "both":
                raise StudyError("design of kind morris: move = 'both': allowed is 'alone' or 'groups'")
            count = MORRIS_LEVELS if entry.levels is None else entry.levels
            groups = families if entry.move == "groups" else ()
            return morris(factors, _batches(entry.trajectories), seed, count, groups)
        case "table":
            return Table(table)
        case "posterior":
            raise StudyError("design of kind posterior: its points are the sets of [posterior]")


def _of_several(factors: Sequence[Factor]) -> tuple[str, ...]:
    """Groups of more than one factor: a single one is moved alone anyway."""
    families = [factor.group for factor in factors]
    return tuple(family for family in dict.fromkeys(families) if families.count(family) > 1)


def _batches(given: int | list[int] | None) -> list[int]:
    return given if isinstance(given, list) else [given] if given is not None else []


def _one(given: int | list[int] | None, name: str) -> int:
    if not isinstance(given, int):
        raise StudyError(f"{name} = {given!r}: allowed is one number")
    return given


def extended(study: SweepStudy, replicates: int | None = None, points: int | None = None) -> SweepStudy:
    """The same study with more histories of luck, or more points.

    Args:
        study: to extend.
        replicates: of the larger one; as many as before when None.
        points: of the larger one, base rows of a Saltelli design and trajectories of a Morris design; as many
            as before when None.

    Raises:
        StudyError: for fewer than before, or a design that has no more points.
    """
    larger = study
    if replicates is not None:
        check_count("replicates", replicates, study.replicates, MOST_REPLICATES)
        larger = replace(larger, replicates=replicates)
    if points is None:
        return larger
    summary = study.design.summary
    size = "points" if summary.kind == "posterior" else ALLOWED[summary.kind][0]
    if summary.kind in ("grid", "table"):
        raise StudyError(
            f"a design of kind {summary.kind} has no more points: run those to be added as another study"
        )
    before = summary.base or summary.points
    check_count(size, points, before, MOST_POINTS)
    given = getattr(study.entry, size)
    grown: int | list[int] = points
    if summary.kind in ("latin_hypercube", "morris"):
        batches = _batches(given)
        grown = [*batches, points - before] if points > before else batches
    entry = study.entry.model_copy(update={size: grown})
    if study.drawn is None:
        return replace(larger, entry=entry, design=design_of(entry, study.factors, study.seed, {}))
    posterior = read_again(study.drawn)
    design = _grown_on_sets(study, study.drawn, posterior, entry, points)
    return replace(larger, entry=entry, design=design)


def _grown_on_sets(
    study: SweepStudy, drawn: Drawn, posterior: Posterior, entry: DesignEntry, points: int
) -> Design:
    if entry.kind == "posterior":
        return SetsAlone(posterior, drawn, points)
    own = tuple(factor for factor in study.factors if factor.name not in drawn.names)
    return with_sets(design_of(entry, own, study.seed, {}), posterior, drawn, None)
