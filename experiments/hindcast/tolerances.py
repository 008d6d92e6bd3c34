"""How near the model must come to the record, and which measures calibration looks at: read from a file.

The file was committed before the first hindcast; every report prints its hash.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from experiments.hindcast.targets import MEASURES


@dataclass(frozen=True)
class Tolerance:
    """How near a measure's figures must come.

    Attributes:
        tolerance: in the measure's unit.
        fitted: whether calibration looks at it.
        reason: why that near.
        of: other tolerances of single figures, by name.
    """

    tolerance: float
    fitted: bool
    reason: str
    of: Mapping[str, float]

    def of_figure(self, figure: str) -> float:
        """The tolerance of one figure."""
        return self.of.get(figure, self.tolerance)


@cache
def tolerances() -> dict[str, Tolerance]:
    """Tolerances by measure, in the order of the measures."""
    read = tomllib.loads(_text())
    if list(read) != list(MEASURES):
        raise ValueError(f"tolerances.toml names {', '.join(read)}; measures are {', '.join(MEASURES)}")
    return {name: Tolerance(**{"of": {}, **table}) for name, table in read.items()}


def tolerances_hash() -> str:
    """A hash of the file, printed in reports."""
    return hashlib.sha256(_text().encode()).hexdigest()


def _text() -> str:
    return files(__package__).joinpath("tolerances.toml").read_text("utf-8")
