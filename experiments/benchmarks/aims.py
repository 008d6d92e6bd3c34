"""What was aimed at, and whether it was reached."""

from statistics import median

from experiments.benchmarks.telling import Kept, duration, figures_of, short
from experiments.markdown import table

AIM_NANOSECONDS = 600.0
AIM_OVER_MESA = 100.0
AIM_SPEED_UP = 1.7
AIM_WARM = 3.0
AIM_COLD = 40.0
AIM_GROWTH = 1.1
"""What was aimed at before the engine was written, all on one core but the speed-up, which is of two."""


def not_met(kept: Kept) -> list[str]:
    """What was aimed at, as a section of the page."""
    found = verdicts(kept)
    if not found:
        return []
    rows = [(aim, wanted, taken, "yes" if met else "**no**") for aim, wanted, taken, met in found]
    lines = [
        "## What was aimed at, and what is not met",
        "",
        *table(("aim", "wanted", "found", "met"), rows),
        "",
        "Not shown by any figure here: machines with more than two cores, other systems and processors, and"
        " runs on a cluster.",
    ]
    return lines


def verdicts(kept: Kept) -> list[tuple[str, str, str, bool]]:
    """Each aim: what, what was wanted, what was found, and whether that is enough."""
    aims: list[tuple[str, str, str, bool]] = []
    by_part, objects = figures_of(kept, "by_part"), figures_of(kept, "objects")
    sizes, first = figures_of(kept, "sizes"), figures_of(kept, "first_result")
    if by_part:
        taken = by_part["all"]["median"]
        aims.append(
            (
                "nanoseconds a council-quarter, all in, one core",
                f"{AIM_NANOSECONDS:.0f} or less",
                short(taken),
                taken <= AIM_NANOSECONDS,
            )
        )
    if objects:
        taken = objects["mesa"]["over compiled"]["median"]
        aims.append(
            (
                "times faster than Mesa, one core",
                f"{AIM_OVER_MESA:.0f} or more",
                short(taken),
                taken >= AIM_OVER_MESA,
            )
        )
    if sizes:
        taken = sizes[-1]["speed-up"]["median"]
        aims.append(
            ("times faster on two threads", f"{AIM_SPEED_UP} or more", short(taken), taken >= AIM_SPEED_UP)
        )
        taken = sizes[-1]["memory"] / sizes[0]["memory"]
        aims.append(
            (
                "times the memory for"
                f" {sizes[-1]['replicates']:,} replicates, against {sizes[0]['replicates']:,}",
                f"{AIM_GROWTH} or less",
                f"{taken:.2f}",
                taken <= AIM_GROWTH,
            )
        )
    if first:
        for name, aim, wanted in (
            ("cold", "first result, nothing compiled", AIM_COLD),
            ("warm", "first result, compiled before", AIM_WARM),
        ):
            taken = first[name]["median"]
            aims.append((aim, f"{duration(wanted)} or less", duration(taken), taken <= wanted))
    for each in figures_of(kept, "dashboards") or ():
        limit, _, side = each["wanted"].partition(" or ")
        if side:
            taken = median(each["values"])
            met = taken <= float(limit) if side == "less" else taken >= float(limit)
            aims.append((each["name"], f"{each['wanted']} {each['unit']}", short(taken), met))
    return aims
