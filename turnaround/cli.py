"""The command `turnaround`: its subcommands, and what a person is told when something is wrong.

A subcommand is loaded when it is used, so that help comes at once. Exit codes: 0 all went well; 1 some runs
failed or are missing, or nothing was found; 2 what was asked for is not allowed or cannot be read or written;
130 interrupted.
"""

import importlib
import sys
from collections.abc import Sequence

import click

NOT_ALLOWED = 2
INTERRUPTED = 130

COMMANDS = {
    "compare": ("turnaround.compare:compare_command", "Compare regimes on England's real councils."),
    "dashboard": (
        "turnaround.dashboard:dashboard_command",
        "Show the model in the browser: one history, regimes compared, one council, sweeps, the debate.",
    ),
    "run": ("turnaround.run:run_command", "Run one history, and print it by year."),
    "explain": ("turnaround.explain:explain_command", "Tell why one council's history went as it did."),
    "sweep": ("turnaround.sweep:sweep_command", "Run the parameter sweep that a STUDY file asks for."),
    "resume": ("turnaround.sweep:resume_command", "Go on with the sweep in a FOLDER: run what is missing."),
    "extend": ("turnaround.sweep:extend_command", "Add replicates or points to the sweep in a FOLDER."),
    "status": ("turnaround.sweep_folder:status_command", "Say how far the sweep in a FOLDER has come."),
    "merge": ("turnaround.sweep_folder:merge_command", "Put the SHARDS of a sweep together in one folder."),
    "export": ("turnaround.sweep_folder:export_command", "Write a table of a sweep as CSV or NetCDF."),
    "sensitivity": (
        "turnaround.sensitivity:sensitivity_command",
        "Find which factors of the sweep in FOLDER drive an outcome.",
    ),
    "discover": (
        "turnaround.discover:discover_command",
        "Find where in the space of its factors something holds.",
    ),
    "robustness": (
        "turnaround.robustness:robustness_command",
        "Compare regimes across the futures of the sweep in FOLDER.",
    ),
    "calibrate": (
        "turnaround.calibrate:calibrate_command",
        "Fit the uncertain parameters to the record of 2014 to 2019.",
    ),
    "hindcast": (
        "turnaround.hindcast:hindcast_command",
        "Hold the model against the record of 2014 to 2019.",
    ),
    "structures": (
        "turnaround.structures:structures_command",
        "Show what each submodel contributes, by switching it off.",
    ),
    "forecast": ("turnaround.forecast:forecast_command", "Forecast judgements after a quarter of record."),
    "score": ("turnaround.score:score_command", "Score a FORECAST on the judgements in OUTCOMES.csv."),
    "claims": (
        "turnaround.claims:claims_command",
        "Try the debate's claims across sets of parameters that fit the record.",
    ),
    "parameters": ("turnaround.parameters:parameters_command", "List parameters, or search them."),
    "regimes": ("turnaround.regimes:regimes_command", "List regimes and what distinguishes them."),
    "report": (
        "turnaround.report:report_command",
        "Make the pages of a results FOLDER anew, for mailing, and print them as PDF.",
    ),
}
"""Subcommands in the order in which they are listed: where each is, and what it does in a line."""


class Subcommands(click.Group):
    """Subcommands that are loaded when they are used."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Their names."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Load one; None when there is none of that name."""
        if name not in COMMANDS:
            return None
        from turnaround.analysing import analysis_extra

        module, _, attribute = COMMANDS[name][0].partition(":")
        with analysis_extra():
            command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List them without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.command(
    "turnaround",
    cls=Subcommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="turnaround")
def turnaround() -> None:
    """Simulate how England's children's services fall, are found out, and are turned round.

    \b
    Compare nine regimes on the real councils, with a report:
        turnaround compare
    Look closely at one history:
        turnaround run --regime trust
    Ask why a council's history went as it did:
        turnaround explain --council Birmingham --replicate 3
    Run a parameter sweep, and go on with it after an interruption:
        turnaround sweep study.toml
        turnaround resume results/study
    Ask what the sweep says:
        turnaround sensitivity results/study
    Forecast judgements to 2025:
        turnaround forecast --out results/forecast
    Find a parameter, and change it in a comparison:
        turnaround parameters director blame
        turnaround compare --set director.blame=0.5
    """  # noqa: D301 - the mark by which click keeps lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks, and leave with an exit code."""
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: Sequence[str] | None) -> int:
    try:
        code = turnaround.main(arguments, prog_name="turnaround", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt) as interruption:
        kept = _notes(interruption.__cause__ or interruption) or "nothing new is kept"
        return _say(f"Interrupted; {kept}.", INTERRUPTED)
    except Exception as problem:
        return _told(problem)


def _told(problem: Exception) -> int:
    """Say what a person can mend; anything else is a defect of the program, and raised again."""
    from experiments.dispatch import Interrupted
    from experiments.horizon import StudyError
    from model.registry import ParameterError
    from model.tables import FactsError

    if isinstance(problem, Interrupted):
        return _say(f"Interrupted; {_notes(problem)}.", INTERRUPTED)
    kept = f"\n{_notes(problem)}." if _notes(problem) else ""
    if isinstance(problem, ParameterError | FactsError | StudyError):
        return _say(f"Error: {problem}{kept}", NOT_ALLOWED)
    if isinstance(problem, OSError):
        what = f"{problem.filename}: " if problem.filename else ""
        return _say(f"Error: {what}{problem.strerror or problem}{kept}", NOT_ALLOWED)
    raise problem


def _notes(problem: BaseException) -> str:
    return "; ".join(getattr(problem, "__notes__", []))


def _say(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code
