"""The command `turnaround`: its subcommands, and what a person is told when something is wrong.

A subcommand is loaded when it is used, so that help comes at once. What exit codes mean stands in
`experiments.ending`.
"""

import importlib
import sys
from collections.abc import Sequence
from functools import partial

import click

from experiments.ending import exit_code_of

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
        "Try the debate's claims across sets of parameters fitted to the record.",
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
        from turnaround.extras import analysis_extra

        module, _, attribute = COMMANDS[name][0].partition(":")
        with analysis_extra():
            command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a command by its name; a name that none has is refused with those that resemble it."""
        name = arguments[0]
        if name not in COMMANDS and not name.startswith("-") and not context.resilient_parsing:
            from model.near_names import or_near

            near = or_near(name, COMMANDS, "allowed is what `turnaround --help` lists")
            context.fail(f"No such command {name!r}{near}.")
        return super().resolve_command(context, arguments)

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
        turnaround forecast
    Find a parameter, and change it in a comparison:
        turnaround parameters director blame
        turnaround compare --set director.blame=0.5
    """  # noqa: D301 - the mark by which click keeps lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks, and leave with an exit code."""
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: Sequence[str] | None) -> int:
    return exit_code_of(partial(turnaround.main, arguments, prog_name="turnaround", standalone_mode=False))
