"""Reading files that may be anything: what is no file is refused, and so is what no parser can follow."""

import errno
import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any


def check_readable(path: Path) -> Path:
    """A path that can be read to its end; what is missing, or a folder, is left to whoever reads it.

    Raises:
        OSError: for a pipe or device, at which a reader would wait, and a name that no file can have.
    """
    if "\0" in str(path):
        raise OSError(errno.EINVAL, "no file can have such a name", str(path))
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, "it is a pipe or a device; allowed is a file", str(path))
    return path


def content_of(path: Traversable) -> bytes:
    """The bytes of a file.

    Raises:
        OSError: when it cannot be read, or is none.
    """
    return check_readable(path).read_bytes() if isinstance(path, Path) else path.read_bytes()


def tables_of(text: str) -> dict[str, Any]:
    """The tables of a TOML text.

    Raises:
        tomllib.TOMLDecodeError: when it is none, or holds more brackets or digits than can be read.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError as error:
        raise tomllib.TOMLDecodeError("too many brackets within each other") from error
    except ValueError as error:
        raise tomllib.TOMLDecodeError("a number or date that cannot be read") from error


def read_tables(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        OSError, UnicodeDecodeError: when it cannot be read, or is no UTF-8 text.
        tomllib.TOMLDecodeError: as `tables_of`.
    """
    return tables_of(content_of(path).decode("utf-8"))
