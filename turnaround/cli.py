"""The command `turnaround`: its subcommands, and what a person is told when something is wrong.

Exit codes: 0 all went well; 1 some runs failed, or nothing was found; 2 what was asked for is not allowed or
cannot be read or written; 130 interrupted.
"""

import sys
from collections.abc import Sequence

import click

from experiments.dispatch import Interrupted
from experiments.horizon import StudyError
from model.registry import ParameterError
from model.tables import FactsError
from turnaround.compare import compare_command
from turnaround.parameters import parameters_command
from turnaround.regimes import regimes_command
from turnaround.report import report_command
from turnaround.run import run_command
from turnaround.sweep import COMMANDS as SWEEP_COMMANDS

NOT_ALLOWED = 2
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="turnaround")
def turnaround() -> None:
    """Simulate how England's children's services fall, are found out, and are turned round.

    \b
    Compare nine regimes on the real councils, with a report:
        turnaround compare
    Look closely at one history:
        turnaround run --regime trust
    Run a parameter sweep, and go on with it after an interruption:
        turnaround sweep study.toml
        turnaround resume results/study
    Find a parameter, and change it in a comparison:
        turnaround parameters director blame
        turnaround compare --set director.blame=0.5
    """  # noqa: D301 - the mark by which click keeps lines


for command in (
    compare_command,
    run_command,
    *SWEEP_COMMANDS,
    parameters_command,
    regimes_command,
    report_command,
):
    turnaround.add_command(command)


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
    except Interrupted as interruption:
        return _say(f"Interrupted; {_notes(interruption)}.", INTERRUPTED)
    except (ParameterError, FactsError, StudyError) as problem:
        return _say(f"Error: {problem}", NOT_ALLOWED)
    except OSError as problem:
        what = f"{problem.filename}: " if problem.filename else ""
        kept = f"\n{_notes(problem)}." if getattr(problem, "__notes__", None) else ""
        return _say(f"Error: {what}{problem.strerror or problem}{kept}", NOT_ALLOWED)


def _notes(problem: BaseException) -> str:
    return "; ".join(getattr(problem, "__notes__", []))


def _say(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code
