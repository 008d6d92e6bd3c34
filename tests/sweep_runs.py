"""Builders for tests of sweeps: small studies, what their tables hold as a hash, and sweeps in a process."""

import hashlib
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import polars as pl

SORTED_BY = {
    "runs": ("key",),
    "quarters": ("point", "regime", "replicate", "quarter"),
    "councils": ("point", "regime", "replicate", "la_code"),
}


def small_study(**changes):
    """A study of 48 runs over 4 quarters: uniform, log-uniform, triangular, whole and listed factors."""
    study = {
        "title": "Small",
        "regimes": ["ad_hoc", "trust"],
        "replicates": 3,
        "quarters": 4,
        "tables": ["runs", "quarters", "councils"],
        "design": {"kind": "sobol", "points": 8},
        "parameters": {
            "director.blame": {"low": 0.1, "high": 1.2, "distribution": "log_uniform"},
            "director.trouble": {"distribution": "triangular"},
            "arrangement.adviser.setup_quarters": {},
            "market.*": {},
            "demand.*": {},
            "regime.fallback": {"values": ["none", "adviser"]},
        },
    }
    return study | changes


def toml_of(study):
    """A study as the text of a TOML file."""

    def value(item):
        if isinstance(item, bool):
            return str(item).lower()
        if isinstance(item, str):
            return f'"{item}"'
        if isinstance(item, list):
            return "[" + ", ".join(map(value, item)) + "]"
        if isinstance(item, dict):
            return "{" + ", ".join(f'"{key}" = {value(inner)}' for key, inner in item.items()) + "}"
        return repr(item)

    return "".join(f"{key} = {value(item)}\n" for key, item in study.items())


def hash_of(frame, columns):
    """A hash of all values of a table, its rows sorted; whatever the files that it came from."""
    digest = hashlib.sha256()
    rows = frame.sort(columns)
    for column in rows.get_columns():
        digest.update(f"{column.name} {column.dtype} {len(column)}".encode())
        digest.update(column.is_null().to_numpy().tobytes())
        if column.dtype == pl.String:
            digest.update("\0".join(column.fill_null("")).encode())
        else:
            digest.update(column.fill_null(0).to_numpy().tobytes())
    return digest.hexdigest()


def contents(results):
    """Hashes of the tables of a sweep."""
    tables = {"runs": results.runs, **results.tables}
    return {name: hash_of(table.collect(), SORTED_BY[name]) for name, table in tables.items()}


def bytes_of_parts(folder):
    """The bytes of every part of every table, by place."""
    return {
        str(part.relative_to(folder)): part.read_bytes()
        for table in SORTED_BY
        for part in sorted((Path(folder) / table).glob("part-*"))
    }


def wait_for(condition, seconds=120.0):
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@contextmanager
def started(*arguments, **options):
    """The command line in a process that leads a session of its own, and does not outlive the test."""
    command = [sys.executable, "-m", "turnaround", *map(str, arguments)]
    options |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **options) as process:
        try:
            yield process
        finally:
            process.kill()


def session_of(leader):
    """Processes that live in the session of a leader, by id; those that wait to be buried do not count."""
    found = set()
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = file.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(session) == leader and state != "Z":
            found.add(int(file.parent.name))
    return found
