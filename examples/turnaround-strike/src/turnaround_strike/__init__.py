"""Strikes of social workers: where pressure is more than they bear, some work is left to the others."""

from importlib.resources import files

from model.extensions import Extension
from model.rule import rule


@rule
def at_breaking_point(council, p):
    """Whether a council's social workers feel more pressure than they bear."""
    return council.exists == 1 and council.workforce.pressure > p.strike.bearable


def strike(world, p):
    """Where staff bear no more they strike, and the work that there is meets less staff time.

    1 + pressure = (1 + pressure) / (1 - turnout). Assumed.
    """
    for council in world.councils:
        if at_breaking_point(council, p):
            council.workforce.pressure = (1.0 + council.workforce.pressure) / (1.0 - p.strike.turnout) - 1.0


def at_breaking_points(world, p):
    """How many councils have social workers who feel more pressure than they bear."""
    count = 0
    for council in world.councils:
        if at_breaking_point(council, p):
            count += 1
    return count


def text(name):
    """A file of this package."""
    return files(__name__).joinpath(name).read_text("utf-8")


extension = Extension(
    name="strike",
    parameters=text("parameters.toml"),
    regimes={"strikes": text("strikes.toml")},
    rules={"serve_children": strike},
    indicators={"breaking_points": at_breaking_points},
    units={"breaking_points": ("councils", "whose social workers feel more pressure than they bear")},
)
