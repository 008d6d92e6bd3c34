"""How a specimen is harmed: its bytes, its structure where the form is known, or its place on the disk."""

import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from . import hostile
from .hostile import pick

Mutator = Callable[[bytes, Random], bytes]

# ---- Bytes


def cut(content: bytes, random: Random) -> bytes:
    """Leave out a stretch; often the end, as a full disk does."""
    start = random.randrange(len(content) + 1)
    end = len(content) if random.random() < 0.5 else random.randrange(start, len(content) + 1)
    return content[:start] + content[end:]


def flip(content: bytes, random: Random) -> bytes:
    """Change some bits."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 1, 3, 20)) if changed else 0):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def insert(content: bytes, random: Random) -> bytes:
    """Put foreign bytes in."""
    foreign = (
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xe9",
        b"\r\n",
        b"\n" * 50,
        b'"',
        b"[",
        b"=",
        random.randbytes(8),
    )
    place = random.randrange(len(content) + 1)
    return content[:place] + random.choice(foreign) + content[place:]


def double(content: bytes, random: Random) -> bytes:
    """Repeat a stretch."""
    start = random.randrange(len(content) + 1)
    end = random.randrange(start, len(content) + 1)
    return content[:end] + content[start:end] + content[end:]


def replace(content: bytes, random: Random) -> bytes:
    """Something else altogether."""
    return random.choice(
        [
            b"",
            b"\n",
            b"\0" * 100,
            b"PAR1",
            b"PAR1PAR1",
            b"{}",
            b"[]",
            b"null",
            b"<html></html>",
            random.randbytes(200),
            *(_encoded(content, name) for name in ("utf-16", "utf-32")),
        ]
    )


def _encoded(content: bytes, name: str) -> bytes:
    return content.decode("latin-1").encode(name)


BYTES: tuple[Mutator, ...] = (cut, flip, insert, double, replace)

# ---- Text in lines


def harm_toml(content: bytes, random: Random) -> bytes:
    """Change an entry of a TOML file: its value, its name or its place."""
    lines = content.decode().splitlines()
    entries = [place for place, line in enumerate(lines) if "=" in line or line.startswith("[")]
    for _ in range(random.choice((1, 1, 1, 2))):
        place = random.choice(entries)
        lines[place] = _harmed_line(lines[place], random)
    if random.random() < 0.1:
        random.shuffle(lines)
    return "\n".join(lines).encode("utf-8", "surrogatepass") + b"\n"


def _harmed_line(line: str, random: Random) -> str:
    key, equals, value = line.partition("=")
    what = random.random()
    if what < 0.6 and equals:
        return f"{key}= {_inside(value, random)}"
    if what < 0.7:
        return ""
    if what < 0.8:
        return f"{line}\n{line}"
    name = str(
        pick(
            random,
            (
                "",
                "a",
                "title",
                "regime",
                '"é"',
                '"*"',
                "design",
                "posterior",
                '"a.b"',
                '""',
                "set",
                '"\\u0000"',
            ),
        )
    )
    return f"{name} {equals}{value}" if equals else f"[{name}]"


def _inside(value: str, random: Random) -> str:
    """A hostile value, or one within a table or list that stays."""
    harm = str(pick(random, hostile.TOML))
    if "=" in value and random.random() < 0.7:
        parts = value.split("=")
        place = random.randrange(1, len(parts))
        tail = parts[place].lstrip(" 0123456789.-\"'abcdefghijklmnopqrstuvwxyz_")
        parts[place] = f" {harm} {tail}"
        return "=".join(parts)
    return harm


def harm_json(content: bytes, random: Random) -> bytes:
    """Change, drop, double or rename a value anywhere in a JSON file."""
    root = {"": json.loads(content)}
    for _ in range(random.choice((1, 1, 1, 3))):
        places = list(_places(root))
        holder, key = random.choice(places)
        what = random.random()
        if what < 0.6 or holder is root:
            holder[key] = pick(random, hostile.JSON)
        elif what < 0.8:
            del holder[key]
        elif isinstance(holder, dict):
            holder[str(pick(random, ("", "kind", "é", key + "_")))] = holder.pop(key)
        else:
            holder.append(holder[key])
    if random.random() < 0.03:
        return b"[" * 100_000
    return json.dumps(root[""]).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def harm_csv(content: bytes, random: Random) -> bytes:
    """Change cells, rows or columns of a CSV file."""
    rows = list(csv.reader(io.StringIO(content.decode())))
    place, column = random.randrange(len(rows)), random.randrange(len(rows[0]))
    what = random.random()
    if what < 0.55:
        rows[place][min(column, len(rows[place]) - 1)] = str(pick(random, hostile.CELLS))
    elif what < 0.65:
        rows.insert(place, list(random.choice(rows)))
    elif what < 0.7:
        del rows[place]
    elif what < 0.8:
        for row in rows:
            del row[column : column + 1]
    elif what < 0.9:
        harm = str(pick(random, hostile.CELLS))
        rows[1:] = [[*row[:column], harm, *row[column + 1 :]] for row in rows[1:]]
    else:
        rows[place] = rows[place][: random.randrange(len(rows[place]) + 1)]
    written = io.StringIO()
    csv.writer(written, lineterminator=random.choice(("\n", "\r\n"))).writerows(rows)
    return written.getvalue().encode("utf-8", "surrogatepass")


# ---- Parquet

KINDS = (
    pl.String,
    pl.Boolean,
    pl.Int8,
    pl.Int64,
    pl.UInt8,
    pl.Float32,
    pl.Float64,
    pl.Date,
    pl.Categorical,
    pl.Binary,
)


def harm_parquet(content: bytes, random: Random) -> bytes:
    """Change columns, types, rows or values of a Parquet table."""
    table = pl.read_parquet(io.BytesIO(content))
    table = _harmed_table(table, random)
    written = io.BytesIO()
    table.write_parquet(
        written, metadata=pl.read_parquet_metadata(io.BytesIO(content)) if random.random() < 0.5 else None
    )
    return written.getvalue()


def _harmed_table(table: pl.DataFrame, random: Random) -> pl.DataFrame:
    name = random.choice(table.columns or ["none"])
    harms: tuple[Callable[[], pl.DataFrame], ...] = (
        lambda: table.drop(name),
        lambda: table.rename(
            {name: random.choice(("", "é", "weight_", "a.b", "director.blame_", name.upper() + "2"))}
        ),
        lambda: table.with_columns(pl.col(name).cast(random.choice(KINDS), strict=False)),
        lambda: table.with_columns(pl.struct(name).alias(name)),
        lambda: table.with_columns(pl.concat_list(name).alias(name)),
        lambda: table.clear(),
        lambda: table.head(1),
        lambda: pl.concat([table, table]),
        lambda: table.reverse(),
        lambda: table.with_columns(pl.lit(None).alias(name)),
        lambda: table.with_columns(pl.lit(None, table.schema[name]).alias(name)),
        lambda: table.with_columns(
            pl.lit(random.choice((float("nan"), float("inf"), -1.0, 1e308, 0.0))).alias(name)
        ),
        lambda: table.with_columns(pl.lit(random.choice((2**62, -1, 0, 10**6))).alias(name)),
        lambda: _one_cell(table, name, random),
        lambda: table.with_columns(extra=pl.lit(1)),
        lambda: table.select(random.sample(table.columns, len(table.columns))),
    )
    try:
        return random.choice(harms)()
    except pl.exceptions.PolarsError:
        return table.drop(name)


def _one_cell(table: pl.DataFrame, name: str, random: Random) -> pl.DataFrame:
    place = random.randrange(max(1, len(table)))
    value = random.choice((None, float("nan"), -1, 10**9, "x", True))
    here = pl.int_range(pl.len()) == place
    return table.with_columns(
        pl.when(here).then(pl.lit(value).cast(table.schema[name], strict=False)).otherwise(name).alias(name)
    )


STRUCTURED: dict[str, Mutator] = {
    ".toml": harm_toml,
    ".json": harm_json,
    ".csv": harm_csv,
    ".parquet": harm_parquet,
}

# ---- Files and their places


def harm_content(path: Path, random: Random) -> str:
    """Harm what is in a file; says how."""
    structured = STRUCTURED.get(path.suffix)
    mutator = structured if structured and random.random() < 0.7 else random.choice(BYTES)
    content = path.read_bytes()
    path.write_bytes(mutator(content or b"\n", random) if content else random.choice(BYTES)(content, random))
    return f"{mutator.__name__} {path.name}"


def harm_place(path: Path, random: Random) -> str:
    """Put something else in the place of a file, or nothing; says what."""
    what = random.choice(
        ("missing", "empty", "folder", "pipe", "loop", "dangling", "nothing", "full", "socketless")
    )
    path.unlink()
    match what:
        case "empty":
            path.write_bytes(b"")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path.name)
        case "dangling":
            path.symlink_to("nowhere at all")
        case "nothing":
            path.symlink_to("/dev/null")
        case "full":
            path.mkdir()
            (path / "mine.txt").write_text("mine")
        case "socketless":
            path.write_bytes(b"PK\x03\x04")
    return f"{what} {path.name}"


def harm_folder(folder: Path, random: Random) -> str:
    """Harm one file of a folder, its subfolders included, or add one."""
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".html", ".lock")
    )
    path = random.choice(files)
    if random.random() < 0.06 and path.parent != folder:
        shutil.rmtree(path.parent)
        return f"no {path.parent.name}"
    if random.random() < 0.04:
        shutil.copy(path, path.with_name(f"copy of {path.name}"))
        return f"copy of {path.name}"
    if random.random() < 0.04 and len(files) > 1:
        path.write_bytes(random.choice(files).read_bytes())
        return f"another file as {path.name}"
    return harm_place(path, random) if random.random() < 0.2 else harm_content(path, random)
