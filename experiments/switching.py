"""Settings laid over parameters whatever their ranges, to switch a part of the model off.

The range of the registry says how strong a thing is believed to be if it is there. Who asks what is lost
without it needs the value at which it is not there, which may lie outside.
"""

from collections.abc import Mapping
from types import MappingProxyType

from model.parameters import Parameters, contradictions
from model.registry import ParameterError, registry


def switched(base: Parameters, settings: Mapping[str, float], origin: str) -> Parameters:
    """Parameters with some values set, be they within their ranges or not.

    Args:
        base: over which they are laid.
        settings: values by dotted name.
        origin: what to call the place they came from.

    Raises:
        ParameterError: for an unknown name, for what is no finite number, or for values that contradict each
            other.
    """
    for name, value in settings.items():
        entry = registry()[name]
        if entry.type != "number" or not abs(value) < float("inf"):
            raise ParameterError(
                f"{name} = {value!r} ({origin}): allowed is a finite number, of a parameter that is one"
            )
    values = {**base.values, **{name: float(value) for name, value in settings.items()}}
    if problems := contradictions(values):
        raise ParameterError(f"{problems[0]} ({origin})")
    origins = {**base.origins, **dict.fromkeys(settings, origin)}
    return Parameters(MappingProxyType(values), MappingProxyType(origins))
