"""What is changed in a rule: those of Cosmic Ray's operators that can be mistakes here, and three more.

Left out are replacements that no test could miss, because numbers here are floats (shifts, bits), or that
nobody could make by mistake (`is` for `==`): they would only flatter the score. Codes and flags have no
order, so `==` and `!=` become each other and nothing else.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import parso
from cosmic_ray.operators.number_replacer import NumberReplacer
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator

Position = tuple[tuple[int, int], tuple[int, int]]

ARITHMETIC = ("Add", "Sub", "Mul", "Div")
WHOLE = ("FloorDiv", "Mod")
ORDER = ("Lt", "LtE", "Gt", "GtE")
EQUALITY = ("Eq", "NotEq")
OTHERS = (
    "ReplaceUnaryOperator_USub_UAdd",
    "ReplaceUnaryOperator_Delete_Not",
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ZeroIterationForLoop",
)


class ReplaceNumber(NumberReplacer):
    """A number one more or one less, in its place: Cosmic Ray's takes the line break before it away."""

    def mutate(self, node: Any, index: int) -> Any:
        """The other number with what stood before it."""
        changed = super().mutate(node, index)
        changed.value, changed.prefix = changed.value.strip(), node.prefix
        return changed


class ReplaceToken(Operator):
    """Writes one token for another; the subclasses say which, and where."""

    becomes: Mapping[str, str]

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Where a token stands that becomes another."""
        if getattr(node, "value", None) in self.becomes and self.stands_for_itself(node):
            yield node.start_pos, node.end_pos

    def stands_for_itself(self, node: Any) -> bool:
        """Whether the token is what it looks like."""
        return True

    def mutate(self, node: Any, index: int) -> Any:
        """The same node with the other token."""
        node.value = self.becomes[node.value]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """None: the tests hold them."""
        return ()


class ReplaceAugmentedAssignment(ReplaceToken):
    """Adds for subtracts and multiplies for divides, in `+=` and its like, which Cosmic Ray passes over."""

    becomes: Mapping[str, str] = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*="}


class SwapMinAndMax(ReplaceToken):
    """Takes the smaller for the larger."""

    becomes: Mapping[str, str] = {"min": "max", "max": "min"}

    def stands_for_itself(self, node: Any) -> bool:
        """Whether it is called, and is no attribute of that name."""
        follows = node.get_next_leaf()
        return node.type == "name" and follows.value == "(" and node.get_previous_leaf().value != "."


class LeaveOutStatement(Operator):
    """Leaves out a call, or a change of state. What binds a name stays, or the next line could not run."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """Where a statement can be left out."""
        if node.type == "simple_stmt" and node.parent.type != "file_input" and _does_something(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """`pass` in its place."""
        node.children[0] = parso.parse(node.get_first_leaf().prefix + "pass")
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """None: the tests hold them."""
        return ()


def _does_something(statement: Any) -> bool:
    what = statement.children[0]
    if what.type == "atom_expr":
        return True
    return what.type == "expr_stmt" and (what.children[0].type == "atom_expr" or _augmented(what))


def _augmented(assignment: Any) -> bool:
    sign = getattr(assignment.children[1], "value", "=")
    return bool(sign != "=" and sign.endswith("="))


def operators() -> dict[str, Operator]:
    """Every operator by its name."""
    names = [
        *_replacements("Binary", ARITHMETIC + WHOLE, ARITHMETIC),
        *_replacements("Comparison", ORDER, ORDER + EQUALITY),
        *_replacements("Comparison", EQUALITY, EQUALITY),
        *OTHERS,
    ]
    ours = (ReplaceNumber, ReplaceAugmentedAssignment, SwapMinAndMax, LeaveOutStatement)
    return {name: get_operator(f"core/{name}")() for name in names} | {own.__name__: own() for own in ours}


def _replacements(kind: str, these: tuple[str, ...], those: tuple[str, ...]) -> list[str]:
    return [f"Replace{kind}Operator_{old}_{new}" for old in these for new in those if old != new]
