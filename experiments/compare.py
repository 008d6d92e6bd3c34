"""The main job: which regime does better on England's real councils, and by how much?

    from experiments.compare import compare

    comparison = compare(["ad_hoc", "trust"], replicates=50, settings={"director.blame": 0.5})
    comparison.differences

Everything is checked before anything is created or run. With a folder, results are streamed to it and stay
there when the study is interrupted; without one they are kept in memory.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.believed import DrawnSets, posterior_named, sets_for, word_for
from experiments.command_line import command_line
from experiments.comparison import PRECISION, Comparison, check_precision, compare_results
from experiments.dispatch import IN_FLIGHT_A_WORKER, Interrupted
from experiments.errors import StudyError, check_count
from experiments.horizon import USUAL_QUARTERS, check_start
from experiments.manifest import asked_for, begun, now
from experiments.results import MemoryWriter, ResultsWriter
from experiments.runner import MOST_REPLICATES, MOST_SEED, Study, compile_engine, execute, executor_for
from experiments.tables import TABLES
from model.parameters import Parameters, parse_settings
from model.quarters import format_quarter
from model.regimes import SHIPPED, Regime, find_regime, resolve
from model.registry import ParameterError, registry
from model.scenarios import Scenario, find_scenario

MOST_WORKERS = 1024


@dataclass(frozen=True)
class Plan:
    """A comparison that has been checked and can be run.

    Attributes:
        study: what is to be run, a parameter set a regime.
        regimes: in the order in which they are shown.
        scenarios: that lie over all of them.
        baseline: name of the regime that the others are compared with.
        tables: which tables to make.
        precision: half-width wanted, as a share of the smallest effect that matters.
        command: that runs the same.
    """

    study: Study
    regimes: tuple[Regime, ...]
    scenarios: tuple[Scenario, ...]
    baseline: str
    tables: tuple[str, ...]
    precision: float
    command: str


def plan_comparison(
    regimes: Sequence[str | Path] = SHIPPED,
    baseline: str | Path = "ad_hoc",
    start: str = "2014Q1",
    quarters: int = USUAL_QUARTERS,
    replicates: int = 200,
    seed: int = 1,
    settings: Mapping[str, object] | Sequence[str] = (),
    scenarios: Sequence[str | Path] = (),
    tables: Sequence[str] = TABLES,
    precision: float = PRECISION,
    posterior: str | Path | None = None,
    sets: int | None = None,
) -> Plan:
    """Check everything that a comparison is asked for; arguments as for `compare`.

    Raises:
        StudyError: for what is not allowed of the study.
        ParameterError: for regimes, scenarios or settings that are unknown, not allowed or contradictory.
    """
    unknown = [table for table in tables if table not in TABLES]
    if unknown:
        raise StudyError(f"no table is called {unknown[0]!r}; allowed is {', '.join(TABLES)}")
    given = [str(regime) for regime in regimes]
    if baseline not in given and baseline not in [find_regime(name).name for name in given]:
        given.insert(0, str(baseline))
    chosen = tuple(find_regime(name) for name in given)
    names = [regime.name for regime in chosen]
    kept = tuple(table for table in TABLES if table in tables or table == TABLES[0])
    over = tuple(find_scenario(name) for name in scenarios)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise StudyError(f"two regimes are called {twice[0]!r}; name each once, or rename a file")
    first = check_start(start)
    by_hand = settings if isinstance(settings, Mapping) else parse_settings(settings)
    bases = resolve_all(chosen, over, by_hand)
    believed = _believed(posterior, sets, seed, replicates)
    study = Study(
        sets={name: believed.marked(base) for name, base in bases.items()} if believed else bases,
        seed=seed,
        replicates=replicates,
        quarters=quarters,
        start=first,
        past=resolve("ad_hoc", over, by_hand) if first else resolve("ad_hoc"),
        believed=believed,
    )
    command = command_of(study, given, str(baseline), scenarios, by_hand, kept, precision, posterior)
    return Plan(
        study=study,
        regimes=chosen,
        scenarios=over,
        baseline=str(baseline) if baseline in names else find_regime(str(baseline)).name,
        tables=kept,
        precision=check_precision(precision),
        command=command,
    )


def _believed(given: str | Path | None, sets: int | None, seed: int, replicates: int) -> DrawnSets | None:
    """The sets of the posterior asked for; None without one."""
    posterior = posterior_named(given)
    if posterior is None:
        if sets is not None:
            raise StudyError(f"sets = {sets}: sets are drawn from a posterior, and none is used here")
        return None
    check_count("seed", seed, 0, MOST_SEED)
    check_count("replicates", replicates, 1, MOST_REPLICATES)
    return DrawnSets(posterior, sets_for(replicates) if sets is None else sets, seed, replicates)


def resolve_all(
    regimes: Sequence[Regime], scenarios: Sequence[Scenario], settings: Mapping[str, object]
) -> dict[str, Parameters]:
    """Parameters of every regime, under the same scenarios and settings.

    Raises:
        ParameterError: what is wrong under every regime is said once, the rest with the regime's name.
    """
    sets: dict[str, Parameters] = {}
    problems: dict[str, str] = {}
    for regime in regimes:
        try:
            sets[regime.name] = resolve(regime, scenarios, settings)
        except ParameterError as problem:
            problems[regime.name] = str(problem)
    if len(problems) == len(regimes) and len(set(problems.values())) == 1:
        raise ParameterError(next(iter(problems.values())))
    if problems:
        raise ParameterError("\n".join(f"regime {name}: {text}" for name, text in problems.items()))
    return sets


def command_of(
    study: Study,
    regimes: Sequence[str],
    baseline: str,
    scenarios: Sequence[str | Path],
    settings: Mapping[str, object],
    tables: Sequence[str],
    precision: float,
    posterior: str | Path | None,
) -> str:
    """The command line that runs the same comparison; what is always the same is left to the defaults."""
    believed = study.believed
    options = (
        ("--regimes", None if tuple(regimes) == SHIPPED else ",".join(regimes)),
        ("--baseline", None if baseline == "ad_hoc" else baseline),
        ("--start", format_quarter(study.start)),
        ("--quarters", study.quarters),
        ("--replicates", study.replicates),
        ("--seed", study.seed),
        ("--posterior", word_for(posterior, believed.posterior if believed else None) or None),
        ("--sets", believed.sets if believed else None),
        *(("--scenario", scenario) for scenario in scenarios),
        *settings_as_options(settings),
        ("--outputs", None if tuple(tables) == TABLES else ",".join(tables)),
        ("--precision", None if precision == PRECISION else repr(precision)),
    )
    return command_line("compare", options=options)


def settings_as_options(settings: Mapping[str, object]) -> list[tuple[str, object]]:
    """Settings by hand as options of a command."""
    return [("--set", f"{name}={_written(name, value)}") for name, value in settings.items()]


def _written(name: str, given: object) -> str:
    """A value as it is written on the command line, no digit lost."""
    entry = registry()[name]
    value = entry.value(given, "set by hand")
    return entry.shown(value) if entry.type == "arrangement" else repr(value)


def compare(
    regimes: Sequence[str | Path] = SHIPPED,
    start: str = "2014Q1",
    quarters: int = USUAL_QUARTERS,
    replicates: int = 200,
    seed: int = 1,
    settings: Mapping[str, object] | Sequence[str] = (),
    scenarios: Sequence[str | Path] = (),
    out: str | Path | None = None,
    baseline: str | Path = "ad_hoc",
    tables: Sequence[str] = TABLES,
    workers: int | None = None,
    overwrite: bool = False,
    precision: float = PRECISION,
    progress: Callable[[int], None] | None = None,
    posterior: str | Path | None = None,
    sets: int | None = None,
) -> Comparison:
    """Run regimes under the same luck, and compare them with a baseline.

    Args:
        regimes: names, or paths of TOML files; the baseline is added when it is not among them.
        start: first quarter, written as 2014Q1; up to a later one the record is replayed under `ad_hoc`.
        quarters: length of each run.
        replicates: histories of luck, each met by every regime.
        seed: of the luck.
        settings: values of parameters over all regimes, by dotted name or as texts `name=value`.
        scenarios: names, or paths of TOML files of parameters, over all regimes.
        out: results folder; in memory when None.
        baseline: the regime that the others are compared with.
        tables: which of `runs`, `quarters` and `councils` to keep; `runs` always are.
        workers: blocks run at once; one a core when None.
        overwrite: whether results in the folder may be replaced.
        precision: half-width wanted of the interval of a difference, as a share of the smallest effect that
            matters.
        progress: called with the number of runs that have just finished.
        posterior: a file of weighted sets of parameters, `shipped`, or `none` for the parameters as they are;
            when None, the one that comes with the model, if one does.
        sets: how many are drawn from it by weight; by default one for every two histories, at most 200.

    Raises:
        StudyError: for what is not allowed of the study or the folder.
        ParameterError: for regimes, scenarios or settings that are unknown, not allowed or contradictory.
        Interrupted: on Ctrl-C; what had finished is in the folder.
    """
    plan = plan_comparison(
        regimes,
        baseline,
        start,
        quarters,
        replicates,
        seed,
        settings,
        scenarios,
        tables,
        precision,
        posterior,
        sets,
    )
    writer = None if out is None else ResultsWriter(Path(out), overwrite)
    return run_comparison(plan, writer, workers, progress)


def run_comparison(
    plan: Plan,
    writer: ResultsWriter | None = None,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Comparison:
    """Run a comparison that has been checked; arguments as for `compare`.

    Raises:
        StudyError: for a number of workers that is not allowed.
        Interrupted: on Ctrl-C; what had finished is in the folder.
    """
    workers = check_workers(workers)
    study = plan.study
    compile_engine()
    asked = asked_for(study, plan.regimes, plan.scenarios, plan.baseline, plan.tables, plan.command)
    manifest = begun(asked)
    manifest["precision"] = plan.precision
    keep = MemoryWriter() if writer is None else writer
    began = time.perf_counter()
    try:
        keep.open(manifest, study.sets, study.believed.table() if study.believed else None)
        with executor_for(workers) as executor:
            execute(
                study, keep.receive, executor, plan.tables, IN_FLIGHT_A_WORKER * workers, progress=progress
            )
        seconds = time.perf_counter() - began
        timings = manifest["timings"] | {
            "finished": now(),
            "seconds": round(seconds, 3),
            "runs_per_second": round(study.runs / seconds, 1),
            "workers": workers,
        }
        results = keep.close(manifest | {"state": "complete", "timings": timings})
    except BaseException as problem:
        state = "interrupted" if isinstance(problem, Interrupted | KeyboardInterrupt) else "failed"
        problem.add_note(keep.give_up(manifest | {"state": state}))
        raise
    try:
        comparison = compare_results(results, plan.baseline, plan.precision)
        if writer:
            writer.write_csv("outcomes.csv", comparison.outcomes)
            writer.write_csv("differences.csv", comparison.differences)
    except KeyboardInterrupt as interruption:
        if writer:
            interruption.add_note(f"all {study.runs:,} runs are kept in {writer.folder}")
        raise
    return comparison


def check_workers(workers: int | None) -> int:
    """How many blocks to run at once: those asked for, or one a core.

    Raises:
        StudyError: when it is not allowed.
    """
    return (os.cpu_count() or 1) if workers is None else check_count("workers", workers, 1, MOST_WORKERS)
