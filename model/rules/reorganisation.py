"""Councils that are split or merged: what the successors take over, and what they start without.

Stocks go where the children go, ratios are averaged by children; a successor has no judgement, no
arrangement and a director new in post. Which state is which is said where the state is declared.
"""

from collections.abc import Callable
from typing import Any

from model.agents import Council
from model.codes import Grade, Support
from model.parameters import ParameterGroup
from model.records import dotted_fields
from model.rule import rule
from model.rules.inspection import interval_to_next
from model.rules.support import NOBODY, end_arrangement
from model.rules.survival import OFF
from model.world import World


@rule
def reorganise(world: World, p: ParameterGroup) -> None:
    """On the day that boundaries change, found the successors from their predecessors and close those."""
    now = world.nation.quarter
    for change in world.changes:
        if change.quarter == now and world.councils[change.predecessor].exists == 1:
            prepare_successor(world.councils[change.successor])
    for change in world.changes:
        if change.quarter == now and world.councils[change.predecessor].exists == 1:
            successor = world.councils[change.successor]
            predecessor = world.councils[change.predecessor]
            moved = change.share * predecessor.children
            weight = moved / (successor.children + moved)
            inherit(successor, predecessor, change.share, weight)
    for change in world.changes:
        if change.quarter == now and world.councils[change.predecessor].exists == 1:
            found_council(world.councils[change.successor], world.councils[change.predecessor], world, p)
    for change in world.changes:
        if change.quarter == now and world.councils[change.predecessor].exists == 1:
            close_council(world.councils[change.predecessor], world, p)


@rule
def found_council(successor: Council, predecessor: Council, world: World, p: ParameterGroup) -> None:
    """A new council: same region, director new in post, no judgement, first inspection in an interval."""
    nation = world.nation
    successor.exists = 1
    successor.region = predecessor.region
    successor.inspection.grade = Grade.NOT_JUDGED.value
    wait = interval_to_next(successor.inspection.grade, successor.shock.inspection_interval, nation, p)
    successor.inspection.due = nation.quarter + wait
    successor.arrangement.ally = NOBODY
    successor.arrangement.paid_ally = NOBODY
    successor.arrangement.own_building = 1.0
    successor.arrangement.staff_development = 1.0
    successor.outcome.better_clock = OFF
    successor.outcome.good_clock = OFF
    successor.outcome.relapse_clock = OFF
    successor.outcome.support_clock = OFF
    successor.outcome.failure_clock = OFF


@rule
def close_council(predecessor: Council, world: World, p: ParameterGroup) -> None:
    """The old council ends, and any arrangement with it."""
    if predecessor.arrangement.kind != Support.NONE:
        end_arrangement(predecessor, world, p)
    predecessor.exists = 0


def _inheritance() -> tuple[str, str]:
    """Source of two rules, derived from how each state variable is declared to behave at a merger."""
    emptied = []
    passed_on = []
    for name, _, quantity in dotted_fields(Council):
        if quantity.at_merger == "add":
            emptied.append(f"    successor.{name} = 0.0")
            passed_on.append(f"    successor.{name} += share * predecessor.{name}")
        elif quantity.at_merger == "average":
            emptied.append(f"    successor.{name} = 0.0")
            passed_on.append(f"    successor.{name} += weight * (predecessor.{name} - successor.{name})")
    return (
        "\n".join(["def prepare_successor(successor):", *emptied]),
        "\n".join(["def inherit(successor, predecessor, share, weight):", *passed_on]),
    )


_namespace: dict[str, Any] = {}
for _source in _inheritance():
    exec(_source, _namespace)
prepare_successor: Callable[[Council], None] = rule(_namespace["prepare_successor"])
inherit: Callable[[Council, Council, float, float], None] = rule(_namespace["inherit"])
"""Stocks are added by share; averages move towards the predecessor's by its weight among children so far."""
