"""The command: `python -m experiments.claims`."""

import argparse
import sys

from experiments.claims import CLAIMS, find_contrasts
from experiments.claims.record import MEASURED, write
from experiments.claims.screen import add_arguments, measured, show
from experiments.ending import exit_code_of

DESCRIPTION = """\
Run the debate's claims as experiments. Each has two arms that meet the same luck and differ in
declared levers alone, and is tried at two points: one where the claim holds in the model, and one
where it does not. The difference between the arms is judged against the smallest that would matter;
what is reported beside it has no verdict."""

EXAMPLES = f"""\
examples:
  python -m experiments.claims C18                  does a six-month deadline speed up turnaround?
  python -m experiments.claims C18 C19 --replicates 40
  python -m experiments.claims                      all of {CLAIMS[0]} to {CLAIMS[-1]}, in a few minutes
  python -m experiments.claims --write              all of them, kept in {MEASURED.name}
  python -m experiments.document                    then makes docs/tables/claims.md anew

An experiment can also be run by itself: python -m experiments.claims.c18
A verdict is one about the model, and none about the world."""


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.claims",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "claims", nargs="*", metavar="CLAIM", help=f"{CLAIMS[0]} to {CLAIMS[-1]}; all when none is named"
    )
    add_arguments(parser)
    parser.add_argument(
        "--write",
        action="store_true",
        help="keep what was measured next to the code; claims not named keep what was measured before",
    )
    chosen = parser.parse_args()

    def work() -> None:
        findings = measured(find_contrasts(chosen.claims), chosen.replicates, chosen.seed)
        show(findings)
        if chosen.write:
            write(findings, chosen.replicates, chosen.seed)

    return exit_code_of(work)


if __name__ == "__main__":
    sys.exit(main())
