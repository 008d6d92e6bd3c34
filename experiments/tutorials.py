"""The tutorials in `docs/tutorials`: notebooks, kept with what they printed when they were last run.

Run as `python -m experiments.tutorials`: executes every tutorial anew and stores it. A notebook keeps the
hash of its code, so that code edited since it was last run is seen without running it. Needs nbclient and
ipykernel, which the extra `test` brings; who reads the tutorials or runs the model needs neither.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from experiments.ending import Script
from experiments.writing import write_text

FOLDER = Path(__file__).parents[1] / "docs/tutorials"
SECONDS = 600
"""After which a cell has gone astray: the engine may have to be compiled first."""

NO_WIDGETS = "ignore:IProgress not found"
"""What Mesa's progress bar warns of where no widgets are installed, which nothing here needs."""

Notebook = dict[str, Any]


def tutorials() -> list[Path]:
    """The notebooks, by name."""
    return sorted(FOLDER.glob("*.ipynb"))


def read(path: Path) -> Notebook:
    """A notebook as it is stored."""
    notebook: Notebook = json.loads(path.read_text("utf-8"))
    return notebook


def code_cells(notebook: Notebook) -> list[Notebook]:
    """Its cells of code."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def source(cell: Notebook) -> str:
    """What stands in a cell."""
    return "".join(cell["source"])


def code_hash(notebook: Notebook) -> str:
    """A hash of all its code."""
    return hashlib.sha256("\0".join(map(source, code_cells(notebook))).encode()).hexdigest()[:16]


def printed(notebook: Notebook) -> list[str]:
    """What each cell of code printed, or showed as text."""
    return ["".join(map(_text, cell["outputs"])) for cell in code_cells(notebook)]


def _text(output: Notebook) -> str:
    return "".join(output.get("text", "")) or "".join(output.get("data", {}).get("text/plain", ""))


def executed(notebook: Notebook, folder: Path = FOLDER) -> Notebook:
    """The notebook run anew in a folder, with nothing in it that differs from machine to machine.

    Raises:
        nbclient.exceptions.CellExecutionError: when a cell fails.
    """
    import nbformat
    from nbclient import NotebookClient

    fresh = nbformat.reads(json.dumps(notebook), as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(
        fresh,
        timeout=SECONDS,
        kernel_name="python3",
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    ).execute(env=os.environ | {"PYTHONWARNINGS": NO_WIDGETS})
    done: Notebook = json.loads(nbformat.writes(fresh))  # type: ignore[no-untyped-call]
    for i, cell in enumerate(done["cells"]):
        cell["id"], cell["metadata"] = f"cell-{i}", {}
    done["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "turnaround": {"code": code_hash(done)},
    }
    return done


@click.command("python -m experiments.tutorials", cls=Script)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(paths: Sequence[Path]) -> None:
    """Execute tutorials anew, all of them or those named, and store what they print."""
    for path in paths or tutorials():
        text = json.dumps(executed(read(path)), indent=1, ensure_ascii=False) + "\n"
        write_text(path, text)
        click.echo(f"{path.name}: stored")


if __name__ == "__main__":
    main()
