"""Every claim under every alternative structure: whether its verdict stays.

Under a structure a claim is run as it is on the model as it is, with the structure's settings laid over both
arms; a lever in which the arms differ stays as the claim has it. Runs are kept in a folder a structure.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from experiments.calibration.outcome import POSTERIOR
from experiments.claims import find_contrasts
from experiments.claims.across import Plan, Study, complete, differences, plan
from experiments.claims.assessing import Assessment
from experiments.claims.contrast import Contrast
from experiments.claims.judging import Judged, Verdict, judge
from experiments.claims.sets import SetsOfClaim
from experiments.claims.where import find_region
from experiments.errors import StudyError
from experiments.posterior import Posterior, read_posterior
from experiments.structures.declared import Structure
from experiments.structures.refitting import Refit
from experiments.structures.study import FIT
from model.regimes import resolve

FOLDER = "structures"
WORDS = {
    "model_hash": "another version of the model",
    "structure": "another structure",
    "over": "other settings of the structure",
    "free": "other parameters free",
    "first": "another posterior of the model as it is",
    "conflicts": "other figures left out",
}
"""What a structure's own fit rests on. How many rows it had and its seed are the choice of who made it."""
OPPOSED = {"holds", "does not hold"}
LENT = 1
"""Seed of the order in which parameters of another posterior are lent."""


class BaseOnly(Study):
    """A study of claims without the further arms, strengths and groups that verdicts do not ask for."""

    def further(self, contrast: Contrast) -> dict[str, SetsOfClaim]:
        """No further arms are run."""
        return {}

    @property
    def probed(self) -> int:
        """None of the sets is run in further ways."""
        return 0


@dataclass(frozen=True, eq=False)
class Under:
    """A claim under a structure.

    Attributes:
        claim: its number.
        structure: which.
        fitted_anew: whether parameters were fitted to the record under the structure.
        judged: effect and probabilities.
        verdict: a region counted.
        region: where it holds, in words; empty for no region.
        touched: settings of the structure that reach this claim's arms, which have others of their own.
    """

    claim: str
    structure: Structure
    fitted_anew: bool
    judged: Judged
    verdict: Verdict
    region: str
    touched: tuple[str, ...]

    def stays(self, base: Verdict) -> bool:
        """Whether the verdict is that of the model as it is."""
        return self.verdict == base


def posterior_under(structure: Structure, posterior: Posterior, fits: Path | None) -> tuple[Posterior, bool]:
    """Sets of parameters for a structure, and whether they were fitted under it.

    Args:
        structure: which.
        posterior: of the model as it is; a study leaves out of it what the structure sets.
        fits: folder in which `turnaround structures` left the structures' own fits; None to use the model's.

    Raises:
        StudyError: when the folder has no fit of the structure, or one that rests on something else.
    """
    if fits is None:
        return posterior, False
    file = fits / structure.name / FIT / POSTERIOR
    if not file.is_file():
        raise StudyError(
            f"{file}: there is none; `turnaround structures --only {structure.name} --out {fits}` makes it"
        )
    found = read_posterior(file)
    wanted = Refit(posterior, resolve("ad_hoc"), 0, 0).key(structure)
    other = [
        WORDS[name]
        for name, value in json.loads(json.dumps(wanted)).items()
        if name in WORDS and found.provenance.get(name) != value
    ]
    if other:
        raise StudyError(
            f"{file}: was fitted with {' and '.join(dict.fromkeys(other))};"
            f" `turnaround structures --only {structure.name} --out {fits}` makes it anew"
        )
    return found, True


def study_under(
    structure: Structure, study: Study, posterior: Posterior, fitted_anew: bool = False
) -> BaseOnly:
    """The study of claims with a structure laid over both arms.

    What the structure sets and a claim varies by what was fitted, such as the effect of blame under a
    structure without blame, has the values of the model as it is: under the structure it was not fitted.

    Args:
        structure: which.
        study: of the model as it is.
        posterior: sets of parameters for the structure.
        fitted_anew: whether these were fitted under it.
    """
    over = structure.held if fitted_anew else dict(structure.settings)
    posterior = lent(posterior, study.posterior, _sizes_of_claims().intersection(over))
    return BaseOnly(posterior, study.sets, study.replicates, study.seed, structure.name, over)


def lent(posterior: Posterior, other: Posterior, names: Iterable[str]) -> Posterior:
    """A posterior with some parameters of another that it lacks, as whole sets, by their weights."""
    missing = [name for name in other.names if name in set(names) - set(posterior.names)]
    if not missing:
        return posterior
    count = len(posterior)
    points = (np.random.default_rng(LENT).permutation(count) + 0.5) / count
    columns = [other.names.index(name) for name in missing]
    values = np.column_stack([posterior.values, other.values[other.places_at(points)][:, columns]])
    return replace(posterior, names=(*posterior.names, *missing), values=values)


def _sizes_of_claims() -> set[str]:
    """Parameters in which the arms of some claim differ by a size that nobody chooses."""
    return {name for contrast in find_contrasts() for name in contrast.facts}


def planned_under(
    structures: Sequence[Structure],
    contrasts: Sequence[Contrast],
    study: Study,
    folder: Path,
    fits: Path | None,
) -> list[tuple[Structure, Plan]]:
    """What is there of each structure's claims, and what is to be run.

    Raises:
        StudyError: for a file that cannot be read, a missing fit, or sets that contradict a claim.
    """
    found = []
    for structure in structures:
        under = study_under(structure, study, *posterior_under(structure, study.posterior, fits))
        found.append((structure, plan(contrasts, under, folder / FOLDER / structure.name)))
    return found


def verdicts_under(
    planned: Sequence[tuple[Structure, Plan]], contrasts: Sequence[Contrast], folder: Path, fits: Path | None
) -> list[Under]:
    """The verdict of each claim under each structure, of those that were run whole."""
    found: list[Under] = []
    for structure, one in planned:
        runs = complete(contrasts, one.study, folder / FOLDER / structure.name)
        found += [
            _judged(contrast, structure, one.study, runs[contrast.claim], fits is not None)
            for contrast in contrasts
            if contrast.claim in runs
        ]
    return found


def _judged(
    contrast: Contrast, structure: Structure, study: Study, runs: pl.DataFrame, fitted_anew: bool
) -> Under:
    judged = judge(contrast, differences(runs, contrast))
    verdict: Verdict = judged.verdict
    words = ""
    if judged.effect and judged.verdict == "cannot be told":
        sets = study.of(contrast)
        values = sets.values(judged.effect.sets.tolist())
        if region := find_region(contrast, judged.effect, sets.factors, values):
            verdict, words = "holds only where", region.words
    own = tuple(name for name in structure.settings if name in contrast.arms)
    return Under(contrast.claim, structure, fitted_anew, judged, verdict, words, own)


@dataclass(frozen=True)
class Standing:
    """In how many structures a claim's verdict stays.

    Attributes:
        stays: titles of the structures in which it does.
        differs: by structure, the verdict that it has there.
        opposed: structures in which it holds where otherwise it does not, or the other way round.
    """

    stays: tuple[str, ...]
    differs: Mapping[str, Verdict]
    opposed: tuple[str, ...]

    @property
    def tried(self) -> int:
        """Structures in which the claim was tried."""
        return len(self.stays) + len(self.differs)


def standings(assessments: Sequence[Assessment], found: Sequence[Under]) -> dict[str, Standing]:
    """For each claim tried under any structure, where its verdict stays."""
    result = {}
    for one in assessments:
        own = [under for under in found if under.claim == one.contrast.claim]
        if own:
            result[one.contrast.claim] = Standing(
                tuple(under.structure.title for under in own if under.stays(one.verdict)),
                {under.structure.title: under.verdict for under in own if not under.stays(one.verdict)},
                tuple(under.structure.title for under in own if {under.verdict, one.verdict} == OPPOSED),
            )
    return result


def verdicts_table(assessments: Sequence[Assessment], found: Sequence[Under]) -> pl.DataFrame:
    """A row a claim and structure: verdict, that of the model as it is, effect and probability."""
    base = {one.contrast.claim: one for one in assessments}
    rows = []
    for under in found:
        one = base[under.claim]
        effect = under.judged.effect
        low, high = effect.of_parameters if effect else (None, None)
        rows.append(
            {
                "claim": under.claim,
                "structure": under.structure.name,
                "fitted_anew": under.fitted_anew,
                "verdict": under.verdict,
                "verdict_as_it_is": one.verdict,
                "stays": under.stays(one.verdict),
                "probability_true": under.judged.true.value,
                "probability_true_as_it_is": one.judged.true.value,
                "difference": effect.mean if effect else None,
                "low_parameters": low,
                "high_parameters": high,
                "difference_as_it_is": one.judged.effect.mean if one.judged.effect else None,
                "region": under.region or None,
                "set_by_the_claim": ", ".join(under.touched) or None,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None).fill_nan(None) if rows else pl.DataFrame()
