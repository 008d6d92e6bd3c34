"""What the repository keeps of the model's own making, made again by one command: `make stored`.

Tables, measurements, answers and printed numbers follow from the rules and from the defaults, and are stale
once one of these changes. Run as `python -m experiments.stored`; what is not stale is left as it is. With
`--check` nothing is written, and the exit code is 1 if anything is stale; with `--all` everything is made.

What takes minutes to make is not made to see whether it is stale. In its place a few runs of the same kind
are made, a *probe*, and held against what the probe was when the file was made, by hashes that
`experiments/stored.csv` keeps.

Not made here, because it is a guard or a record: the prototype's run and values (`tests/data/prototype.*`),
the indicators of before the levers (`tests/data/before_the_levers.npz`), tolerances and published figures of
the hindcast, the posterior, forecasts, and tables of speed.
"""

import argparse
import contextlib
import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments import document, responses, variance
from experiments.claims import find_contrasts
from experiments.claims.measuring import REPLICATES, SEED, measure
from experiments.claims.record import MEASURED, rows_of, write
from experiments.ending import NOT_ALLOWED
from experiments.studies import NAMES
from experiments.studies.__main__ import EXPECTED, study_called
from experiments.writing import write_text

ROOT = Path(__file__).parents[1]
HASHES = Path(__file__).with_name("stored.csv")
COLUMNS = ("stored", "probe", "files")
README = ROOT / "README.md"
PICTURE = ROOT / "docs/differences.svg"
DEPARTURES = ROOT / "docs/tables/departures.md"

STALE = 1
Texts = dict[Path, str]


@dataclass(frozen=True)
class Stored:
    """Something that is kept.

    Attributes:
        name: what it is.
        make: makes the texts of its files, and writes none.
        files: of which there is a probe; the others are made to be compared.
        probe: what the files follow from, as far as a few runs show it.
    """

    name: str
    make: Callable[[], Texts]
    files: Sequence[Path] = ()
    probe: Callable[[], str] | None = None


# ---- What is made, and of what


def claims_measured() -> Texts:
    """What was measured of all claims."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / MEASURED.name
        write(measure(find_contrasts(), REPLICATES, SEED), REPLICATES, SEED, file)
        return {MEASURED: file.read_text("utf-8")}


def claims_probe() -> str:
    """Two histories of every trial of every claim."""
    rows = rows_of(measure(find_contrasts(), 2, SEED), REPLICATES, SEED)
    return "\n".join(",".join(value for name, value in row.items() if name != "model_hash") for row in rows)


def variance_probe() -> str:
    """Two histories of every design."""
    numbers = [f"{value:.6g}" for outcome in variance.a_few() for value in outcome.flat]
    return "\n".join([str(variance.REPLICATES), *numbers])


def departures(*arguments: str) -> str:
    """What `tests/measure_departures.py` prints: the prototype's versions of the rules stand in the tests."""
    return subprocess.run(
        [sys.executable, str(ROOT / "tests/measure_departures.py"), *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    ).stdout


def answers() -> Texts:
    """What the studies of the field answer at their small size."""
    return {EXPECTED / f"{name}.csv": study_called(name).small_answer().write_csv() for name in NAMES}


def documents() -> Texts:
    """The pages that are made from the code."""
    return {document.DOCS / name: make() for name, make in document.PAGES.items()}


def responses_measured() -> Texts:
    """How each submodel's main parameter moves its outcome."""
    return {responses.TABLE: responses.as_csv(responses.measure())}


def responses_probe() -> str:
    """Two histories at the bounds and the default of every submodel's parameter."""
    return f"{responses.REPLICATES} {responses.POINTS}\n{responses.as_csv(responses.measure(2, 2))}"


def pictures() -> Texts:
    """The pictures of the responses: drawn by what draws all charts, on which nothing here may rest."""
    drawn = subprocess.run(
        [sys.executable, "-m", "dashboards.response_figures"],
        cwd=ROOT,
        input=responses.TABLE.read_text("utf-8"),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    ).stdout
    return {responses.TABLE.with_name(f"{name}.svg"): picture for name, picture in json.loads(drawn).items()}


def picture() -> Texts:
    """The picture of the README. A process draws it, because experiments know nothing of drawings."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / PICTURE.name
        subprocess.run(
            [sys.executable, "-m", "dashboards.picture", "--out", str(file)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            check=True,
        )
        return {PICTURE: file.read_text("utf-8")}


_PYTHON = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
_FEWER = re.compile(
    r"needs some \d+ times fewer than with independent seeds, and \d+ times fewer than with the same seed"
)


def readme(text: str) -> str:
    """The README with what its Python prints, and with what common random numbers save."""
    code, _ = _only(_PYTHON, text, "README.md").groups()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    text = _PYTHON.sub(lambda _: f"```python\n{code}```\n\n```text\n{printed.getvalue()}```", text)
    one_stream, independent = variance.times_saved()
    _only(_FEWER, text, "README.md")
    return _FEWER.sub(
        f"needs some {independent} times fewer than with independent seeds,"
        f" and {one_stream} times fewer than with the same seed",
        text,
    )


def _only(pattern: re.Pattern[str], text: str, where: str) -> re.Match[str]:
    found = list(pattern.finditer(text))
    if len(found) != 1:
        raise ValueError(f"{where} has {len(found)} passages of the form {pattern.pattern!r}; allowed is one")
    return found[0]


ALL = (
    Stored("what was measured of the claims", claims_measured, [MEASURED], claims_probe),
    Stored(
        "what departures from the prototype do",
        lambda: {DEPARTURES: departures()},
        [DEPARTURES],
        lambda: departures("--probe"),
    ),
    Stored(
        "what common random numbers save",
        lambda: {variance.PAGE: variance.variance_page()},
        [variance.PAGE],
        variance_probe,
    ),
    Stored("answers of the studies", answers),
    Stored(
        "responses of the submodels",
        responses_measured,
        [responses.TABLE],
        responses_probe,
    ),
    Stored("pictures of the responses", pictures),
    Stored("pages made from the code", documents),
    Stored("picture of the README", picture),
    Stored("numbers of the README", lambda: {README: readme(README.read_text("utf-8"))}),
)
"""In this order: pages show what was measured, and the README quotes what is saved."""


# ---- Whether it is stale, and making it


def stale_files(stored: Stored, kept: Mapping[str, Mapping[str, str]]) -> tuple[Texts, list[Path]]:
    """The files that are not what they would be, after the texts that had to be made to see it."""
    if stored.probe is None:
        texts = stored.make()
        return texts, [file for file, text in texts.items() if _read(file) != text]
    before = kept.get(stored.name)
    now = {"probe": _hash(stored.probe()), "files": _hash(*map(_read, stored.files))}
    as_it_was = before is not None and all(before[name] == value for name, value in now.items())
    return {}, [] if as_it_was else list(stored.files)


def make_again(stored: Stored, texts: Texts, hashes: Path) -> None:
    """Write the files of something, made already or not, and keep the hash of its probe."""
    texts = texts or stored.make()
    for file, text in texts.items():
        if _read(file) != text:
            write_text(file, text)
    if stored.probe is not None:
        row = {"probe": _hash(stored.probe()), "files": _hash(*texts.values())}
        keep(hashes, {**read_hashes(hashes), stored.name: row})


def read_hashes(file: Path) -> dict[str, dict[str, str]]:
    """The hashes kept, by what they are of; none where there is no file yet."""
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["stored"]: row for row in csv.DictReader(lines)}


def keep(file: Path, rows: Mapping[str, Mapping[str, str]]) -> None:
    """Keep hashes."""
    lines = [",".join(COLUMNS)]
    lines += [f"{name},{row['probe']},{row['files']}" for name, row in sorted(rows.items())]
    write_text(file, "\n".join(lines) + "\n")


def _read(file: Path) -> str:
    return file.read_text("utf-8") if file.is_file() else ""


def _hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def main(arguments: Sequence[str], everything: Sequence[Stored] = ALL, hashes: Path = HASHES) -> int:
    """Make what is stale, or say what is."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.stored", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit code 1 if anything is stale"
    )
    parser.add_argument("--all", action="store_true", help="make everything, stale or not")
    chosen = parser.parse_args(arguments)
    if not (ROOT / "Makefile").is_file():
        sys.stderr.write(f"Error: {ROOT} is no copy of the repository, which alone keeps what this makes.\n")
        return NOT_ALLOWED
    any_stale = False
    for stored in everything:
        began = time.perf_counter()
        texts, stale = stale_files(stored, read_hashes(hashes))
        any_stale |= bool(stale)
        if (stale or chosen.all) and not chosen.check:
            make_again(stored, texts, hashes)
            said = f"made in {time.perf_counter() - began:.0f} s"
        else:
            said = f"stale: {', '.join(file.name for file in stale)}" if stale else "as it was"
        print(f"{stored.name}: {said}", flush=True)
    if chosen.check and any_stale:
        sys.stderr.write("Run `make stored`.\n")
    return STALE if chosen.check and any_stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
