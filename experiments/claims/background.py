"""Where the two points of each claim lie, apart from what they set: read from the file that keeps it."""

import tomllib
from functools import cache
from importlib.resources import files

from model.registry import registry

KEPT = "background.toml"


@cache
def background() -> dict[str, float]:
    """Values by parameter, in the order of the file: not the defaults, which move with each fit.

    Raises:
        ValueError: when a value lies outside what its parameter may be.
    """
    read = tomllib.loads(files(__package__).joinpath(KEPT).read_text("utf-8"))
    values = {f"{group}.{name}": value for group, table in read.items() for name, value in table.items()}
    for name, value in values.items():
        registry()[name].value(value, KEPT)
    return values
