"""The page `docs/benchmarks.md`, written from the figures in `docs/benchmarks.json` and from nothing else."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from experiments.benchmarks.aims import not_met
from experiments.benchmarks.telling import Kept, duration, figures_of, lasting, short, told
from experiments.benchmarks.timing import COUNCILS, QUARTERS, Spread
from experiments.markdown import table

DOCS = Path(__file__).parents[2] / "docs"
STORE = DOCS / "benchmarks.json"
PAGE = DOCS / "benchmarks.md"

BUSY = 0.25
"""Load before a measurement, for each core, from which the page warns."""

NANOSECONDS = 1e9


def page_of(kept: Kept) -> str:
    """The page."""
    sections = (
        _opening,
        _studies,
        _first_result,
        _sizes,
        _frameworks,
        _columns,
        _floor,
        _parts,
        _sweeps,
        _dashboards,
        _method,
        not_met,
    )
    return "\n\n".join("\n".join(lines) for section in sections if (lines := section(kept))) + "\n"


# ---- Sections, in the order of the page


def _opening(kept: Kept) -> list[str]:
    lines = [
        "# How fast it is",
        "",
        "How long a study takes, what waiting for the compiler costs, and how the model stands against other"
        " frameworks that run the same rules. Made by `make benchmark` from the figures in"
        " [benchmarks.json](benchmarks.json); edits here are lost. A *council-quarter* is one council in one"
        f" quarter, a *history* {COUNCILS} councils over {QUARTERS} quarters.",
    ]
    measured = [part for part in kept.values() if "machine" in part]
    if any(part["trial"] for part in measured):
        lines += ["", "**A trial run, of sizes too small to mean anything: do not quote it.**"]
    busiest = max((part["machine"]["load"] or 0.0 for part in measured), default=0.0)
    cores = min((part["machine"]["cores"] for part in measured), default=1)
    if busiest > BUSY * cores:
        lines += [
            "",
            f"**Taken while the machine did other work** (a load of up to {busiest:.1f} on {cores} cores"
            " before a measurement). Ratios were taken in turn and bear that better than times do; take it"
            " again on an idle machine before quoting either.",
        ]
    return lines


def _studies(kept: Kept) -> list[str]:
    found = figures_of(kept, "studies")
    if not found:
        return []
    rows = [(each["study"], f"`{each['command']}`", lasting(each["seconds"])) for each in found]
    sweeps = figures_of(kept, "sweeps")
    if sweeps:
        whole = sweeps["A whole sweep on all cores"]
        rows.append(
            (
                f"a sweep of {whole['all_runs']:,} runs over all factors",
                "`turnaround sweep study.toml`",
                duration(whole["all_seconds"]),
            )
        )
    return [
        "## How long will my study take?",
        "",
        "From the command to its last file, report included, code compiled before. Median (least to most).",
        "",
        *table(("what", "command", "time"), rows),
    ]


def _first_result(kept: Kept) -> list[str]:
    found = figures_of(kept, "first_result")
    if not found:
        return []
    objects = figures_of(kept, "objects")
    lines = [
        "## Until the first result",
        "",
        "The compiled engine has to be compiled: once after installing, and again whenever a rule or another"
        " file of the model is changed, be it by a comment, for all rules become one piece of code. What was"
        " compiled is kept for next time. From the start of Python to the outcome of one history:",
        "",
        *table(
            ("when", "engine", "time"),
            [
                ("first time on a machine (cold)", "compiled", lasting(found["cold"])),
                ("first time after a rule was changed", "compiled", lasting(found["changed"])),
                ("every other time (warm)", "compiled", lasting(found["warm"])),
                ("any time, rules changed or not", "Mesa", lasting(found["interpreted"])),
            ],
        ),
    ]
    if objects:
        a_history = COUNCILS * QUARTERS / NANOSECONDS
        saved = (objects["mesa"]["median"] - objects["compiled"]["median"]) * a_history
        waited = found["cold"]["median"] - found["interpreted"]["median"]
        lines += [
            "",
            "While writing a rule, use `model.Simulation`, which compiles nothing. Compiling pays from about"
            f" {max(1, round(waited / saved)) + 1:,} histories on.",
        ]
    return lines


def _sizes(kept: Kept) -> list[str]:
    found = figures_of(kept, "sizes")
    if not found:
        return []
    rows = [
        (
            f"{each['replicates']:,}",
            f"{each['runs']:,}",
            lasting(each["one thread"]),
            lasting(each["two threads"]),
            told(each["speed-up"]),
            f"{each['memory']:,.0f} MB",
        )
        for each in found
    ]
    return [
        "## More histories, more threads",
        "",
        "All nine regimes by the engine alone, nothing written. Memory is that of the whole process at its"
        " peak, Python and compiled code included; of a history only its outcomes are kept.",
        "",
        *table(("replicates", "histories", "one thread", "two threads", "times faster", "peak memory"), rows),
    ]


RUNNERS = {
    "compiled": ("compiled engine", "nine regimes, luck drawn once for all", "1 thread"),
    "mesa": ("Mesa, `model.Simulation`", "the same rules, DataCollector on", "1 process"),
    "agentpy": ("AgentPy, `agentpy.Model`", "the same rules, every indicator recorded", "1 process"),
    "agentpy experiment": ("AgentPy, `agentpy.Experiment`", "the same, many histories", "1 process"),
    "compiled, two threads": ("compiled engine", "nine regimes", "2 threads"),
    "batch run, two processes": ("Mesa, `mesa.batch_run`", "the same rules, many histories", "2 processes"),
    "agentpy experiment, two processes": (
        "AgentPy, `agentpy.Experiment`",
        "the same, many histories",
        "2 processes",
    ),
}


def _frameworks(kept: Kept) -> list[str]:
    found = figures_of(kept, "objects")
    if not found:
        return []
    a_history = COUNCILS * QUARTERS / NANOSECONDS
    rows = []
    for name, (who, what, on) in RUNNERS.items():
        taken = found[name]
        seconds = taken["median"] * a_history
        rows.append(
            (
                who,
                what,
                on,
                told(taken, 1e-3),
                *(duration(seconds * count) for count in (10, 200, 1000)),
                told(taken["over compiled"]),
            )
        )
    memory = found["memory"]
    return [
        "## Against Mesa and AgentPy, with the same rules",
        "",
        "A rule is a plain function of objects with attributes, so that Mesa's and AgentPy's agents run the"
        " very same rulebook, with the same luck, parameters and indicators. Before anything is timed, a"
        " history is run by all three, and every number of its last state must be the same to the last bit.",
        "",
        *table(
            (
                "who",
                "what",
                "on",
                "microseconds a council-quarter",
                "10 histories",
                "200",
                "1,000",
                "times the compiled engine's time",
            ),
            rows,
        ),
        "",
        f"Runners were timed on {found['runs of a runner']} histories, so that what starting their processes"
        " costs is shared by these; times of 10, 200 and 1,000 histories are the time of one, multiplied."
        " Each is held against the compiled engine on as many cores. Peak memory, libraries included, of"
        f" {memory['runs']} histories one after another: Mesa {memory['mesa']:,.0f} MB, AgentPy"
        f" {memory['agentpy']:,.0f} MB.",
    ]


def _columns(kept: Kept) -> list[str]:
    from experiments.benchmarks.column_rules import (
        AS_COLUMNS,
        AS_THEY_STAND,
        CANNOT,
        COULD_BE,
        WHOLE_RULEBOOK,
    )

    found = figures_of(kept, "columns")
    if not found:
        return []
    rows = [
        (
            f"{each['replicates']:,}",
            f"{each['rows']:,}",
            told(each["compiled"]),
            told(each["columns"]),
            told(each["columns over compiled"]),
            told(each["arrays over compiled"]),
        )
        for each in found
    ]
    return [
        "## Against columns: AMBER and mesa-frames",
        "",
        "Both keep agents in the columns of a Polars frame and do a step for all of them at once. Neither can"
        " express all of the rulebook: it goes through the councils one after another, and what one takes the"
        " next does not find.",
        "",
        "**Timed in AMBER**, on the path that it recommends for arithmetic (columns borrowed as arrays,"
        f" changed, committed): the {len(AS_COLUMNS)} rules"
        f" {_listed([rule.__name__ for rule in AS_COLUMNS])}. A branch on one council is no branch on a"
        f" column, so that none but {_listed(AS_THEY_STAND)} runs on columns as it stands, and each was"
        " written a second time; results agree with the rules to rounding. All replicates lie in one frame,"
        f" which is the best case for columns. The compiled engine ran the same {len(AS_COLUMNS)} rules, and"
        " no others. Nanoseconds a council-quarter:",
        "",
        *table(
            (
                "replicates in a frame",
                "rows",
                "compiled",
                "AMBER",
                "AMBER's time over compiled",
                "plain NumPy arrays over compiled",
            ),
            rows,
        ),
        "",
        "**Could be written as columns too, and was not**, where a sum, a running count, a ranking or a join"
        f" stands for going from council to council: {_listed(COULD_BE)}.",
        "",
        "**Cannot be columns without being another rule**:",
        "",
        *(f"- `{name}`: {reason}." for name, reason in CANNOT.items()),
        "",
        WHOLE_RULEBOOK,
        "",
        "**mesa-frames was not timed.** Its only release on the Python Package Index, 0.1.0a0, requires"
        " NumPy 1.26 and this project NumPy 2, so that one environment cannot hold both. What can be"
        " columns there is what can be columns in AMBER.",
    ]


def _listed(names: Sequence[str]) -> str:
    shown = [f"`{name}`" for name in names]
    return ", ".join(shown[:-1]) + " and " + shown[-1]


def _floor(kept: Kept) -> list[str]:
    found = figures_of(kept, "floor")
    if not found:
        return []
    every, looking = found["operations"]["all"], found["operations"]["looking"]
    kinds = ("additions", "multiplications", "divisions", "comparisons", "functions", "total")
    return [
        "## Against the floor",
        "",
        "What any program must do at least: draw the luck, and do the arithmetic. A quarter's operations on"
        " doubles were counted, by running the rules with numbers that count what is done to them. A council-"
        f"quarter is {every['total']:,.0f} of them, of which {looking['total']:,.0f} are for looking at the"
        " result (indicators, and a check that all is finite):",
        "",
        *table(
            ("additions", "multiplications", "divisions", "comparisons", "functions", "all"),
            [[f"{every[kind]:,.0f}" for kind in kinds]],
        ),
        "",
        "The floor does as many in bare compiled loops over a row as long as a council's record, with no"
        " choice to make, nothing to wait for and nothing to look up, and draws as many numbers from one"
        " generator. Nanoseconds a council-quarter on one thread, nine regimes meeting the same luck:",
        "",
        *table(
            ("drawing luck", "arithmetic", "floor", "the engine, all in", "times the floor"),
            [
                [
                    *(told(found[name]) for name in ("luck", "arithmetic", "floor", "engine")),
                    told(found["engine over floor"]),
                ]
            ],
        ),
        "",
        "No simulation reaches the floor: rules branch, look up other agents and wait for their own results.",
    ]


PARTS = {
    "rules": "the rules",
    "indicators": "indicators",
    "luck": "drawing luck, shared by nine regimes",
    "start": "the starting state",
    "soundness": "the check that all is finite",
    "all": "all in",
    "luck not shared": "drawing luck for one regime alone, not in the above",
}


def _parts(kept: Kept) -> list[str]:
    by_part, growth = figures_of(kept, "by_part"), figures_of(kept, "growth")
    if not by_part or not growth:
        return []
    rows = []
    for name, title in PARTS.items():
        value = by_part[name]
        rows.append((title, short(value) if isinstance(value, float) else told(value)))
    return [
        "## Where the engine's time goes",
        "",
        "Nanoseconds a council-quarter, one thread; the rules are what is left of all when the rest is"
        " taken off.",
        "",
        *table(("part", "nanoseconds"), rows),
        "",
        "The same of jobs that are longer, and of larger countries, which outgrow the processor's caches:",
        "",
        *table(("job", "nanoseconds"), [(name, told(value)) for name, value in growth.items()]),
    ]


def _sweeps(kept: Kept) -> list[str]:
    found = figures_of(kept, "sweeps")
    if not found:
        return []
    whole, added = found["A whole sweep on all cores"], found["What a sweep adds to the engine, serial"]
    executors, others = found["Executors"], found["A run by others"]
    rows = [
        (
            f"{whole[f'{part}_runs']:,} runs, written",
            f"{duration(whole[f'{part}_seconds'])}, {whole[f'{part}_written_MB']:,.0f} MB on disk,"
            f" {whole[f'{part}_peak_memory_MB']:,.0f} MB of memory",
        )
        for part in ("a_tenth", "all")
    ]
    rows.append(("what a sweep adds to the engine's own time", f"{added['overhead_percent']:.1f}%"))
    rows += [
        (f"time by {name.removesuffix('_over_threads_in_time')} against threads", f"{value:.2f}")
        for name, value in executors.items()
        if name.endswith("_over_threads_in_time")
    ]
    rows += [
        (f"a run by {name.removesuffix('_ms_a_run').replace('_', ' ')}, milliseconds", short(value))
        for name, value in others.items()
        if name.endswith("_ms_a_run")
    ]
    return [
        "## Sweeps",
        "",
        f"`make benchmark-sweeps`, {kept['sweeps']['date']}.",
        "",
        *table(("figure", "value"), rows),
    ]


def _dashboards(kept: Kept) -> list[str]:
    found = figures_of(kept, "dashboards")
    if not found:
        return []
    rows = [
        (each["name"], told(asdict(Spread.of(each["values"]))), each["unit"], each["wanted"] or "-")
        for each in found
    ]
    return [
        "## Dashboards",
        "",
        f"Through a browser on the same machine: `make benchmark-dashboards`, {kept['dashboards']['date']}.",
        "",
        *table(("figure", "value", "unit", "wanted"), rows),
    ]


def _method(kept: Kept) -> list[str]:
    measured = {name: part["machine"] for name, part in kept.items() if "machine" in part}
    dates = sorted({each["date"] for each in measured.values()})
    lines = [
        "## Method",
        "",
        "- What is compared runs in turn, round after round, in one process or in fresh ones as in use. A"
        " ratio is taken within each round; figures are medians over rounds, with the least and the most.",
        "- Jobs are done once beforehand, so that nothing is compiled or read for the first time, but for the"
        " first results and the largest sizes.",
        "- Before columns, AgentPy and Mesa are timed, their results are held against the compiled"
        " engine's; a run that failed is never timed, for it stops early.",
        "- The engine has one thread where nothing else is said; other libraries may have more.",
        "",
    ]
    if not measured:
        return lines[:-1]
    each = list(measured.values())[-1]
    shown = {
        name: value for name, value in each.items() if name not in ("date", "load") and value is not None
    }
    loads = [part["load"] for part in measured.values() if part["load"] is not None]
    lines += table(("machine", ""), [(name, str(value)) for name, value in shown.items()])
    lines += [
        "",
        f"Taken {' and '.join(dates)}; load before a part (processes that wanted to run): "
        + (f"{min(loads):.1f} to {max(loads):.1f}." if loads else "not known here."),
    ]
    return lines
