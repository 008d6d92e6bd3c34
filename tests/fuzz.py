"""Ask many harmed inputs, or one again: `python tests/fuzz.py --count 500`."""

import tempfile
import time
from pathlib import Path

import click
from fuzzing.running import inputs
from fuzzing.targets import TARGETS, target


@click.command()
@click.option(
    "--target",
    "names",
    multiple=True,
    type=click.Choice([each.name for each in TARGETS]),
    help="[default: all]",
)
@click.option("--seed", default=1, show_default=True)
@click.option("--index", type=int, help="One input again.")
@click.option("--count", default=250, show_default=True, help="Inputs of each target.")
@click.option("--specimens", type=click.Path(path_type=Path), help="Folder for specimens, to be kept.")
def main(names: tuple[str, ...], seed: int, index: int | None, count: int, specimens: Path | None) -> None:
    """Ask harmed inputs and say which are not answered as is promised."""
    with tempfile.TemporaryDirectory() as made:
        failed = 0
        for one in map(target, names) if names else TARGETS:
            began = time.perf_counter()
            found = inputs(one, seed, range(count) if index is None else [index], specimens or Path(made))
            faults = [fault for fault in found if fault]
            for fault in faults:
                click.echo(str(fault).encode("utf-8", "backslashreplace").decode())
            asked = count if index is None else 1
            click.echo(
                f"{one.name}: {asked} inputs, {len(faults)} faults, {time.perf_counter() - began:.0f} s"
            )
            failed += len(faults)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
