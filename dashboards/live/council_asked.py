"""What an address asks of the page on one council, and how the same is had without it."""

from dataclasses import dataclass

from dashboards.live.address import Address, plan_of
from experiments import horizon
from experiments.believed import NONE
from experiments.command_line import command_line
from experiments.compare import Plan
from experiments.errors import StudyError
from experiments.explain.runs import council_row
from model.ensemble import LONGEST_HORIZON
from model.facts import load_facts
from model.quarters import format_quarter
from model.regimes import regime_names
from model.replay import GROUP

USUAL = ("ad_hoc", "sector_led", "trust")
USUAL_COUNCIL = "330"
"""Birmingham."""
USUAL_START, USUAL_QUARTERS, MOST_QUARTERS = "2020Q1", 24, 40
"""Of futures, which go on from the record."""
USUAL_TOLD, MOST_HISTORY = "ad_hoc", 999
USUAL_LENGTH, MOST_LENGTH = horizon.USUAL_QUARTERS, LONGEST_HORIZON
STORY = {"off": "Not told", "on": "Told"}


@dataclass(frozen=True)
class Asked:
    """What an address of this page asks for.

    Attributes:
        row: of the council in the master table.
        plan: of its futures.
        story: whether a history is told.
        told: name of the regime under which it runs.
        history: its number.
        length: in quarters from 2014Q1.
    """

    row: int
    plan: Plan
    story: bool
    told: str
    history: int
    length: int

    @property
    def code(self) -> str:
        """Of the council."""
        return str(load_facts().councils["la_code"][self.row])

    @property
    def name(self) -> str:
        """Of the council."""
        return str(load_facts().councils["name"][self.row])

    @property
    def start(self) -> str:
        """The first simulated quarter, written out."""
        return format_quarter(self.plan.study.start)

    @property
    def until(self) -> str:
        """The last simulated quarter, written out."""
        return format_quarter(self.plan.study.start + self.plan.study.quarters - 1)


def asked_of(address: Address) -> Asked:
    """What an address asks for, checked.

    Raises:
        StudyError: for what is not allowed on this page.
        ParameterError: for a regime that cannot be resolved.
    """
    row = council_row(address.text("council", USUAL_COUNCIL))
    if address.settings():
        raise StudyError(
            f"set = {next(iter(address.settings()))}: this page runs the parameters as they are; allowed is"
            " no set, and the page Compare regimes has a slider for each"
        )
    address.number("replicates", GROUP, 1, GROUP)
    address.number("quarters", USUAL_QUARTERS, 1, MOST_QUARTERS)
    plan = plan_of(
        address,
        regime_names(),
        USUAL,
        quarters=USUAL_QUARTERS,
        replicates=GROUP,
        start=USUAL_START,
        tables=("runs", "councils"),
        posterior=NONE,
    )
    if plan.study.believed:
        raise StudyError(
            "posterior = shipped: every set of it would need a replay of the record, which takes longer than"
            f" a page may; allowed is {NONE}, or use `turnaround forecast`"
        )
    return Asked(
        row,
        plan,
        address.choice("story", "off", tuple(STORY)) == "on",
        address.choice("told", USUAL_TOLD, regime_names()),
        address.number("history", 0, 0, MOST_HISTORY),
        address.number("length", USUAL_LENGTH, 1, MOST_LENGTH),
    )


def explain_command(wanted: Asked) -> str:
    """The command that tells the story."""
    options = (
        ("--council", wanted.name),
        ("--regime", wanted.told),
        ("--replicate", wanted.history),
        ("--seed", wanted.plan.study.seed),
        ("--quarters", wanted.length),
    )
    return command_line("explain", options=options)


def snippet(wanted: Asked) -> str:
    """Python that computes the same futures."""
    study = wanted.plan.study
    return "\n".join(
        (
            "from experiments.council_futures import imagine",
            "from experiments.explain.runs import council_row",
            "from model.regimes import resolve",
            "",
            f"regimes = {{name: resolve(name) for name in {list(study.sets)!r}}}",
            "standing, futures = imagine(",
            f'    regimes, resolve("ad_hoc"), seed={study.seed}, start={study.start},'
            f" quarters={study.quarters}, replicates={study.replicates}",
            ")",
            f"row = council_row({wanted.name!r})",
            "print(futures.chances(row), futures.qualities(row), futures.ends(row))",
            f"print(futures.differences(row, {wanted.plan.baseline!r}))",
            "print(standing.against_england(row))",
        )
    )
