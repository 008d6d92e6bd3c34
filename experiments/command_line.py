"""The command that makes the same again, as it is printed under every result."""

import shlex
from collections.abc import Iterable

Options = Iterable[tuple[str, object]]
"""Options by name; one without a value is left out, and a flag has True or False."""


def command_line(name: str, *arguments: object, options: Options = ()) -> str:
    """A command of `turnaround` with its arguments and options, quoted as a shell wants it."""
    words = ["turnaround", name, *map(str, arguments)]
    for option, value in options:
        if value is True:
            words.append(option)
        elif value is not None and value is not False:
            words += [option, str(value)]
    return shlex.join(words)
