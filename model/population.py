"""Where the councils of a run start from: the facts of 2014, and the luck of what is not known of them.

Luck is drawn for every row of the fixed tables of councils, providers and partners, so that a run on a part
of the country, or one in which councils merge, meets the same luck as a run on the whole.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtri

from model.calendar import ILACS_FROM
from model.codes import Grade
from model.facts import load_facts, starting_facts
from model.quarters import LAST_RECORDED_QUARTER
from model.records import Records, record_dtype
from model.registry import registry
from model.rules.arithmetic import PERCENT
from model.rules.start_helpers import PARTNER_ROWS, PROVIDER_ROWS
from model.rules.support import NEIGHBOURS, NOBODY
from model.shocks import draw_records, uniforms
from model.world import BoundaryChange, Neighbour, Origin, PartnerOrigin, ProviderOrigin

_TAIL = 0.002
_TIE_BREAK = 1e-3


@dataclass(frozen=True)
class Origins:
    """Starting points of one replicate.

    Attributes:
        councils: facts and luck, shape (158,), dtype of `Origin`.
        providers: luck, shape (48,), dtype of `ProviderOrigin`.
        partners: luck, shape (250,), dtype of `PartnerOrigin`.
    """

    councils: Records
    providers: Records
    partners: Records


@cache
def council_facts(known_until: int = LAST_RECORDED_QUARTER) -> Records:
    """The facts of 2014 by row of the master table of councils, without luck.

    Args:
        known_until: last quarter whose publications are used; by default all of the record.

    Returns:
        Read-only structured array of shape (158,), dtype of `Origin`. A date of first inspection that is not
        published yet is not a number; without any census vacancies stand at their reference.
    """
    table = starting_facts(load_facts(), known_until)
    facts = np.zeros(len(table), record_dtype(Origin))
    facts["exists"] = table["exists_2014"].to_numpy()
    here = facts["exists"] == 1
    facts["takes_part"] = facts["exists"]
    facts["region"] = table["region"].to_numpy()
    facts["legacy_grade"] = table["legacy_grade"].to_numpy()
    facts["since_legacy"][here] = -table["legacy_grade_quarter"].to_numpy()[here]
    facts["first_inspection"][here] = table["first_inspection_quarter"].to_numpy()[here]
    for name, column, unit in (
        ("children", "children", 1.0),
        ("social_workers", "social_worker_fte", 1.0),
        ("vacancy_2015", "vacancy_2015", PERCENT),
    ):
        facts[name][here] = table[column].to_numpy()[here] / unit
    unknown = here & np.isnan(facts["vacancy_2015"])
    facts["vacancy_2015"][unknown] = registry()["start.vacancy_reference"].default
    facts["size"][here] = facts["children"][here] / facts["children"][here].mean()
    idaci = table["idaci"].to_numpy()[here]
    facts["deprivation"][here] = (idaci - idaci.mean()) / idaci.std()
    facts.flags.writeable = False
    return facts


@cache
def boundary_changes() -> Records:
    """Parts of old councils that become parts of new ones.

    Returns:
        Read-only structured array, dtype of `BoundaryChange`, in the order in which they take effect.
    """
    facts = load_facts()
    row = {code: i for i, code in enumerate(facts.councils["la_code"])}
    table = facts.boundary_changes
    changes = np.zeros(len(table), record_dtype(BoundaryChange))
    for i, change in enumerate(table.iter_rows(named=True)):
        changes[i] = (
            change["effective_quarter"],
            row[change["predecessor_la_code"]],
            row[change["successor_la_code"]],
            change["share_of_children"],
        )
    changes = changes[np.argsort(changes["quarter"], kind="stable")]
    changes.flags.writeable = False
    return changes


@cache
def neighbours() -> Records:
    """The statistical neighbours of each council, the nearest first: those who know its kind of work best.

    A council founded later is followed by those it was founded from, and an abolished one has the list of
    its largest successor, so that a list can be read in any quarter by passing over who does not exist.

    Returns:
        Read-only structured array, shape (158 x `NEIGHBOURS`,), dtype of `Neighbour`.
    """
    facts = load_facts()
    codes = facts.councils["la_code"].to_list()
    changes = facts.boundary_changes.sort("share_of_children", descending=True)
    founded_from: dict[int, list[int]] = {}
    largest_successor: dict[int, int] = {}
    for before, after in changes.select("predecessor_la_code", "successor_la_code").iter_rows():
        founded_from.setdefault(after, []).append(before)
        largest_successor.setdefault(before, after)
    lists: dict[int, list[int]] = {}
    table = facts.statistical_neighbours.sort("la_code", "rank")
    for code, neighbour in table.select("la_code", "neighbour_la_code").iter_rows():
        lists.setdefault(code, []).extend([neighbour, *founded_from.get(neighbour, [])])
    row = {code: i for i, code in enumerate(codes)}
    records = np.full((len(codes), NEIGHBOURS), NOBODY, record_dtype(Neighbour))
    for code in codes:
        known = lists.get(code) or lists[largest_successor[code]]
        rows = [row[neighbour] for neighbour in known if neighbour != code]
        records["row"][row[code], : len(rows)] = rows
    flat = records.reshape(-1)
    flat.flags.writeable = False
    return flat


def draw_origins(
    seed: int,
    replicate: int,
    rows: Collection[int] | None = None,
    known_until: int = LAST_RECORDED_QUARTER,
) -> Origins:
    """Starting points of a replicate.

    Args:
        seed: of the study.
        replicate: number of the replicate.
        rows: rows of the master table of councils that take part; all when None.
        known_until: last quarter whose publications are used; what came later is drawn.

    Returns:
        Facts joined with luck for councils, and luck for providers and partners.
    """
    facts = council_facts(known_until)
    councils = draw_records(Origin, "start.", seed, replicate, facts.shape)
    for name in _FACTS:
        councils[name] = facts[name]
    if rows is not None:
        councils["takes_part"] = facts["exists"] * np.isin(np.arange(len(facts)), list(rows))
    if known_until < LAST_RECORDED_QUARTER:
        draw_first_inspections(
            councils, uniforms(seed, replicate, "start.first_inspection", len(facts)), known_until
        )
    place_scores(
        councils,
        uniforms(seed, replicate, "start.legacy_score", len(facts)),
        uniforms(seed, replicate, "start.schedule_score", len(facts)),
    )
    return Origins(
        councils,
        draw_records(ProviderOrigin, "provider.", seed, replicate, (PROVIDER_ROWS,)),
        draw_records(PartnerOrigin, "partner.", seed, replicate, (PARTNER_ROWS,)),
    )


_FACTS = [
    "exists",
    "takes_part",
    "region",
    "legacy_grade",
    "since_legacy",
    "first_inspection",
    "children",
    "size",
    "deprivation",
    "social_workers",
    "vacancy_2015",
]


def draw_first_inspections(councils: Records, luck: Records, known_until: int) -> None:
    """Draw the dates of first inspections that are not published yet, in place.

    Every council was to be judged once before ILACS took the place of SIF, so that those still waiting are
    spread evenly over the quarters that are left.

    Args:
        councils: origins; a date that is unknown is not a number.
        luck: uniforms, one a council.
        known_until: last quarter whose publications are known.
    """
    waiting = (councils["exists"] == 1) & np.isnan(councils["first_inspection"])
    left = max(ILACS_FROM - 1 - known_until, 1)
    councils["first_inspection"][waiting] = known_until + 1 + np.floor(left * luck[waiting])


def place_scores(councils: Records, within_band: Records, tie_break: Records) -> None:
    """Turn the old judgement and the date of the first inspection into normal scores, in place.

    The old judgement says in which band of a standard normal the score lies, luck says where in it. Dates
    become ranks, ties broken by luck, and ranks become normal scores.

    Args:
        councils: origins, of which `legacy_score` and `schedule_score` are set.
        within_band: uniforms, one a council.
        tie_break: uniforms, one a council.
    """
    here = councils["exists"] == 1
    grades = councils["legacy_grade"][here]
    worst_first = [Grade.INADEQUATE, Grade.REQUIRES_IMPROVEMENT, Grade.GOOD, Grade.OUTSTANDING]
    edges = np.concatenate([[0.0], np.cumsum([(grades == grade).mean() for grade in worst_first])])
    edges[-1] = 1.0
    band = Grade.INADEQUATE - grades
    share = edges[band] + (edges[band + 1] - edges[band]) * within_band[here]
    councils["legacy_score"][here] = ndtri(np.clip(share, _TAIL, 1.0 - _TAIL))
    dates = councils["first_inspection"][here] + _TIE_BREAK * tie_break[here]
    ranks = np.argsort(np.argsort(dates))
    councils["schedule_score"][here] = ndtri((ranks + 0.5) / len(dates))
