"""Options that several commands have, with one meaning and one wording, and how what was given is read."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from experiments import horizon
from experiments.believed import NONE, SHIPPED, posterior_named, row_of
from experiments.errors import StudyError
from experiments.horizon import USUAL_START, starts_in_words
from experiments.posterior import Posterior
from model.ensemble import LONGEST_HORIZON
from model.scenarios import SHIPPED_SCENARIOS

Option = Callable[[Any], Any]


def together(*options: Option) -> Option:
    """Several options, in the order in which help lists them."""

    def with_all(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return with_all


def split(texts: Sequence[str]) -> list[str]:
    """Words given one by one, or several with commas between them."""
    return [word.strip() for text in texts for word in text.split(",") if word.strip()]


def length_of(quarters: int | None, years: float | None) -> int:
    """The horizon in quarters, however it was given.

    Raises:
        StudyError: when it was given twice, or years are no whole quarters.
    """
    if quarters is not None and years is not None:
        raise StudyError("give the horizon as --quarters or as --years, not both")
    try:
        return horizon.length_of(quarters, years)
    except StudyError as problem:
        raise StudyError(f"--{problem}") from None


def start_option() -> Option:
    """The first quarter, as `start`."""
    help_text = f"First quarter, {starts_in_words()}."
    return click.option("--start", default=USUAL_START, show_default=True, help=help_text)


def horizon_options(of: str) -> Option:
    """How long a run is, as `quarters` or `years`; `length_of` tells which."""
    quarters = click.option(
        "--quarters",
        type=int,
        help=f"Length of {of}, 1 to {LONGEST_HORIZON}. [default: {horizon.USUAL_QUARTERS}]",
    )
    years = click.option("--years", type=float, help="The same in years.")
    return together(quarters, years)


def seed_option(of: str = "Of the luck.", default: int = 1) -> Option:
    """The seed, as `seed`."""
    return click.option("--seed", default=default, show_default=True, help=of)


def replicate_option() -> Option:
    """The one history of a command, as `replicate`."""
    return click.option("--replicate", default=0, show_default=True, help="Which history of luck.")


def settings_option(where: str = "") -> Option:
    """Parameters changed by name, as `settings`; `where`, if not everywhere that the command speaks of."""
    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        help=f"Change a parameter{where}; repeatable. See `turnaround parameters`.",
    )


def scenarios_option(over: str) -> Option:
    """Scenarios by name or file, as `scenarios`."""
    return click.option(
        "--scenario",
        "scenarios",
        multiple=True,
        metavar="NAME|FILE.toml",
        help=f"Parameters laid over {over}, later ones over earlier ones; repeatable."
        f" Shipped: {', '.join(SHIPPED_SCENARIOS)} (after 2025).",
    )


def regime_option() -> Option:
    """The one regime of a command, as `regime`."""
    return click.option("--regime", default="ad_hoc", show_default=True, help="By name, or as a .toml file.")


def posterior_option(or_none: bool = True) -> Option:
    """Sets of parameters, as `posterior`: a file or a word; None for those that come with the model.

    Args:
        or_none: whether a command can do without, so that all histories have the same parameters.
    """
    words = f"{SHIPPED}|{NONE}" if or_none else SHIPPED
    alone = f"; `{NONE}` holds parameters at their defaults" if or_none else ""
    return click.option(
        "--posterior",
        metavar=f"FILE|{words}",
        help=f"Weighted sets of parameters, as `turnaround calibrate` leaves them{alone}."
        " [default: those that come with the model]",
    )


def row_option() -> Option:
    """One set of a posterior, as `row`; None for the one in the middle."""
    return click.option(
        "--posterior-row",
        "row",
        type=int,
        help="Which set: its row, from 0. [default: the one in the middle]",
    )


def one_set_option() -> Option:
    """The posterior of which a single set is wanted, as `posterior`; None for none."""
    return click.option(
        "--posterior",
        metavar=f"FILE|{SHIPPED}|{NONE}",
        help="Take parameters from a set of it; what the regime, --scenario or --set sets stands over them."
        f" [default: {NONE}]",
    )


def one_set(given: str | None, row: int | None) -> tuple[Posterior | None, int]:
    """The posterior asked for and a row of it, the middle one unless it was said which; None for neither.

    Raises:
        StudyError: for a posterior that cannot be read, a row that it does not have, or a row of none.
    """
    sets = None if given is None else posterior_named(given)
    if sets is None:
        if row is not None:
            raise StudyError(
                f"--posterior-row {row}: name the posterior too, as --posterior FILE or {SHIPPED}"
            )
        return None, 0
    return sets, sets.medoid if row is None else row_of(sets, row)


def sets_named(given: str | None) -> Posterior:
    """The sets asked for, or those that come with the model, where a command cannot do without.

    Raises:
        StudyError: when `none` was asked for, they cannot be read, or none come with the model.
    """
    found = posterior_named(SHIPPED if given is None else given)
    if found is None:
        raise StudyError(
            f"--posterior {NONE}: allowed is a file or {SHIPPED}, for what is told is how things differ"
            " between sets of parameters"
        )
    return found


def sets_options(
    sets: int, replicates: int, of_sets: str = "Sets of parameters to draw by their weights."
) -> Option:
    """How many sets and how many histories of each, as `sets` and `replicates`; both have a default."""
    return together(
        click.option("--sets", default=sets, show_default=True, help=of_sets),
        click.option(
            "--replicates", default=replicates, show_default=True, help="Histories of luck for each set."
        ),
    )


def new_folder_option(of: str, unless_said: str = "") -> Option:
    """A folder, as `out`; it has to be named, unless it is said in words which one it is otherwise."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path),
        required=not unless_said,
        metavar="FOLDER",
        help=f"For {of}." + (f" [default: {unless_said}]" if unless_said else ""),
    )


def results_folder_option(folder: Path, of: str) -> Option:
    """A folder in which a command goes on, as `out`."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        default=folder,
        show_default=True,
        metavar="FOLDER",
        help=f"Where {of} go; what is there already is not run again.",
    )


def overwrite_option(of: str) -> Option:
    """Whether what is there may be lost, as `overwrite`."""
    return click.option("--overwrite", is_flag=True, help=f"{of}.")


def workers_option(what: str) -> Option:
    """How many there are at once, as `workers`; None for one a core."""
    return click.option("--workers", type=int, help=f"{what}; changes no result. [default: one a core]")


def dry_run_option() -> Option:
    """Whether only the cost is asked for, as `dry_run`."""
    return click.option("--dry-run", is_flag=True, help="Only say what it would cost.")


def quiet_option(but: str) -> Option:
    """Whether nothing is printed but what is left, as `quiet`."""
    return click.option("--quiet", is_flag=True, help=f"Print nothing{but}.")
