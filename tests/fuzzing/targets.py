"""What is read, where a valid specimen comes from, and which commands read it."""

import json
import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from pathlib import Path
from random import Random

import click
import numpy as np
import polars as pl

from experiments.posterior import Posterior, shipped_posterior, write_posterior
from model.facts import load_facts
from turnaround.cli import COMMANDS, Subcommands

from . import hostile
from .addresses import try_address, try_opened_folder
from .asking import Answer, ask, call, faults, files_up_to, left_in, without_long_work
from .hostile import pick
from .mutators import harm_content, harm_folder, harm_place

REGIME = """title = "Mine"
summary = "One of my own."
[regime]
peer_reviews = 0.1
takeover_deadline = 4
market = 1
fallback = "adviser"
[regime.takeover_mix]
own_plan = 0.0
trust = 1.0
[director]
blame = 0.5
"""
SCENARIO = """title = "Less"
summary = "Less money."
[nation]
funding_shift = -0.01
[director]
blame = 0.5
trouble = 0.2
"""
STUDY = """title = "Small"
question = "Why?"
regimes = ["ad_hoc", "trust"]
baseline = "ad_hoc"
replicates = 2
seed = 1
quarters = 2
start = "2014Q1"
scenarios = ["squeeze"]
outcomes = ["quality_end", "extra_cost"]
tables = ["runs", "quarters"]
exclude = ["director.trouble"]
[set]
"market.entry_rate" = 0.1
[design]
kind = "{kind}"
{size}
[parameters]
"director.*" = {{}}
"support.power" = {{ low = 0.1, high = 1.2, distribution = "log_uniform" }}
"regime.fallback" = {{ values = ["none", "adviser"] }}
"""
DESIGNS = {
    "sobol": "points = 8",
    "saltelli": "base = 4\nseed = 3",
    "latin_hypercube": "points = [4, 4]",
    "grid": "levels = 2",
    "morris": "trajectories = 2\nlevels = 4",
}
ON_SETS = """title = "On sets"
regimes = ["ad_hoc"]
quarters = 2
[posterior]
file = "posterior.parquet"
sets = 3
seed = 1
"""
OF_POINTS = """title = "Points"
quarters = 2
[design]
kind = "table"
file = "{file}"
"""
SWEPT = """title = "Swept"
regimes = ["ad_hoc", "trust"]
replicates = 2
quarters = 2
tables = ["runs", "quarters"]
outcomes = ["quality_end", "extra_cost"]
[design]
kind = "saltelli"
base = 8
[parameters]
"director.blame" = { low = 0.1, high = 1.2 }
"support.power" = {}
"""
ONE_QUARTER = "--quarters 1 --quiet"
CONDITION = "ad_hoc.quality_end > 46.1"


@dataclass(frozen=True)
class Target:
    """One thing that is read.

    Attributes:
        name: for the command line.
        make: writes a valid specimen into an empty folder.
        harm: harms what is in a copy of it; says how.
        asked: command lines that read it, of which each input asks one.
        files: whose names a refusal may give.
        codes: that are promised.
        work: what reads it, in the place of a command line.
        reads: whether nothing in the folder may change.
    """

    name: str
    make: Callable[[Path], None]
    harm: Callable[[Path, Random], str]
    asked: Sequence[str] = ()
    files: Sequence[str] = ()
    codes: Sequence[int] = (0, 2)
    work: Callable[[Path], object] | None = None
    reads: bool = True
    own: Callable[[Path, Random], list[str]] | None = field(default=None, repr=False)

    @property
    def commands(self) -> set[str]:
        """Subcommands that are asked."""
        return {line.split()[0] for line in self.asked}

    def trial(self, folder: Path, random: Random) -> tuple[str, list[str]]:
        """Harm the specimen in a folder, ask, and judge the answer: what was done, and what is wrong."""
        if self.own is not None:
            return self.name, self.own(folder, random)
        done = self.harm(folder, random)
        before = left_in(folder)
        words = shlex.split(random.choice(self.asked)) if self.asked else []
        answer = ask(words) if self.work is None else call(partial(self.work, folder))
        wrong = faults(answer, self.codes, [*self.files, *done.split()[1:]])
        return f"{done}; {' '.join(words)}", wrong + self.changed(folder, before, answer)

    def changed(self, folder: Path, before: Mapping[str, object], answer: Answer) -> list[str]:
        """What was left behind or altered that should not have been."""
        after = left_in(folder)
        found = [f"left behind: {path}" for path in after if path not in before and path.endswith(".part")]
        if answer.code == 2:
            found += [f"refused, and left {path}" for path in after if path.startswith("new")]
        if self.reads:
            ours = (".lock",)
            altered = [path for path in {*before, *after} if before.get(path) != after.get(path)]
            found += [
                f"altered: {path}"
                for path in sorted(altered)
                if not path.startswith("new") and Path(path).name not in ours
            ]
        return found


# ---- Specimens


def _written(**texts: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        for name, text in texts.items():
            (folder / name.replace("__", ".")).write_text(text, "utf-8")

    return make


def some_sets(folder: Path) -> None:
    """Six sets of the posterior that comes with the model."""
    shipped = shipped_posterior()
    names = slice(0, 12)
    few = Posterior(shipped.names[names], shipped.values[:6, names], np.full(6, 1 / 6), {"seed": 1})
    write_posterior(few, folder / "posterior.parquet")


def points(folder: Path) -> None:
    """A table of points as CSV and as Parquet, and a study of each."""
    table = pl.DataFrame(
        {"director.blame": [0.25, 0.75], "regime.fallback": ["none", "adviser"], "support.power": [0.5, 1.0]}
    )
    table.write_csv(folder / "points.csv")
    table.write_parquet(folder / "points.parquet")
    for kind in ("csv", "parquet"):
        (folder / f"{kind}.toml").write_text(OF_POINTS.format(file=f"points.{kind}"), "utf-8")


def facts(folder: Path) -> None:
    """The tables of facts that come with the model."""
    for file in files("model").joinpath("data").iterdir():
        if file.name.endswith(".csv"):
            (folder / file.name).write_bytes(file.read_bytes())


def _made_by(line: str) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        answer = ask([*line.split(), "--quiet"], seconds=300.0)
        assert answer.code == 0, answer.err

    return make


def swept(folder: Path) -> None:
    """A sweep of 128 runs in blocks of 32."""
    (folder / "study.toml").write_text(SWEPT, "utf-8")
    _made_by("sweep study.toml --out folder --workers 1 --block 32")(folder)


def begun(folder: Path) -> None:
    """A sweep of which a block is missing."""
    swept(folder)
    sorted(folder.glob("folder/runs/part-*"))[1].unlink()


def fitted(folder: Path) -> None:
    """What a fit leaves, with figures that are made up."""
    some_sets(folder)
    (folder / "folder").mkdir()
    posterior = folder / "posterior.parquet"
    table = pl.read_parquet(posterior).drop("weight")
    posterior.rename(folder / "folder/posterior.parquet")
    names = table.columns
    spread = pl.DataFrame(
        {
            "parameter": names,
            "unit": ["1"] * len(names),
            "prior_low": [0.0] * len(names),
            "prior_high": [1.0] * len(names),
            "default": [0.5] * len(names),
            **{f"q{q}": [0.1 + q / 200] * len(names) for q in (5, 25, 50, 75, 95)},
            "spread": [0.3] * len(names),
            "shift": [0.1] * len(names),
            "learned": [True] * (len(names) - 1) + [False],
            "coverage_50": [0.5] * len(names),
            "coverage_90": [0.9] * len(names),
            "rank_p_value": [0.5] * len(names),
        }
    )
    spread.write_csv(folder / "folder/parameters.csv")
    luck = np.random.default_rng(1).uniform(size=(40, len(names)))
    pl.DataFrame(luck, schema=names).write_parquet(folder / "folder/checks.parquet")
    notes = {
        "until": "2019Q4",
        "conflicts": [],
        "sets": 6,
        "effective_size": 6.0,
        "effective_sizes": [3.0, 6.0],
    }
    notes |= {"command": "turnaround calibrate", "rows": [1, 2], "record_hash": "r", "kept": 0.1, "seed": 1}
    notes |= {"model_hash": "m", "tolerances_hash": "t", "seconds": 60, "contradictory_sets_left_out": 0}
    (folder / "folder/calibration.json").write_text(
        json.dumps(notes | {"versions": {"python": "3"}}), "utf-8"
    )


def forecast(folder: Path) -> None:
    """A baseline's forecast of a year, and what came of it by a stranger's table."""
    _made_by("forecast --model markov --draws 8 --to 2020Q4 --out folder")(folder)
    record = load_facts().judgements.tail(4)
    rows = [f"{code},2020Q{1 + place},Good" for place, code in enumerate(record["la_code"].unique().head(4))]
    (folder / "outcomes.csv").write_text("\n".join(["la_code,quarter,grade", *rows]) + "\n", "utf-8")


def tried(folder: Path) -> None:
    """A claim tried on ten sets."""
    _made_by("claims --claim C18 --sets 10 --replicates 2 --out folder")(folder)


def everything(folder: Path) -> None:
    """What command lines may name."""
    _written(
        mine__toml=REGIME, scenario__toml=SCENARIO, study__toml=STUDY.format(kind="sobol", size="points = 8")
    )(folder)
    some_sets(folder)
    (folder / "folder.toml").mkdir()
    swept(folder)
    (folder / "outcomes.csv").write_text("la_code,quarter,grade\n202,2020Q1,Good\n", "utf-8")


def compared(folder: Path) -> None:
    """Two regimes compared on four histories."""
    _made_by("compare --regimes ad_hoc,trust --replicates 4 --quarters 4 --posterior none --out folder")(
        folder
    )


def nothing(folder: Path) -> None:
    """No specimen."""


def on_sets(folder: Path) -> None:
    """A study that rests on sets of parameters."""
    some_sets(folder)
    (folder / "study.toml").write_text(ON_SETS, "utf-8")


# ---- Harm


def _one_of(*names: str) -> Callable[[Path, Random], str]:
    def harm(folder: Path, random: Random) -> str:
        path = folder / random.choice(names)
        return harm_place(path, random) if random.random() < 0.07 else harm_content(path, random)

    return harm


def _inside(folder: Path, random: Random) -> str:
    return harm_folder(folder / "folder", random)


# ---- A disk that is full

WRITING = (
    f"run --out new.csv --agents new.parquet {ONE_QUARTER}",
    f"compare --regimes ad_hoc --replicates 2 --posterior none --workers 1 --out new {ONE_QUARTER}",
    "sweep study.toml --out new --workers 1 --quiet",
    "export folder new.csv",
    "export folder new.nc",
    "sensitivity folder --out new.html",
    "robustness folder --out new.html",
    "merge new folder",
    "forecast --model markov --draws 8 --to 2020Q4 --out new --quiet",
    f"explain --council 330 --out new.md --out new.csv {ONE_QUARTER}",
)


def try_full_disk(folder: Path, random: Random) -> list[str]:
    """Have a command write where files may have so many bytes only."""
    most, words = random.choice((0, 1, 100, 1000, 5000, 20_000)), shlex.split(random.choice(WRITING))
    with files_up_to(most):
        answer = ask(words)
    found = faults(answer, (0, 2), ())
    found += [f"left behind: {path}" for path in left_in(folder) if path.endswith(".part")]
    whole = [path for path in folder.glob("new.*") if answer.code == 2 and path.stat().st_size == most > 0]
    found += [f"half written: {path.name}" for path in whole]
    return [f"{' '.join(words)} with {most} bytes a file: {each}" for each in found]


# ---- Command lines

BASE: Mapping[str, Sequence[str]] = {
    "compare": ("--regimes", "ad_hoc,trust", "--replicates", "2", "--quarters", "1", "--posterior", "none"),
    "dashboard": ("--no-open", "--port", "0"),
    "run": ("--quarters", "1"),
    "explain": ("--council", "Birmingham", "--quarters", "1"),
    "sweep": ("study.toml",),
    "resume": ("folder",),
    "extend": ("folder", "--replicates", "2"),
    "status": ("folder",),
    "merge": ("new", "folder"),
    "export": ("folder", "new.csv"),
    "sensitivity": ("folder",),
    "discover": ("folder", "--where", CONDITION),
    "robustness": ("folder",),
    "calibrate": ("--out", "new"),
    "hindcast": ("--out", "new"),
    "structures": ("--out", "new"),
    "forecast": ("--out", "new"),
    "score": ("folder", "outcomes.csv"),
    "claims": ("--claim", "C18", "--sets", "10", "--out", "new"),
    "parameters": (),
    "regimes": (),
    "report": ("folder", "--no-pdf"),
}
"""A small sound use of each command."""


def command_line(folder: Path, random: Random) -> tuple[list[str], list[str]]:
    """A command with one or two hostile options or arguments, and the words that a refusal may name."""
    name = random.choice(list(COMMANDS))
    words = list(BASE[name])
    command = Subcommands("turnaround").get_command(click.Context(click.Group("turnaround")), name)
    assert command is not None
    options = [each for each in command.params if isinstance(each, click.Option)]
    named = [name]
    for _ in range(random.choice((1, 1, 2))):
        harm = str(pick(random, hostile.WORDS))
        arguments = [place for place, word in enumerate(words) if not word.startswith("-")]
        if random.random() < 0.25 and arguments:
            words[random.choice(arguments)] = harm
        elif options and random.random() < 0.95:
            option = random.choice(options)
            given = random.choice([*option.opts, *option.secondary_opts])
            words += [given] if option.is_flag else [given, harm]
            named.append(given)
        else:
            words += [harm]
        named.append(harm)
    (folder / "pipe").unlink(missing_ok=True)
    return [name, *words], named


def try_command_line(folder: Path, random: Random) -> list[str]:
    """Ask a hostile command line, and judge the answer."""
    words, _ = command_line(folder, random)
    with without_long_work():
        answer = ask(words)
    found = faults(answer, (0, 1, 2) if words[0] in MAY_LACK else (0, 2), ())
    found += [f"left behind: {path}" for path in left_in(folder) if path.endswith(".part")]
    shown = " ".join(repr(word if len(word) < 60 else f"{word[:20]}... of {len(word)}") for word in words)
    return [f"{shown}: {each}" for each in found]


MAY_LACK = (
    *("status", "merge", "resume", "extend", "sweep", "discover", "sensitivity", "robustness"),
    *("parameters", "score"),
)
"""Commands for which exit code 1 says that runs are missing or nothing was found."""

OF_A_SWEEP = (
    "status folder",
    "export folder new.csv",
    "sensitivity folder --out new.html",
    f"discover folder --where '{CONDITION}' --out new.html",
    "robustness folder --out new.html",
    "merge new folder",
    "report folder --no-pdf",
)
TRIED = "claims --claim C18 --sets 10 --replicates 2 --out folder --workers 1"
MARKOV = "forecast --model markov --draws 8 --to 2020Q4 --out folder --quiet"

TARGETS: Sequence[Target] = (
    Target(
        "regime",
        _written(mine__toml=REGIME),
        _one_of("mine.toml"),
        ("regimes mine.toml", f"run --regime mine.toml --out new.csv {ONE_QUARTER}"),
    ),
    Target(
        "scenario",
        _written(less__toml=SCENARIO),
        _one_of("less.toml"),
        (f"run --scenario less.toml --out new.csv {ONE_QUARTER}",),
    ),
    *(
        Target(
            f"study-{kind}",
            _written(study__toml=STUDY.format(kind=kind, size=size)),
            _one_of("study.toml"),
            ("sweep study.toml --dry-run --out new",),
        )
        for kind, size in DESIGNS.items()
    ),
    Target(
        "study-sets",
        on_sets,
        _one_of("study.toml", "posterior.parquet"),
        ("sweep study.toml --dry-run --out new",),
        ("study.toml", "posterior.parquet"),
    ),
    Target("points", points, _one_of("points.csv"), ("sweep csv.toml --dry-run",)),
    Target("points-parquet", points, _one_of("points.parquet"), ("sweep parquet.toml --dry-run",)),
    Target(
        "posterior",
        some_sets,
        _one_of("posterior.parquet"),
        (
            f"run --posterior posterior.parquet --out new.csv {ONE_QUARTER}",
            f"compare --posterior posterior.parquet --regimes ad_hoc --replicates 4 --workers 1 --no-report"
            f" --out new.csv {ONE_QUARTER}",
            f"explain --council 330 --posterior posterior.parquet {ONE_QUARTER}",
        ),
    ),
    Target("facts", facts, harm_folder, work=load_facts, files=(".csv",)),
    Target("results", compared, _inside, ("report folder --no-pdf",), ("folder",), reads=False),
    Target("sweep", swept, _inside, OF_A_SWEEP, ("folder",), codes=(0, 1, 2)),
    Target(
        "sweep-begun",
        begun,
        _inside,
        (
            "resume folder --workers 1 --quiet",
            "extend folder --replicates 3 --workers 1",
            "sweep study.toml --out folder",
        ),
        ("folder",),
        codes=(0, 1, 2),
        reads=False,
    ),
    Target("fit", fitted, _inside, ("report folder --no-pdf",), ("folder",), reads=False),
    Target("forecast", forecast, _inside, ("score folder outcomes.csv", MARKOV), ("folder",), reads=False),
    Target("outcomes", forecast, _one_of("outcomes.csv"), ("score folder outcomes.csv",)),
    Target(
        "claims",
        tried,
        _inside,
        (f"{TRIED} --dry-run", f"{TRIED} --quiet", "report folder --no-pdf"),
        ("folder",),
        reads=False,
    ),
    Target("command-line", everything, _inside, own=try_command_line),
    Target("full-disk", everything, _inside, own=try_full_disk),
    Target("address", nothing, _inside, own=try_address),
    Target("opened-folder", nothing, _inside, own=try_opened_folder),
)
"""Everything that is read."""


def target(name: str) -> Target:
    """The target of a name."""
    return next(each for each in TARGETS if each.name == name)


def copied(specimen: Path, place: Path) -> Path:
    """A copy of a specimen that may be harmed."""
    return Path(shutil.copytree(specimen, place, symlinks=True))
