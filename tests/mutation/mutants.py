"""The mutants of a module: each rule and each constant, changed in one place at a time.

Not changed is what does not compute: imports, annotations and decorators. Their mutants are counted, and
so are those that say the same twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from .operators import operators

NOT_COMPUTING = {"decorator", "import_name", "import_from", "annassign", "tfpdef"}


@dataclass(frozen=True)
class Segment:
    """A statement at the top of a module: a rule, a constant."""

    module: str
    name: str  # of the rule; empty for anything else
    first_line: int
    code: str


@dataclass(frozen=True)
class Mutant:
    """A segment with one change: the operator, at the place that has this number among its places."""

    segment: Segment
    operator: str
    occurrence: int
    line: int

    @property
    def key(self) -> str:
        """What names the mutant as long as the module stays as it is."""
        return f"{self.segment.module}:{self.segment.first_line}:{self.operator}:{self.occurrence}"

    @property
    def code(self) -> str:
        """The segment with the change."""
        changed: str = mutate_code(self.segment.code, operators_by_name()[self.operator], self.occurrence)
        return changed

    @property
    def before(self) -> str:
        """The line as it is, without its indentation."""
        return self._line_of(self.segment.code)

    @property
    def after(self) -> str:
        """The line with the change."""
        return self._line_of(self.code)

    def _line_of(self, code: str) -> str:
        return code.splitlines()[self.line - self.segment.first_line].strip()


@dataclass(frozen=True)
class Found:
    """Mutants, and how many places were passed over."""

    mutants: tuple[Mutant, ...]
    not_computing: int
    said_twice: int


operators_by_name = cache(operators)


def segments(module: str, source: str) -> Iterator[Segment]:
    """What stands at the top of a module, each with the empty lines before it."""
    line = 1
    for node in get_ast(source).children:
        code = node.get_code()
        yield Segment(module, _rule_name(node), line, code)
        line += code.count("\n")


def _rule_name(node: Any) -> str:
    """A function without decorator is no rule: what it makes when the module is imported may be one."""
    return str(node.children[1].name.value) if node.type == "decorated" else ""


def find_mutants(module: str, source: str) -> Found:
    """Every mutant of a module, in the order of its lines."""
    mutants, not_computing, said_twice = [], 0, 0
    for segment in segments(module, source):
        nodes = list(ast_nodes(get_ast(segment.code)))
        for name, operator in operators_by_name().items():
            places = [(node, place) for node in nodes for place in operator.mutation_positions(node)]
            for occurrence, (node, ((line, _), _)) in enumerate(places):
                if not _computes(node):
                    not_computing += 1
                elif name == "AddNot" and _is_said_by_another(node):
                    said_twice += 1
                else:
                    mutants.append(Mutant(segment, name, occurrence, segment.first_line + line - 1))
    return Found(tuple(sorted(mutants, key=lambda mutant: mutant.line)), not_computing, said_twice)


def _computes(node: Any) -> bool:
    below = None
    while node is not None:
        if node.type in NOT_COMPUTING or (node.type == "funcdef" and below is node.annotation):
            return False
        below, node = node, node.parent
    return True


def _is_said_by_another(node: Any) -> bool:
    """A condition that is one comparison, or a `not`, is already turned round by another operator."""
    condition = node.children[2 if node.type == "test" else 1]
    return condition.type in ("comparison", "not_test")


def find_in(folder: Path, only: str | None = None) -> dict[str, Found]:
    """The mutants of every module in a folder, by the module's name.

    Raises:
        FileNotFoundError: if `only` names a module that is not there.
    """
    paths = sorted(folder.glob("*.py")) if only is None else [folder / f"{only}.py"]
    return {path.stem: find_mutants(path.stem, path.read_text(encoding="utf-8")) for path in paths}
