"""Options that several commands have, with one meaning and one wording, and how what was given is read."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from experiments.horizon import StudyError, starts_in_words
from model.ensemble import LONGEST_HORIZON
from model.scenarios import SHIPPED_SCENARIOS

Option = Callable[[Any], Any]

QUARTERS_PER_YEAR = 4
USUAL_QUARTERS = 44


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
    if years is None:
        return USUAL_QUARTERS if quarters is None else quarters
    if years * QUARTERS_PER_YEAR % 1 != 0:
        raise StudyError(f"--years {years:g}: allowed is a number of whole quarters, such as 5 or 5.25")
    return int(years * QUARTERS_PER_YEAR)


def start_option() -> Option:
    """The first quarter, as `start`."""
    help_text = f"First quarter, {starts_in_words()}."
    return click.option("--start", default="2014Q1", show_default=True, help=help_text)


def horizon_options(of: str) -> Option:
    """How long a run is, as `quarters` or `years`; `length_of` tells which."""
    quarters = click.option(
        "--quarters",
        type=int,
        help=f"Length of {of}, 1 to {LONGEST_HORIZON}. [default: {USUAL_QUARTERS}]",
    )
    years = click.option("--years", type=float, help="The same in years.")
    return lambda command: quarters(years(command))


def seed_option(of: str = "Of the luck.", default: int = 1) -> Option:
    """The seed, as `seed`."""
    return click.option("--seed", default=default, show_default=True, help=of)


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


def posterior_file_option() -> Option:
    """A file with sets of parameters, as `posterior`; None for those that come with the model."""
    return click.option(
        "--posterior",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Weighted sets of parameters, as `turnaround calibrate` leaves them."
        " [default: those that come with the model]",
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


def workers_option(what: str) -> Option:
    """How many there are at once, as `workers`; None for one a core."""
    return click.option("--workers", type=int, help=f"{what}; changes no result. [default: one a core]")


def dry_run_option() -> Option:
    """Whether only the cost is asked for, as `dry_run`."""
    return click.option("--dry-run", is_flag=True, help="Only say what it would cost.")


def quiet_option(but: str) -> Option:
    """Whether nothing is printed but what is left, as `quiet`."""
    return click.option("--quiet", is_flag=True, help=f"Print nothing{but}.")
