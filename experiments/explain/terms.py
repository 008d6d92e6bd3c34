"""The terms of a sum as a rule's own source has them, with the values that they had in one call.

A trace is to say what a score or a hazard was made of, and no rule may be written twice. So the sum is read
from the source of the rule, and each term evaluated where the rule ran: an edited rule explains itself anew.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import CodeType, FrameType
from typing import Any

RETURNED = "return"
"""Asks for the terms of what a rule returned, instead of those of a variable."""


@dataclass(frozen=True)
class Term:
    """A term of a sum.

    Attributes:
        source: as the rule has it.
        value: signed, as it entered the sum.
        reads: the dotted names that it reads, without parameters where it reads anything else.
    """

    source: str
    value: float
    reads: tuple[str, ...]


@cache
def body_of(code: CodeType) -> ast.FunctionDef:
    """The syntax of a function, with the line numbers of its file."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    ast.increment_lineno(tree, code.co_firstlineno - 1)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    return function


@cache
def condition_of_return(code: CodeType, line: int) -> str:
    """The condition under which a rule returned where it did; empty for what it returns in the end.

    Args:
        code: of the rule.
        line: at which it returned.
    """
    for node in ast.walk(body_of(code)):
        if isinstance(node, ast.If):
            for statement in node.body:
                if isinstance(statement, ast.Return) and _spans(statement, line):
                    return ast.unparse(node.test)
    return ""


def terms_of(
    frame: FrameType, variable: str, inside: str = "", known: Mapping[str, float] | None = None
) -> list[Term]:
    """The terms of a sum, evaluated in a frame that is about to return.

    Args:
        frame: of the rule.
        variable: a local variable of the rule, or `RETURNED`.
        inside: the function whose argument is the sum, such as `logistic`.
        known: what rules returned that the sum calls, so that none is called again.

    Returns:
        Terms in the order of the source, as the rule added them up; none where it returned before it did.
    """
    function = body_of(frame.f_code)
    scope = dict(frame.f_locals)
    if variable == RETURNED:
        returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
        node = next(item for item in returns if _spans(item, frame.f_lineno))
        assert node.value is not None
        parts = [(1.0, node.value)]
    elif variable in scope:
        parts = [(1.0, ast.Name(variable, ast.Load()))]
    else:
        return []
    if inside:
        parts = [
            (sign, call.args[0])
            for sign, whole in _expanded(parts, function, frame, scope)
            for call in ast.walk(whole)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == inside
        ][:1]
    terms = []
    for sign, part in _expanded(parts, function, frame, scope):
        value = _known(part, known or {})
        if value is None:
            value = float(_evaluated(part, frame, scope))
        terms.append(Term(ast.unparse(part), sign * value, _reads(part)))
    return terms


def _expanded(
    parts: list[tuple[float, ast.expr]], function: ast.FunctionDef, frame: FrameType, scope: dict[str, Any]
) -> Iterator[tuple[float, ast.expr]]:
    """Terms with their signs; a variable that was added up in the rule gives way to what was added."""
    for sign, part in parts:
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add | ast.Sub):
            right = sign if isinstance(part.op, ast.Add) else -sign
            yield from _expanded([(sign, part.left), (right, part.right)], function, frame, scope)
        elif isinstance(part, ast.Name) and (made := _made_of(part.id, function.body, frame, scope)):
            if len(made) > 1 or _is_sum(made[0][1]):
                yield from _expanded([(sign * own, item) for own, item in made], function, frame, scope)
            else:
                yield sign, made[0][1] if isinstance(made[0][1], ast.BinOp) else part
        else:
            yield sign, part


def _made_of(
    name: str, body: list[ast.stmt], frame: FrameType, scope: dict[str, Any]
) -> list[tuple[float, ast.expr]]:
    """What a variable was last set to, and what was added to it since, along the branches that were taken."""
    made: list[tuple[float, ast.expr]] = []
    for statement in body:
        if isinstance(statement, ast.Assign) and _names(statement.targets[0], name):
            made = [(1.0, statement.value)]
        elif isinstance(statement, ast.AugAssign) and _names(statement.target, name):
            made.append((-1.0 if isinstance(statement.op, ast.Sub) else 1.0, statement.value))
        elif isinstance(statement, ast.If) and _sets(statement, name):
            taken = statement.body if _evaluated(statement.test, frame, scope) else statement.orelse
            inner = _made_of(name, taken, frame, scope)
            starts_anew = any(isinstance(item, ast.Assign) and _sets(item, name) for item in taken)
            made = inner if starts_anew else made + inner
    return made


def _is_sum(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)


def _names(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _sets(statement: ast.stmt, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in ast.walk(statement)
    )


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)


def _known(part: ast.expr, known: Mapping[str, float]) -> float | None:
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
        return known.get(part.func.id)
    return None


def _evaluated(node: ast.expr, frame: FrameType, scope: dict[str, Any]) -> Any:
    expression = ast.fix_missing_locations(ast.Expression(node))
    return eval(compile(expression, "<rule>", "eval"), frame.f_globals, scope)


def _reads(part: ast.expr) -> tuple[str, ...]:
    """Dotted names that a term reads: longest chains only, parameters last."""
    inner = {id(node.value) for node in ast.walk(part) if isinstance(node, ast.Attribute)}
    called = {id(node.func) for node in ast.walk(part) if isinstance(node, ast.Call)}
    chains = [
        ast.unparse(node)
        for node in ast.walk(part)
        if isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner | called
    ]
    state = [chain for chain in chains if not chain.startswith("p.") and not chain.isupper()]
    return tuple(state or chains)
