"""Whether two versions of the model are the same where both speak, and a posterior that follows if they are.

A posterior knows the rules with which it was fitted by a hash of their sources. An edit that changes no
number, of a text or of what is observed besides, makes that hash another, and yet asks for no new fit. This
runs the same histories in a revision of the repository and in this copy, each in processes of its own, and
compares the bits of every column that both have.

    python -m experiments.same main
    python -m experiments.same main --adopt

With `--adopt` the posterior that comes with the model is given the hash of the rules as they are now; its
provenance keeps the hash with which it was fitted and how sameness was shown, so that findings of the earlier
version stand as those of this one. Exit code 1 if anything
differs. That nothing differed in the histories tried is no proof that nothing ever would.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from experiments.claims import find_contrasts
from experiments.ending import FAILED_RUNS, Script
from experiments.errors import StudyError
from experiments.posterior import (
    SHIPPED_FILE,
    SHOWN_SAME,
    Posterior,
    models_shown_same,
    read_posterior,
    replace_provenance,
    rules_hash,
)
from model.compilation import model_hash
from model.parameters import Parameters, constrained_names
from model.regimes import SHIPPED, resolve
from model.registry import Value, registry

ROOT = Path(__file__).parents[1]
HISTORIES = Path(__file__).with_name("same_histories.py")
POSTERIOR = ROOT / "model/data" / SHIPPED_FILE

SEED = 5
QUARTERS = 44
SETS_OF_POSTERIOR = 4
REPLICATES = [0, 1]
ANYWHERE = 60
"""Sets of which every parameter that may stand alone lies anywhere between its bounds: rare levers are on."""

ORIGIN, QUARTERS_AFTER = 12, 8
"""From 2017Q1, when partners in practice and commissioners are on record."""

FITTED_WITH = "rules_hash_fitted"


@dataclass(frozen=True)
class Case:
    """Sets of parameters that are run alike.

    Attributes:
        name: what they are.
        sets: each a regime and settings over it, resolved anew by either version; what each is called.
        needed: whether both versions must accept all of them.
        start: quarters from 2014Q1 to the start; past before it is replayed under the first of the sets.
        quarters: to run.
        replicates: numbers of the histories.
    """

    name: str
    sets: Sequence[tuple[str, str, Mapping[str, object]]]
    needed: bool = True
    start: int = 0
    quarters: int = QUARTERS
    replicates: Sequence[int] = tuple(REPLICATES)

    def asked(self) -> dict[str, Any]:
        """What is asked of a version."""
        sets = [{"regime": regime, "settings": dict(settings)} for _, regime, settings in self.sets]
        return {
            "sets": sets,
            "seed": SEED,
            "start": self.start,
            "quarters": self.quarters,
            "replicates": list(self.replicates),
        }


def cases(posterior: Posterior) -> list[Case]:
    """What is tried: the posterior under all regimes, a replay, both points of all claims, and anything."""
    places = posterior.drawn(SETS_OF_POSTERIOR, SEED)
    believed = [
        (f"set {place} under {regime}", regime, posterior.settings(int(place)))
        for regime in SHIPPED
        for place in places
    ]
    defaults: list[tuple[str, str, Mapping[str, object]]] = [
        (f"the defaults under {regime}", regime, {}) for regime in SHIPPED
    ]
    return [
        Case("defaults", defaults),
        Case("posterior", believed),
        Case("replay", [believed[0], *defaults], start=ORIGIN, quarters=QUARTERS_AFTER),
        Case("claims", list(_points()), needed=False, replicates=REPLICATES[:1]),
        Case("anywhere", list(_anywhere()), needed=False, replicates=REPLICATES[:1]),
    ]


def _points() -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Both arms of every claim where it holds and where it fails."""
    for contrast in find_contrasts():
        base = resolve(contrast.regime)
        for trial in contrast.trials():
            if trial.name in ("holds", "fails"):
                for arm, parameters in (("without", trial.without), ("with", trial.with_)):
                    yield f"{contrast.claim}, {trial.name}, {arm}", contrast.regime, over(parameters, base)


def over(parameters: Parameters, base: Parameters) -> dict[str, object]:
    """Settings that make parameters of others."""
    return {name: _as_given(name, value) for name, value in parameters.values.items() if value != base[name]}


def _as_given(name: str, value: Value) -> Value | str:
    entry = registry()[name]
    return entry.shown(value) if entry.type == "arrangement" else value


def _anywhere() -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Every parameter that may have any value whatever the others are, drawn between its bounds."""
    generator = np.random.default_rng(SEED)
    free = [name for name in registry() if name not in constrained_names()]
    for number in range(ANYWHERE):
        regime = SHIPPED[number % len(SHIPPED)]
        points = generator.uniform(size=len(free))
        drawn = {
            name: _as_given(name, _value_at(name, point)) for name, point in zip(free, points, strict=True)
        }
        yield f"number {number} under {regime}", regime, drawn


def _value_at(name: str, point: float) -> Value:
    entry = registry()[name]
    value = entry.low + point * (entry.high - entry.low)
    return value if entry.type == "number" else round(value)


@dataclass(frozen=True)
class Compared:
    """What two versions came to.

    Attributes:
        histories: that both ran.
        columns: that both have.
        here: columns that only this copy has.
        there: columns that only the revision has.
        refused: sets of parameters that one of the two does not accept, with the reason.
        differing: the first column that differs, and where; None when none does.
    """

    histories: int
    columns: int
    here: tuple[str, ...]
    there: tuple[str, ...]
    refused: tuple[str, ...]
    differing: str | None


Came = list[list[dict[str, str] | str]]
"""By case and set: digests by column, or why it was refused."""


def compared(tried: Sequence[Case], here: Came, there: Came) -> Compared:
    """Compare what two versions came to.

    Raises:
        StudyError: when one refuses a set that both must accept, or they have no history in common.
    """
    histories = 0
    refused = []
    differing: dict[str, str] = {}
    columns: dict[str, None] = {}
    own: dict[str, None] = {}
    others: dict[str, None] = {}
    for case, ours, theirs in zip(tried, here, there, strict=True):
        for (name, _, _), first, second in zip(case.sets, ours, theirs, strict=True):
            where = f"{case.name}, {name}"
            reason = next((found for found in (first, second) if isinstance(found, str)), None)
            if isinstance(first, str) or isinstance(second, str):
                if case.needed:
                    raise StudyError(f"{where}: {reason}; without it sameness is not shown")
                refused.append(f"{where}: {reason}")
                continue
            histories += len(case.replicates)
            columns |= dict.fromkeys(column for column in first if column in second)
            own |= dict.fromkeys(column for column in first if column not in second)
            others |= dict.fromkeys(column for column in second if column not in first)
            for column, digest in first.items():
                if second.get(column, digest) != digest:
                    differing.setdefault(column, where)
    if not histories:
        raise StudyError("the two versions accept no set of parameters in common; sameness is not shown")
    first_column = next(
        (f"{column} ({differing[column]})" for column in columns if column in differing), None
    )
    return Compared(histories, len(columns), tuple(own), tuple(others), tuple(refused), first_column)


def run_in(root: Path, tried: Sequence[Case]) -> Came:
    """Run cases in the version of the model that stands in a folder.

    Raises:
        StudyError: when it cannot run them; its last words are given.
    """
    asked = json.dumps([case.asked() for case in tried])
    return list(json.loads(_python(root, str(HISTORIES), str(root), given=asked)))


@dataclass(frozen=True)
class Hashes:
    """By which a version of the model is known.

    Attributes:
        rules: without the defaults of what the posterior holds.
        model: of all sources and facts.
    """

    rules: str
    model: str


def hashes_in(root: Path, names: tuple[str, ...]) -> Hashes:
    """Hashes of the version that stands in a folder, as that version makes them."""
    code = (
        "import json, sys; from experiments.posterior import rules_hash;"
        " from model.compilation import model_hash;"
        " print(rules_hash(tuple(json.load(sys.stdin))), model_hash())"
    )
    return Hashes(*_python(root, "-c", code, given=json.dumps(names)).split())


def _python(root: Path, *arguments: str, given: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", *arguments],
        env=os.environ | {"PYTHONPATH": str(root)},
        cwd=root,
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        words = done.stderr.strip().splitlines()
        raise StudyError(f"the model in {root} cannot be run: {words[-1] if words else 'it says nothing'}")
    return done.stdout


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """A copy of a revision of the repository, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="turnaround-same-") as folder:
        root = Path(folder) / "copy"
        _git("worktree", "add", "--quiet", "--detach", str(root), revision)
        try:
            yield root
        finally:
            _git("worktree", "remove", "--force", str(root))


def commit_of(revision: str) -> str:
    """The commit that a revision names.

    Raises:
        StudyError: when it names none, or this is no clone of the repository.
    """
    return _git("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}", of=revision)


def _git(*arguments: str, of: str = "") -> str:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *arguments], capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        words = done.stderr.strip().splitlines()
        raise StudyError(words[-1] if words else f"{of!r}: no revision of the repository in {ROOT}")
    return done.stdout.strip()


def adopt(found: Compared, commit: str, theirs: Hashes, path: Path = POSTERIOR) -> bool:
    """Give the posterior that comes with the model the hash of the rules as they are now.

    Args:
        found: what the comparison came to.
        commit: with which this copy was compared.
        theirs: hashes of that commit.
        path: of the posterior.

    Returns:
        Whether there was anything to adopt.

    Raises:
        StudyError: when anything differs, or the posterior is not one of that commit.
    """
    posterior = read_posterior(path)
    known = posterior.provenance.get("rules_hash")
    ours = Hashes(rules_hash(posterior.names), model_hash())
    if found.differing:
        raise StudyError(f"the posterior is not adopted: {found.differing} differs")
    if known == ours.rules and theirs.model in models_shown_same(posterior):
        return False
    if known not in (theirs.rules, ours.rules):
        raise StudyError(
            f"{path} was fitted with other rules than those of {commit[:12]} (hash {str(known)[:12]}, theirs"
            f" {theirs.rules[:12]}): compare with the revision that it came with"
        )
    shown = {
        "with": commit,
        "rules_hash": theirs.rules,
        "model_hash": theirs.model,
        "now": ours.model,
        "histories": found.histories,
        "columns": found.columns,
        "by": "python -m experiments.same",
    }
    provenance = {
        **posterior.provenance,
        "rules_hash": ours.rules,
        FITTED_WITH: posterior.provenance.get(FITTED_WITH, known),
        SHOWN_SAME: [*posterior.provenance.get(SHOWN_SAME, []), shown],
    }
    replace_provenance(path, provenance)
    return True


def in_words(found: Compared, commit: str) -> str:
    """What was found, in sentences."""
    lines = [
        f"{found.histories} histories, {found.columns} columns that both this copy and {commit[:12]} have."
    ]
    if found.here:
        lines.append(f"Only here: {', '.join(found.here)}.")
    if found.there:
        lines.append(f"Only there: {', '.join(found.there)}.")
    if found.refused:
        lines.append(f"Left out, because one of the two refuses it: {len(found.refused)} sets.")
        lines += [f"  {reason}" for reason in found.refused]
    lines.append(
        f"They differ: {found.differing} is the first column that does."
        if found.differing
        else "The same, bit for bit."
    )
    return "\n".join(lines)


@click.command(cls=Script)
@click.argument("revision")
@click.option("--adopt", "adopting", is_flag=True, help="Have the posterior follow if nothing differs.")
def main(revision: str, adopting: bool) -> int:
    """Compare this copy of the model with that of REVISION, a commit, branch or tag, bit for bit."""
    commit = commit_of(revision)
    posterior = read_posterior(POSTERIOR)
    tried = cases(posterior)
    with checked_out(commit) as there, ThreadPoolExecutor(2) as executor:
        ours, theirs = executor.map(lambda root: run_in(root, tried), (ROOT, there))
        found = compared(tried, ours, theirs)
        hashes = hashes_in(there, posterior.names)
    print(in_words(found, commit))
    if adopting:
        done = adopt(found, commit, hashes)
        print("The posterior is adopted." if done else "The posterior knows these rules: nothing to adopt.")
    return FAILED_RUNS if found.differing else 0


if __name__ == "__main__":
    main()
