"""What can be measured of the parameters on which claims rest: read from the file that lists it."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

from model.registry import registry

LISTED = "proxies.toml"


@dataclass(frozen=True)
class Proxy:
    """A figure that moves with a parameter.

    Attributes:
        measure: the figure.
        where: who has it, or could have it.
    """

    measure: str
    where: str


@cache
def proxies() -> dict[str, Proxy]:
    """For every parameter that the file names, what can be measured of it, in the registry's order."""
    read = tomllib.loads(files(__package__).joinpath(LISTED).read_text("utf-8"))["proxy"]
    found = {}
    for name in registry():
        first = next(
            (one for one in read if any(fnmatchcase(name, any_) for any_ in one["parameters"])), None
        )
        if first:
            found[name] = Proxy(first["measure"], first["where"])
    return found
