"""What the address of a page asks for.

The query of an address holds the whole state of a page, so that a link is a scenario. It is written by the
page's controls, but anybody can write one by hand: whatever is not allowed is refused with what was given and
what is allowed, never put right in silence.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from experiments.believed import NONE, SHIPPED
from experiments.compare import Plan, plan_comparison
from experiments.comparison import PRECISION
from experiments.errors import StudyError, check_count
from experiments.horizon import USUAL_QUARTERS, USUAL_START
from model.ensemble import LONGEST_HORIZON
from model.parameters import parse_settings

LONGEST = 8000
"""Characters of a query that are read."""
MOST_FIELDS = 400
MOST_REPLICATES = 1000
MOST_RUN_QUARTERS = 400_000
"""Regimes x replicates x quarters that one view may ask for: what bounds the work of one visitor."""
MOST_SEED = 2**53 - 1
"""The largest whole number that a browser keeps whole."""
USUAL_HISTORIES = 200

_WHOLE_NUMBER = re.compile(r"\d{1,18}")


@dataclass(frozen=True)
class Address:
    """The query of an address, field by field.

    Attributes:
        fields: the texts given for each key, in order.
        known: keys that somebody has asked for, given or not.
    """

    fields: Mapping[str, Sequence[str]]
    known: set[str] = field(default_factory=set, compare=False, repr=False)

    @classmethod
    def read(cls, search: str) -> "Address":
        """Take a query apart, with or without its question mark.

        Raises:
            StudyError: when it is too long, or no query.
        """
        text = search.removeprefix("?")
        if len(text) > LONGEST:
            raise StudyError(f"the address has {len(text):,} characters after its ?; allowed are {LONGEST:,}")
        try:
            return cls(parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
        except ValueError as problem:
            raise StudyError(f"the address cannot be read: {problem}") from problem

    @property
    def query(self) -> str:
        """The query written out again."""
        return urlencode(self.fields, doseq=True, safe=",=")

    def without(self, key: str) -> "Address":
        """The address without what it says for a key."""
        return Address({name: given for name, given in self.fields.items() if name != key}, self.known)

    def check_known(self) -> None:
        """See that every key given is one that the page has asked for.

        Raises:
            StudyError: when nobody has asked for one.
        """
        strange = [key for key in self.fields if key not in self.known]
        if strange:
            raise StudyError(
                f"this page knows nothing of {', '.join(map(repr, strange))};"
                f" allowed are {', '.join(sorted(self.known))}"
            )

    def texts(self, key: str) -> Sequence[str]:
        """All texts given for a key."""
        self.known.add(key)
        return self.fields.get(key, [])

    def text(self, key: str, default: str) -> str:
        """The text given for a key.

        Raises:
            StudyError: when it is given more than once.
        """
        given = self.texts(key) or [default]
        if len(given) > 1:
            raise StudyError(f"{key} is given {len(given)} times in the address; allowed is once")
        return given[0]

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """The whole number given for a key.

        Raises:
            StudyError: when it is none, or outside its bounds.
        """
        given = self.text(key, str(default))
        if not _WHOLE_NUMBER.fullmatch(given):
            raise StudyError(f"{key} = {given!r}: allowed is a whole number from {least:,} to {most:,}")
        return check_count(key, int(given), least, most)

    def choice(self, key: str, default: str, allowed: Sequence[str]) -> str:
        """The one of some words given for a key.

        Raises:
            StudyError: when it is none of them.
        """
        given = self.text(key, default)
        if given not in allowed:
            raise StudyError(f"{key} = {given!r}: allowed is one of {', '.join(allowed)}")
        return given

    def choices(self, key: str, default: Sequence[str], allowed: Sequence[str]) -> tuple[str, ...]:
        """The words given for a key, parted by commas, each once.

        Raises:
            StudyError: when one is not allowed, or given twice.
        """
        given = self.text(key, ",".join(default)).split(",")
        for word in given:
            if word not in allowed:
                named = f"names {word!r}" if word else "names none"
                raise StudyError(f"{key} {named}: allowed are {', '.join(allowed)}")
        if len(set(given)) < len(given):
            raise StudyError(f"{key} = {','.join(given)!r}: allowed is each once")
        return tuple(given)

    def settings(self) -> dict[str, object]:
        """Values of parameters set by hand, given as `set=name=value` each.

        Raises:
            ParameterError: when one has no such form, or two set the same parameter.
        """
        return parse_settings(self.texts("set"))


def plan_of(address: Address, regimes: Sequence[str], default: Sequence[str], **usual: Any) -> Plan:
    """The comparison that an address asks for, checked.

    Args:
        address: of the page.
        regimes: names of those that may be asked for.
        default: names of those that are compared when the address names none.
        usual: what else differs from the usual: `quarters`, `replicates`, `start`, `tables`, `posterior`.

    Raises:
        StudyError: for what is not allowed of the study, or too much for a page.
        ParameterError: for settings that are unknown, not allowed or contradictory.
    """
    chosen = address.choices("regimes", default, regimes)
    baseline = address.choice("baseline", "ad_hoc" if "ad_hoc" in chosen else chosen[0], chosen)
    quarters = address.number("quarters", usual.get("quarters", USUAL_QUARTERS), 1, LONGEST_HORIZON)
    replicates = address.number("replicates", usual.get("replicates", USUAL_HISTORIES), 1, MOST_REPLICATES)
    asked = len(chosen) * quarters * replicates
    if asked > MOST_RUN_QUARTERS:
        raise StudyError(
            f"{len(chosen)} regimes x {replicates} histories x {quarters} quarters are {asked:,} quarters to"
            f" run; a page runs at most {MOST_RUN_QUARTERS:,}: ask for fewer, or use `turnaround compare`"
        )
    return plan_comparison(
        chosen,
        baseline,
        address.text("start", usual.get("start", USUAL_START)),
        quarters,
        replicates,
        address.number("seed", 1, 0, MOST_SEED),
        address.settings(),
        tables=usual.get("tables", ("runs", "quarters", "councils")),
        precision=PRECISION,
        posterior=address.choice("posterior", usual.get("posterior", SHIPPED), (SHIPPED, NONE)),
    )
