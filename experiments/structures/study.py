"""All structures held against the record, with parameters as they were fitted and fitted anew.

from experiments.structures.study import Study, carry_out

found = carry_out(Study(read_posterior(path), resolve("ad_hoc")), folder)
print(scoring.table_of(found))

A folder a structure: the runs, and beneath `fit` the tables and the posterior of its own fit. What is there
is not run again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.errors import check_count
from experiments.hindcast.record import recorded_figures
from experiments.hindcast.run import MOST_SEED
from experiments.posterior import Posterior
from experiments.structures.declared import AS_IT_IS, Structure
from experiments.structures.holding import Asked, hold
from experiments.structures.refitting import ROWS, Refit, Say, check_rows, kept_posterior, refit
from experiments.structures.scoring import MODES, Contribution, Mode, Record, Score, contribution, score
from model.parameters import Parameters
from model.replay import GROUP

SETS, REPLICATES, REPLAYED, SEED = 200, 1, 10, 1
LEAST_SETS, MOST_SETS = 10, 10_000
FITS, LEAST_FITS, MOST_FITS = 6, 3, 50
FIT, AGAIN = "fit", "again"
SECONDS_A_HISTORY, SECONDS_A_ROW = 0.025, 0.006
"""What a history of the record with its measures, and a row of a fit, were measured to take on one core: the
shipped fit made 220,000 rows in 650 s on two."""
SECONDS_A_FIT, SECONDS_A_START = 15.0, 6.0
"""What a fit takes beside its rows, and what workers take to begin."""


@dataclass(frozen=True, eq=False)
class Study:
    """What is asked of every structure.

    Attributes:
        posterior: of the model as it is.
        base: parameters of the regime that was in force.
        sets: how many are drawn.
        replicates: histories of luck for each.
        replayed: how many sets replay the record; 0 for none.
        rows: of the table of a fit; 0 for no fit.
        fits: how often the model as it is is fitted anew, to know how far fits of the same lie apart.
        seed: of everything.
    """

    posterior: Posterior
    base: Parameters
    sets: int = SETS
    replicates: int = REPLICATES
    replayed: int = REPLAYED
    rows: int = ROWS
    seed: int = SEED
    fits: int = FITS

    def __post_init__(self) -> None:
        """Refuse what cannot be run.

        Raises:
            StudyError: naming what was given and what is allowed.
        """
        check_count("sets", self.sets, LEAST_SETS, MOST_SETS)
        check_count("replicates", self.replicates, 1, GROUP)
        check_count("replayed", self.replayed, 0, self.sets)
        check_count("seed", self.seed, 0, MOST_SEED)
        check_count("fits", self.fits, LEAST_FITS, MOST_FITS)
        if self.rows:
            check_rows(self.rows)

    @property
    def modes(self) -> tuple[Mode, ...]:
        """With parameters as fitted, and fitted anew unless that is not asked for."""
        return MODES if self.rows else MODES[:1]

    @property
    def asked(self) -> Asked:
        """How each is held against the record."""
        return Asked(self.base, self.sets, self.replicates, self.replayed, self.seed)

    def refit_of(self, again: int = 0) -> Refit:
        """How each is fitted anew; `again`, other rows for a further fit of the same."""
        return Refit(self.posterior, self.base, self.rows, self.seed + again)

    @property
    def further(self) -> range:
        """Numbers of the further fits of the model as it is."""
        return range(1, self.fits if self.rows else 1)

    def runs(self, structures: Sequence[Structure]) -> int:
        """Histories and rows in all, those that are there already among them."""
        fits, held = len(structures) + 1 + len(self.further), len(structures) + 1
        return self.asked.runs * held + (self.asked.runs + self.rows) * fits * bool(self.rows)

    def seconds(self, structures: Sequence[Structure], workers: int) -> float:
        """About how long everything takes, were nothing there."""
        held = len(structures) + 1
        fits = (held + len(self.further)) * bool(self.rows)
        histories = self.asked.runs * SECONDS_A_HISTORY / workers + SECONDS_A_START * 2
        rows = self.rows * SECONDS_A_ROW / workers + SECONDS_A_FIT + SECONDS_A_START
        return (held + fits) * histories + fits * rows


def as_fitted(posterior: Posterior, structure: Structure) -> Posterior:
    """Sets of the model as it is, without the parameters that a structure sets."""
    return posterior.without(structure.settings)


def refitted(folder: Path, structure: Structure, asked: Refit) -> Posterior | None:
    """The posterior of a structure's own fit, if the folder of a study has it."""
    return kept_posterior(folder / structure.name / FIT, asked.key(structure))


def carry_out(
    study: Study,
    structures: Sequence[Structure],
    folder: Path,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
    say: Say = lambda text: None,
) -> list[Contribution]:
    """Hold the model as it is and some structures against the record.

    Args:
        study: what is asked of each.
        structures: submodels switched off, and alternatives.
        folder: for all that is run.
        workers: processes; as many as there are cores when None.
        progress: called with the number of histories or rows that have just been made, or were there.
        say: called with what is being done, in words.

    Returns:
        What each changes against the model as it is: a structure under each mode, one after the other; first
        the model as it is, and its further fits.

    Raises:
        StudyError: for what cannot be read, or is too few.
        Interrupted: on Ctrl-C; what had finished is kept.
    """
    record = Record.of(recorded_figures())
    found: list[Contribution] = []
    base: dict[Mode, Score] = {}
    again: dict[Mode, list[Score]] = {mode: [] for mode in study.modes}
    for structure in (AS_IT_IS, *structures):
        for mode in study.modes:
            own = _scored(structure, mode, study, record, folder, workers, progress, say)
            found.append(contribution(own, base.setdefault(mode, own), record, again[mode]))
        if structure is AS_IT_IS:
            for number in study.further:
                own = _scored(structure, "fitted anew", study, record, folder, workers, progress, say, number)
                again["fitted anew"].append(own)
                found.append(contribution(own, base["fitted anew"], record))
    return found


def _scored(
    structure: Structure,
    mode: Mode,
    study: Study,
    record: Record,
    folder: Path,
    workers: int | None,
    progress: Callable[[int], None] | None,
    say: Say,
    again: int = 0,
) -> Score:
    own = folder / structure.name / (f"{AGAIN}-{again}" if again else "")
    if mode == "as fitted":
        posterior = as_fitted(study.posterior, structure)
    else:
        say(f"{structure.title}: fitting anew")
        posterior = refit(structure, study.refit_of(again), own / FIT, workers, progress)
    say(f"{structure.title}: held against the record, {mode}")
    file = own / f"{mode.replace(' ', '_')}.parquet"
    held = hold(structure, posterior, study.asked, file, workers, progress)
    return score(structure, mode, held, record, posterior.effective_size)
