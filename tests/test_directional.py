"""The sixty statements about which way things go, each as a pair of runs that meet the same luck.

A statement gives what differs between the two members of a pair (both values, inside the registry's bounds),
what they have in common, and what is measured. It holds when the paired 95% interval of the second's measure
less the first's lies on the side of zero that the statement says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from ensemble_helpers import Array, Disturbance, History, watch
from scipy.stats import t as student

from model.codes import Grade, PartnerKind, Support
from model.ensemble import Worlds, draw_luck
from model.facts import load_facts
from model.quarters import parse_quarter
from model.regimes import resolve

SEED = 2014
REPLICATES = 20
QUARTERS = 44
YEAR = 4
RISES, FALLS = 1, -1

Measure = Callable[[History, History], tuple[Array, Array]]
"""Of the two members of a pair: what is compared, one number a replicate each."""


# ---- What is measured --------------------------------------------------------------------------------------


def average(values: Array, chosen: Array) -> Array:
    """Mean over the council-quarters chosen, one a replicate."""
    return np.where(chosen, values, 0.0).sum(axis=(1, 2)) / chosen.sum(axis=(1, 2))


def each(measure: Callable[[History], Array]) -> Measure:
    """A measure that needs one member of the pair at a time."""
    return lambda first, second: (measure(first), measure(second))


def mean_of(quantity: str | Callable[[History], Array], begin: int = 0, end: int = QUARTERS) -> Measure:
    """Mean of a state variable over councils and the quarters from `begin` up to `end`."""
    return each(lambda history: average(read(history, quantity), existing(history) & within(begin, end)))


def read(history: History, quantity: str | Callable[[History], Array]) -> Array:
    return history[quantity] if isinstance(quantity, str) else quantity(history)


def existing(history: History) -> Array:
    return history["exists"] == 1


def within(begin: int, end: int) -> Array:
    quarter = np.arange(QUARTERS)[np.newaxis, :, np.newaxis]
    return (quarter >= begin) & (quarter < end)


def total(indicator: str, end: int = QUARTERS) -> Measure:
    """An indicator summed over the quarters up to `end`."""
    return each(lambda history: history.rows[indicator][:, :end].sum(axis=1))


def at_end_of(indicator: str, quarter: str) -> Measure:
    """An indicator in one quarter."""
    return each(lambda history: history.rows[indicator][:, parse_quarter(quarter)])


def spell(outcome: str) -> Measure:
    """An outcome that is estimated from the spells of a run."""
    return each(lambda history: history.spells[outcome])


def where(chosen: Callable[[History], Array], quantity: str | Callable[[History], Array]) -> Measure:
    """Mean of a quantity over the council-quarters that are chosen in both members of the pair."""

    def measure(first: History, second: History) -> tuple[Array, Array]:
        common = chosen(first) & chosen(second)
        return average(read(first, quantity), common), average(read(second, quantity), common)

    return measure


def after(
    happened: Callable[[History], Array], lags: range, quantity: str | Callable[[History], Array]
) -> Measure:
    """Mean of a quantity some quarters after what happened to the same council in both members."""

    def measure(first: History, second: History) -> tuple[Array, Array]:
        common = happened(first) & happened(second)
        later = np.zeros_like(common)
        for lag in lags:
            later[:, lag:] |= common[:, : QUARTERS - lag]
        later &= existing(first) & existing(second)
        return average(read(first, quantity), later), average(read(second, quantity), later)

    return measure


def becoming_inadequate(history: History) -> Array:
    before = history["inspection.previous_grade"]
    return (history["inspection.result"] == Grade.INADEQUATE) & (before != Grade.INADEQUATE)


def exit_from_inadequate(history: History) -> Array:
    result = history["inspection.result"]
    judged_better = (result > Grade.NOT_JUDGED) & (result < Grade.INADEQUATE)
    return judged_better & (history["inspection.previous_grade"] == Grade.INADEQUATE)


def judged(grade: Grade) -> Callable[[History], Array]:
    return lambda history: existing(history) & (history["inspection.grade"] == grade)


def under(kind: Support, least_age: int = 1) -> Callable[[History], Array]:
    return lambda history: (history["arrangement.kind"] == kind) & (history["arrangement.age"] >= least_age)


def ever_under(kind: Support) -> Callable[[History], Array]:
    """Councils, in the last quarter, that had been under an arrangement."""

    def chosen(history: History) -> Array:
        ever = (history["arrangement.kind"] == kind).any(axis=1, keepdims=True)
        return ever & existing(history) & within(QUARTERS - 1, QUARTERS)

    return chosen


def at_home_of(kind: PartnerKind) -> Callable[[History], Array]:
    """Councils that stand ready to help others, whether or not they are asked."""

    def chosen(history: History) -> Array:
        partners = history.first_worlds.partners
        helps = np.zeros(history["exists"].shape, bool)
        for replicate, row in enumerate(partners):
            homes = row["home"][(row["kind"] == kind) & (row["enabled"] == 1)]
            helps[replicate, :, homes] = True
        return helps & existing(history)

    return chosen


def permanent(history: History) -> Array:
    return history["workforce.newly_qualified"] + history["workforce.experienced"]


def vacancy(history: History) -> Array:
    return np.maximum(
        0.0, 1.0 - permanent(history) / np.where(existing(history), history["workforce.posts"], 1.0)
    )


def agency_share(history: History) -> Array:
    staff = permanent(history) + history["workforce.agency"]
    return history["workforce.agency"] / np.where(existing(history), staff, 1.0)


def turnover(history: History) -> Array:
    return history["workforce.leavers"] / np.where(existing(history), permanent(history), 1.0)


def gap(
    quantity: str | Callable[[History], Array],
    one: Callable[[History], Array],
    other: Callable[[History], Array],
) -> Measure:
    """How far the mean of a quantity among some council-quarters exceeds its mean among others."""
    return each(
        lambda history: (
            average(read(history, quantity), one(history)) - average(read(history, quantity), other(history))
        )
    )


def not_inadequate(history: History) -> Array:
    return existing(history) & (history["inspection.grade"] != Grade.INADEQUATE)


def first_judgement(history: History) -> Array:
    published = history["inspection.result"] > Grade.NOT_JUDGED
    return published & (published.cumsum(axis=1) == 1)


def first_judged(*grades: Grade) -> Callable[[History], Array]:
    return lambda history: first_judgement(history) & np.isin(history["inspection.result"], grades)


def deprivation_gradient(history: History) -> Array:
    """Slope of the first judgement on deprivation; judgements count from 1, the best."""
    slopes = []
    for first, result, deprivation in zip(
        first_judgement(history), history["inspection.result"], history["deprivation"], strict=True
    ):
        slopes.append(np.polyfit(deprivation[first], result[first], 1)[0])
    return np.array(slopes)


def persistence(history: History) -> Array:
    """Correlation of a judgement with the one before it, after the first."""
    again = (history["inspection.result"] > Grade.NOT_JUDGED) & ~first_judgement(history)
    again &= history["inspection.previous_grade"] > Grade.NOT_JUDGED
    return np.array(
        [
            np.corrcoef(before[chosen], result[chosen])[0, 1]
            for before, result, chosen in zip(
                history["inspection.previous_grade"], history["inspection.result"], again, strict=True
            )
        ]
    )


def outstanding_kept(history: History) -> Array:
    """Share of outstanding councils that are outstanding at the next judgement."""
    again = history["inspection.result"] > Grade.NOT_JUDGED
    again &= history["inspection.previous_grade"] == Grade.OUTSTANDING
    return average(history["inspection.result"] == Grade.OUTSTANDING, again)


def taken_less_tendered(history: History) -> Array:
    """How much better the councils are that companies take on than those for which tenders are held."""
    quality = history["practice.quality"]
    taken = history["intervention.start_kind"] == Support.PRIVATE
    return average(quality, taken) - average(quality, history["intervention.tender"] == 1)


def share_reached(history: History) -> Array:
    """Inadequate council-quarters with a helper from another council."""
    kind = history["arrangement.kind"]
    reached = (kind == Support.ALLIANCE) | (kind == Support.PARTNER_IN_PRACTICE)
    return (reached & judged(Grade.INADEQUATE)(history)).sum(axis=(1, 2))


def supported(history: History) -> Array:
    """Share of inadequate council-quarters with an arrangement, %."""
    inadequate = history.rows["inadequate"].sum(axis=1)
    return 100.0 * (1.0 - history.rows["inadequate_on_own"].sum(axis=1) / inadequate)


def support_cost(history: History) -> Array:
    """Cost of outside support to councils and department, £m."""
    names = ("providers", "partners", "setup", "peer_reviews", "by_department")
    return sum(history.rows[f"spent_{name}"].sum(axis=1) for name in names)


# ---- What is done to a run on its way ----------------------------------------------------------------------

PULSE = range(8, 16)
PULSE_SIZE = 0.15
SURGE_FADE = 6.0


def demand_pulse(worlds: Worlds, quarter: int) -> None:
    """Two years in which everywhere 15 log points more work comes in, and nothing of it afterwards."""
    carried = PULSE_SIZE if quarter - 1 in PULSE else 0.0
    wanted = PULSE_SIZE / (1.0 - 1.0 / SURGE_FADE) if quarter in PULSE else 0.0
    worlds.councils["demand"]["surge"] += wanted - carried


def london_rows() -> tuple[Array, Array]:
    regions = load_facts().councils["region9"].to_numpy()
    rows = np.flatnonzero(regions == "London")
    return rows[::2], rows[1::2]


def attractive_half(worlds: Worlds, quarter: int) -> None:
    """From the second quarter on every other council of London hires as if its labour market were better."""
    if quarter == 1:
        worlds.councils["workforce"]["labour_market"][:, london_rows()[0]] += 0.5


def other_half_of_london(history: History) -> Array:
    chosen = np.zeros(history["exists"].shape, bool)
    chosen[:, YEAR:, london_rows()[1]] = True
    return chosen


# ---- The statements ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Statement:
    """A statement about the direction of an effect.

    Attributes:
        number: in the specification.
        says: in words.
        sign: of the measure in the second member of a pair less that in the first.
        measure: what is compared.
        varied: parameter -> its values in the first and in the second member.
        held: parameters that both have in common.
        regimes: of the first and of the second.
        disturbances: what is done to the first and to the second on their way.
        net: whether each is compared with its undisturbed twin first.
    """

    number: int
    says: str
    sign: int
    measure: Measure
    varied: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    held: Mapping[str, object] = field(default_factory=dict)
    regimes: tuple[str, str] = ("ad_hoc", "ad_hoc")
    disturbances: tuple[Disturbance | None, Disturbance | None] = (None, None)
    net: bool = False


def under_regime(name: str) -> tuple[str, str]:
    return (name, name)


# fmt: off
STATEMENTS = [
    Statement(
        1, "blame shortens directors' tenure", FALLS,
        mean_of("director.tenure"), {"director.blame": (0.0, 1.0)},
    ),
    Statement(
        2, "blame brings more changes of director", RISES,
        total("director_changes"), {"director.blame": (0.0, 1.0)},
    ),
    Statement(
        3, "the shield of engaged chief executives cuts changes of director", FALLS,
        total("director_changes"), {"director.chief_executive_shield": (0.2, 1.2)},
        {"support.chief_executive_gain": 0.4}, under_regime("sector_led"),
    ),
    Statement(
        4, "engaged chief executives raise leadership", RISES,
        mean_of("practice.leadership"), {"support.chief_executive_gain": (0.0, 0.4)},
        regimes=under_regime("sector_led"),
    ),
    Statement(
        5, "fewer permanent successors lower leadership", FALLS,
        mean_of("practice.leadership"), {"director.permanent_share": (0.8, 0.4)},
    ),
    Statement(
        6, "longer bedding-in lowers leadership", FALLS,
        mean_of("practice.leadership"), {"director.bedding_in": (2.0, 8.0)},
    ),
    Statement(
        7, "blamed directors lost to the pool leave more posts to interims", RISES,
        mean_of("director.interim"), {"director.burned_share": (0.2, 0.8)},
    ),
    Statement(
        8, "capacity lost at changes of director lowers quality", FALLS,
        mean_of("practice.quality"), {"capacity.director_loss": (0.0, 0.25)},
    ),
    Statement(
        9, "a larger surge of referrals raises pressure in the year after an inadequate judgement", RISES,
        after(becoming_inadequate, range(1, 5), "workforce.pressure"),
        {"demand.inadequate_surge": (0.05, 0.25)},
    ),
    Statement(
        10, "stigma in agency cover raises the agency share a year after an inadequate judgement", RISES,
        after(becoming_inadequate, range(4, 5), agency_share), {"workforce.agency_stigma": (0.0, 1.0)},
    ),
    Statement(
        11, "stigma in recruitment raises vacancy a year after an inadequate judgement", RISES,
        after(becoming_inadequate, range(4, 5), vacancy), {"workforce.hiring_stigma": (0.0, 1.2)},
    ),
    Statement(
        12, "stigma that fades slowly leaves agency use higher in the three years after the exit", RISES,
        after(exit_from_inadequate, range(1, 13), agency_share), {"workforce.stigma_fade": (2.0, 12.0)},
    ),
    Statement(
        13, "money that follows an inadequate judgement lowers the caseload three years on", FALLS,
        after(becoming_inadequate, range(12, 13), "workforce.caseload"),
        {"budget.inadequate_uplift": (0.06, 0.13)},
    ),
    Statement(
        14, "leaving under pressure raises turnover", RISES,
        mean_of(turnover), {"workforce.leaving_pressure": (0.1, 1.2)},
    ),
    Statement(
        15, "good leadership that keeps staff widens the gap in turnover of inadequate councils", RISES,
        gap(turnover, judged(Grade.INADEQUATE), not_inadequate), {"workforce.leaving_leadership": (0.0, 1.0)},
    ),
    Statement(
        16, "worse before better: effort after an inadequate judgement raises pressure at first", RISES,
        after(becoming_inadequate, range(1, 4), "workforce.pressure"),
        {"capacity.inadequate_effort": (0.0, 1.5)},
    ),
    Statement(
        17, "and raises quality three years on, where help from outside is not strong", RISES,
        after(becoming_inadequate, range(12, 13), "practice.quality"),
        {"capacity.inadequate_effort": (0.0, 1.5)}, held={"support.power": 0.2},
    ),
    Statement(
        18, "effort that pressure squeezes out lowers capacity", FALLS,
        mean_of("capacity.improvement"), {"capacity.effort_squeeze": (0.5, 3.0)},
    ),
    Statement(
        19, "standards recover slowly: two years of more demand leave quality lower three years after", FALLS,
        mean_of("practice.quality", 28, 29), held={"demand.surge_fade": SURGE_FADE},
        disturbances=(None, demand_pulse),
    ),
    Statement(
        20, "and less so when standards recover fast", RISES,
        mean_of("practice.quality", 28, 29), {"practice.standard_recovery": (60.0, 8.0)},
        {"demand.surge_fade": SURGE_FADE}, disturbances=(demand_pulse, demand_pulse), net=True,
    ),
    Statement(
        21, "a cut of funding by a tenth over two years lowers early help", FALLS,
        mean_of("budget.early_help", 8, 16), {"nation.funding_growth_2014_2015": (0.01, -0.05)},
    ),
    Statement(
        22, "and lowers quality", FALLS,
        mean_of("practice.quality", 8, 44), {"nation.funding_growth_2014_2015": (0.01, -0.05)},
    ),
    Statement(
        23, "and raises demand, with a delay", RISES,
        mean_of("demand.workload", 16, 44), {"nation.funding_growth_2014_2015": (0.01, -0.05)},
    ),
    Statement(
        24, "deprivation worsens the first judgements of deprived councils", RISES,
        each(deprivation_gradient), {"practice.deprivation_effect": (0.0, 0.3)},
    ),
    Statement(
        25, "noisier inspection makes judgements less persistent", FALLS,
        each(persistence), {"inspection.noise": (3.0, 12.0)},
    ),
    Statement(
        26, "a higher bar makes more councils inadequate", RISES,
        total("inadequate"), {"inspection.inadequate_bar": (30.0, 40.0)},
    ),
    Statement(
        27, "more weight on leadership widens the gap in tenure between good and inadequate councils", RISES,
        gap("director.tenure", first_judged(Grade.OUTSTANDING, Grade.GOOD), first_judged(Grade.INADEQUATE)),
        {"inspection.leadership_weight": (0.1, 0.6)},
        # New directors are what leadership lacks, and nobody leaves because quality is low.
        {"director.bedding_in": 6.0, "director.bedding_in_depth": 0.9, "director.trouble": 0.0},
    ),
    Statement(
        28, "gaming makes more councils look good", RISES,
        at_end_of("good_or_better_share", "2019Q4"), {"inspection.gaming_effect": (0.0, 10.0)},
    ),
    Statement(
        29, "an easier outstanding bar gives more outstanding councils", RISES,
        at_end_of("outstanding", "2019Q4"), {"inspection.ilacs_outstanding_shift": (0.0, -9.5)},
    ),
    Statement(
        30, "whistle-blowing with emergency inspection finds more inadequate councils by 2019", RISES,
        total("new_inadequate", 24),
        {"incidents.whistleblowing": (0.0, 0.1), "inspection.emergency_chance": (0.0, 0.5)},
        held={"inspection.noise": 4.0, "inspection.inadequate_bar": 40.0, "inspection.bar_drift": 0.0},
    ),
    Statement(
        31, "serious incidents bring more changes of director", RISES,
        total("director_changes"), {"incidents.frequency": (0.01, 0.05)},
    ),
    Statement(
        32, "what the sector learns makes more councils good by 2019", RISES,
        at_end_of("good_or_better_share", "2019Q4"), {"practice.sector_learning": (0.0, 1.8)},
    ),
    Statement(
        33, "stronger help shortens the time inadequate", FALLS,
        spell("months_to_better"), {"support.power": (0.0, 0.7)},
    ),
    Statement(
        34, "without intervention councils stay inadequate longer", RISES,
        spell("months_to_better"), regimes=("ad_hoc", "no_intervention"),
    ),
    Statement(
        35, "a longer set-up of trusts lengthens the time inadequate", RISES,
        spell("months_to_better"), {"arrangement.trust.setup_quarters": (1, 12)},
        regimes=under_regime("trust"),
    ),
    Statement(
        36, "setting up trusts at a higher cost makes the programme dearer", RISES,
        each(support_cost), {"arrangement.trust.setup_cost": (0.0, 0.08)}, regimes=under_regime("trust"),
    ),
    Statement(
        37, "capacity that leaves with a private provider lowers later quality", FALLS,
        where(ever_under(Support.PRIVATE), "practice.quality"),
        {"arrangement.private.capacity_leaving": (0.0, 1.0)}, regimes=under_regime("private_provider"),
    ),
    Statement(
        38, "a profit margin weakens the capacity that a provider brings", FALLS,
        where(under(Support.PRIVATE, least_age=3), "capacity.imported"),
        {"arrangement.private.margin": (0.0, 0.2)}, regimes=under_regime("private_provider"),
    ),
    Statement(
        39, "a visible profit motive lowers public confidence", FALLS,
        where(under(Support.PRIVATE), "standing.confidence"), {"market.profit_motive": (0.0, 0.25)},
        regimes=under_regime("private_provider"),
    ),
    Statement(
        40, "shrinking money drives providers out: fewer councils are served", FALLS,
        total("arranged_private"),
        {"nation.funding_growth_2014_2015": (0.01, -0.05), "nation.funding_growth_2016_2019": (0.05, 0.0)},
        regimes=under_regime("private_provider"),
    ),
    Statement(
        41, "providers for whom difficulty is dear take the easier councils", RISES,
        each(taken_less_tendered),
        {
            "market.cost_of_failure": (0.0, 0.02),
            "market.cost_of_pressure": (0.0, 0.5),
            "market.cost_of_deprivation": (0.0, 0.1),
        },
        regimes=under_regime("private_provider"),
    ),
    Statement(
        42, "a licence leaves fewer providers and fewer councils served", FALLS,
        total("arranged_private"), {"regime.licence": (0, 1)}, regimes=under_regime("private_provider"),
    ),
    Statement(
        43, "less development of staff under a private provider lowers quality while it runs", FALLS,
        where(under(Support.PRIVATE), "practice.quality"),
        {"arrangement.private.staff_development": (1.2, 0.5)}, regimes=under_regime("private_provider"),
    ),
    Statement(
        44, "the burden of helping lowers the quality of partners in practice", FALLS,
        where(at_home_of(PartnerKind.PARTNER_IN_PRACTICE), "practice.quality"),
        {"support.helper_burden": (0.05, 0.4)}, regimes=under_regime("partners_in_practice"),
    ),
    Statement(
        45, "few partners in practice reach fewer failing councils than a broad alliance", RISES,
        each(share_reached), held={"inspection.inadequate_bar": 42.0, "inspection.bar_drift": 8.0},
        regimes=("partners_in_practice", "sector_led"),
    ),
    Statement(
        46, "peer reviews raise quality", RISES,
        mean_of("practice.quality"), {"regime.peer_reviews": (0.0, 0.2)}, regimes=under_regime("sector_led"),
    ),
    Statement(
        47, "freedoms that add effort raise the quality of outstanding councils", RISES,
        where(judged(Grade.OUTSTANDING), "practice.quality"), {"support.freedom": (0.0, 0.08)},
        regimes=under_regime("partners_in_practice"),
    ),
    Statement(
        48, "partnership saves work in councils that enjoy confidence", FALLS,
        where(lambda history: existing(history) & (history["standing.confidence"] > 0.6), "demand.workload"),
        {"demand.duplication": (0.0, 0.2)},
    ),
    Statement(
        49, "poaching: making half of London attractive raises vacancy in the other half", RISES,
        where(other_half_of_london, vacancy), held={"workforce.pool_elasticity": 1.0},
        disturbances=(None, attractive_half),
    ),
    Statement(
        50, "and less when hiring does not depend on the pool", FALLS,
        where(other_half_of_london, vacancy), {"workforce.pool_elasticity": (1.0, 0.0)},
        disturbances=(attractive_half, attractive_half), net=True,
    ),
    Statement(
        51, "money follows failure: a council judged inadequate spends more two years on", RISES,
        after(becoming_inadequate, range(8, 9), "budget.spending"),
        {"budget.inadequate_uplift": (0.06, 0.13)},
    ),
    Statement(
        52, "backfilling half of helpers' time raises the quality of alliance councils", RISES,
        where(at_home_of(PartnerKind.ALLIANCE), "practice.quality"), {"regime.backfill": (0.0, 0.5)},
        {"support.helper_burden": 0.4}, under_regime("sector_led"),
    ),
    Statement(
        53, "contracts that councils return early make for more arrangements begun", RISES,
        total("arrangements_begun"), {"market.pull_back": (0.0, 0.6)},
        {"market.pull_back_after": 4.0, "arrangement.private.contract_quarters": 24},
        under_regime("private_provider"),
    ),
    Statement(
        54, "case reviews that teach raise capacity", RISES,
        mean_of("capacity.improvement"), {"incidents.review_learning": (0.0, 0.1)},
    ),
    Statement(
        55, "a longer wait for re-inspection lengthens the time inadequate", RISES,
        spell("months_to_better"),
        {
            "inspection.interval_inadequate_sif": (10.0, 12.0),
            "inspection.interval_inadequate_ilacs": (8.0, 16.0),
        },
    ),
    Statement(
        56, "where continuity matters, agency churn costs quality", FALLS,
        mean_of("practice.quality"), {"practice.continuity_effect": (0.0, 3.0)},
        {"workforce.agency_churn": 0.3},
    ),
    Statement(
        57, "a longer clock leaves inadequate councils on their own for longer", FALLS,
        each(supported), {"regime.support_delay": (2, 8)},
    ),
    Statement(
        58, "a halo makes outstanding councils stay outstanding", RISES,
        each(outstanding_kept), {"inspection.halo": (0.0, 4.0)},
    ),
    Statement(
        59, "agency staff who move on break continuity", FALLS,
        mean_of("workforce.continuity"), {"workforce.agency_churn": (0.08, 0.3)},
    ),
    Statement(
        60, "more graduates mean less experience and lower quality at first", FALLS,
        mean_of("practice.quality", 12, 16), {"workforce.graduate_share": (0.0, 0.15)},
    ),
]
# fmt: on


class England:
    """Histories of the replicates that all statements share; those at a regime's own settings are kept."""

    def __init__(self) -> None:
        self.luck = draw_luck(SEED, range(REPLICATES), QUARTERS)
        self.kept: dict[str, History] = {}

    def history(
        self, regime: str, settings: Mapping[str, object] | None = None, disturb: Disturbance | None = None
    ) -> History:
        if settings or disturb:
            return watch(resolve(regime, settings=settings or {}), self.luck, QUARTERS, disturb)
        if regime not in self.kept:
            self.kept[regime] = watch(resolve(regime), self.luck, QUARTERS)
        return self.kept[regime]


@pytest.fixture(scope="session")
def england() -> England:
    return England()


def members(statement: Statement, england: England, disturbed: bool) -> list[History]:
    histories = []
    for member in (0, 1):
        settings = {**statement.held, **{name: values[member] for name, values in statement.varied.items()}}
        disturb = statement.disturbances[member] if disturbed else None
        histories.append(england.history(statement.regimes[member], settings, disturb))
    return histories


def paired_interval(differences: Array) -> tuple[float, float]:
    """Mean and half-width of the 95% interval of paired differences."""
    count = len(differences)
    return differences.mean(), student.ppf(0.975, count - 1) * differences.std(ddof=1) / np.sqrt(count)


@pytest.mark.parametrize(
    "statement", STATEMENTS, ids=lambda statement: f"{statement.number} {statement.says}"
)
def test_effects_have_the_direction_stated(statement, england):
    first, second = statement.measure(*members(statement, england, disturbed=True))
    if statement.net:
        first_twin, second_twin = statement.measure(*members(statement, england, disturbed=False))
        first, second = first - first_twin, second - second_twin
    differences = second - first
    assert np.isfinite(differences).all(), "some replicate has nothing to measure"
    mean, half_width = paired_interval(differences)
    assert statement.sign * mean > half_width, f"{mean:.4g} ± {half_width:.4g}, expected {statement.sign:+d}"


def test_all_statements_are_there_once():
    assert [statement.number for statement in STATEMENTS] == list(range(1, 61))
