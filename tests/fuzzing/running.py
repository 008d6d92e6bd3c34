"""Inputs of a target, one after the other, and what they showed."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from .asking import within
from .targets import Target, copied


@dataclass(frozen=True)
class Fault:
    """An input that was not answered as is promised, and how to ask it again."""

    target: str
    seed: int
    index: int
    done: str
    wrong: list[str]

    def __str__(self) -> str:
        again = f"python tests/fuzz.py --target {self.target} --seed {self.seed} --index {self.index}"
        return "\n".join([f"{again}\n  {self.done}", *(f"  {each}" for each in self.wrong)])


def inputs(target: Target, seed: int, indices: Iterable[int], specimens: Path) -> Iterator[Fault | None]:
    """Ask the inputs of some numbers; None for each that is answered as is promised.

    Args:
        target: to ask.
        seed: of the harm.
        indices: of the inputs.
        specimens: folder in which specimens are kept, to be made once.
    """
    specimen = specimens / target.name
    if not specimen.exists():
        specimen.mkdir(parents=True)
        with within(specimen):
            target.make(specimen)
    for index in indices:
        place = Path(tempfile.mkdtemp(dir=specimens)) / "in"
        copied(specimen, place)
        with within(place):
            done, wrong = target.trial(place, Random(f"{target.name} {seed} {index}"))
        shutil.rmtree(place.parent, ignore_errors=True)
        yield Fault(target.name, seed, index, done, wrong) if wrong else None
