"""Settings of parameters with a name, a title and a summary, kept as TOML: what regimes and scenarios are."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from model.parameters import read_toml, settings_of
from model.registry import ParameterError

EXAMPLE = "funding_shift = -0.01 under [nation]"


@dataclass(frozen=True)
class NamedSettings:
    """Settings that have a name: a regime or a scenario.

    Attributes:
        name: for commands and tables.
        title: for people.
        summary: one sentence, empty when the file gives none.
        settings: what it sets, by dotted name.
        origin: where it was read, for messages.
    """

    name: str
    title: str
    summary: str
    settings: Mapping[str, object]
    origin: str
    introduced: ClassVar[bool]
    """Whether a file must give a title and a summary."""

    @classmethod
    def read(cls, path: Path, origin: str | None = None) -> Self:
        """Read them from a TOML file; the title is the file's name where it may be left out.

        Raises:
            ParameterError: when the file cannot be read, a title or summary is missing that must be there or
                is not text, or the file sets nothing.
        """
        return cls.of(read_toml(path), path.stem, str(path), origin)

    @classmethod
    def of(cls, tables: dict[str, Any], name: str, where: str, origin: str | None = None) -> Self:
        """Make them of the tables of a TOML text; errors as for `read`.

        Args:
            tables: of the text.
            name: for commands and tables.
            where: what to call the text in a message.
            origin: what to call it when one of its values is not allowed; as `where` when None.
        """
        title, summary = tables.pop("title", None), tables.pop("summary", None)
        if not cls.introduced:
            title, summary = name if title is None else title, "" if summary is None else summary
        if not isinstance(title, str) or not isinstance(summary, str):
            raise ParameterError(f"{where}: {_missing(title, summary, tables)}, in quotes, at the top")
        settings = settings_of(tables)
        if not settings:
            raise ParameterError(f"{where}: it sets no parameter; allowed is one or more, such as {EXAMPLE}")
        return cls(name, title, summary, settings, origin or where)


def _missing(title: object, summary: object, rest: Mapping[str, Any]) -> str:
    """What a text needs that has no title or no summary, and what else stands in their place."""
    wanted = [
        f"a {what}" for what, given in (("title", title), ("summary", summary)) if not isinstance(given, str)
    ]
    strays = [key for key, value in rest.items() if not isinstance(value, Mapping)]
    instead = f" (it has {', '.join(strays)})" if strays else ""
    return f"needs {' and '.join(wanted)}{instead}"
