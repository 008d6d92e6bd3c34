"""Compiling entries, and keeping what was compiled where an edit can never leave it stale.

Compiled code is cached in a folder named by a hash of everything it depends on: the sources of the model and
its extensions, the compiler and its libraries, Python, the processor. Where no folder can be written, code
is compiled anew in every process.
"""

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import llvmlite  # type: ignore[import-untyped]
import llvmlite.binding  # type: ignore[import-untyped]
import numba
import numpy as np
import platformdirs

CACHE_VARIABLE = "TURNAROUND_CACHE"
"""Environment variable that names another folder for compiled code."""


@cache
def model_hash() -> str:
    """A hash of everything on which results depend: sources and data of the model, and extensions."""
    from model.extensions import extensions_hash

    digest = hashlib.sha256()
    for path, content in model_sources():
        digest.update(path.encode() + b"\0" + content + b"\0")
    digest.update(extensions_hash().encode())
    return digest.hexdigest()


def model_sources() -> list[tuple[str, bytes]]:
    """Sources and data of the model: path within it and content, in the order of paths."""
    return _sources(files("model"), "")


def _sources(folder: Any, prefix: str) -> list[tuple[str, bytes]]:
    found = []
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir() and item.name != "__pycache__":
            found += _sources(item, f"{prefix}{item.name}/")
        elif item.name.endswith((".py", ".toml", ".csv")):
            found.append((prefix + item.name, item.read_bytes()))
    return found


@cache
def machine_hash() -> str:
    """A hash of what compiles and what it compiles for."""
    parts = (
        numba.__version__,
        llvmlite.__version__,
        np.__version__,
        sys.version,
        platform.machine(),
        llvmlite.binding.get_host_cpu_name(),
        str(sorted(item for item in os.environ.items() if item[0].startswith("NUMBA_"))),
        str(sorted(llvmlite.binding.get_host_cpu_features().items())),
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def cache_folder() -> Path | None:
    """Where compiled code is kept, or None where nothing can be written."""
    named = os.environ.get(CACHE_VARIABLE)
    key = hashlib.sha256((model_hash() + machine_hash()).encode()).hexdigest()[:16]
    choices = (
        [Path(named)]
        if named
        else [
            Path(platformdirs.user_cache_dir("turnaround", appauthor=False)),
            Path(tempfile.gettempdir()) / f"turnaround-{os.getuid() if hasattr(os, 'getuid') else 'user'}",
        ]
    )
    for choice in choices:
        folder = choice / "compiled" / key
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def compiled(function: Callable[..., Any]) -> Any:
    """Compile a function for records, without the interpreter's lock, with Python's arithmetic."""
    folder = cache_folder()
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
    if folder is None:
        return numba.njit(function, **options)
    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        return numba.njit(function, cache=True, **options)
    finally:
        config.CACHE_DIR = before
