"""All studies of the field: run small, and their stored answers made anew with `--write` or compared without.

python -m experiments.studies --write
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from experiments.studies import NAMES
from experiments.studies.script import FieldStudy

EXPECTED = Path(__file__).parent / "expected"


def study_called(name: str) -> FieldStudy:
    """The study of a script."""
    study: FieldStudy = import_module(f"experiments.studies.{name}").STUDY
    return study


def main() -> int:
    """Run all at their small size; the exit code says whether any answers otherwise than what is stored."""
    parser = argparse.ArgumentParser(description="Run the studies of the field at their small size.")
    parser.add_argument("--write", action="store_true", help="store what they answer")
    write = parser.parse_args().write
    stale = []
    for name in NAMES:
        answer = study_called(name).small_answer().write_csv()
        file = EXPECTED / f"{name}.csv"
        if write:
            file.write_text(answer, "utf-8")
        elif not file.exists() or file.read_text("utf-8") != answer:
            stale.append(name)
        print(f"{name}: {'written' if write else 'changed' if name in stale else 'as stored'}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
