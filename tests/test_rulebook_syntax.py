"""The rulebook as text: what compiled rules cannot do or do differently, and names that nobody declared or
uses.

The syntax trees of all rules are walked. Every attribute is traced to the state of an agent or to the
registry, so that a misspelt name, a parameter that nothing reads and a state that nothing writes are all
found without a run.
"""

import ast
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

from model import agents, indicators, world
from model.agents import Council, Nation, Partner, Provider, Region
from model.codes import (
    DirectorEvent,
    FundingPeriod,
    Grade,
    PartnerKind,
    ProviderKind,
    Review,
    Stage,
    Status,
    Support,
    Takeover,
)
from model.parameters import ParameterGroup
from model.records import dotted_fields
from model.registry import parameter_dtype, registry
from model.state import State, state_fields

MODEL = Path(agents.__file__).parent
TESTS = Path(__file__).parent
FILES = tuple(sorted(MODEL.glob("rules/*.py")))
CODES = (
    DirectorEvent,
    FundingPeriod,
    Grade,
    PartnerKind,
    ProviderKind,
    Review,
    Stage,
    Status,
    Support,
    Takeover,
)

CONSTANTS = {
    "PERCENT": "unit",
    "TENTH": "unit",
    "TEN_POINTS": "unit",
    "MILLION": "unit",
    "POUNDS_PER_MILLION": "unit",
    "YEARS_PER_QUARTER": "unit",
    "MONTHS_PER_QUARTER": "unit",
    "HALF": "mathematics: a half",
    "HALF_QUARTER": "mathematics: rounding to the nearest",
    "SQUARE_ROOT_OF_TWO": "mathematics",
    "LARGEST_EXPONENT": "safety: beyond it the exponential overflows",
    "LOGIT_EDGE": "safety: the logit of 0 and 1",
    "SMALLEST_PROBABILITY": "safety: the logarithm of 0",
    "STRIDE": "size: how far the first in line moves, without common factor with the councils",
    "LOWEST_PREFERENCE": "safety: below every preference",
    "NOBODY": "code: no row",
    "OFF": "code: no clock",
    "UNKNOWN": "code: no record",
    "ROWS_PER_PROVIDER_KIND": "size of a table",
    "ADVISER_ROWS": "size of a table",
    "PARTNER_IN_PRACTICE_ROWS": "size of a table",
    "ALLIANCE_ROWS": "size of a table",
    "SPECIALIST_ROWS": "size of a table",
    "COMMISSIONER_ROWS": "size of a table",
    "FIRST_ADVISER": "size of a table",
    "FIRST_PARTNER_IN_PRACTICE": "size of a table",
    "FIRST_ALLIANCE": "size of a table",
    "FIRST_SPECIALIST": "size of a table",
    "FIRST_COMMISSIONER": "size of a table",
    "NEIGHBOURS": "size of a table",
    "HORIZON_BETTER": "definition of an outcome",
    "HORIZON_GOOD": "definition of an outcome",
    "HORIZON_RELAPSE": "definition of an outcome",
    "THREE_YEARS": "definition of an outcome",
    "FIVE_YEARS": "definition of an outcome",
}
"""Named constants that rules may read, with why they are no parameters."""

STATE = (
    Council,
    Nation,
    Region,
    Partner,
    Provider,
    world.CalendarEntry,
    world.BoundaryChange,
    world.Duration,
    world.Place,
    world.Neighbour,
    world.Origin,
    world.ProviderOrigin,
    world.PartnerOrigin,
)
OBSERVED = (indicators.Quarter, indicators.CouncilOutcome, indicators.Outcome)

SET_BEFORE_RULES_RUN = (
    "CalendarEntry.",
    "BoundaryChange.",
    "Neighbour.",
    "Origin.",
    "ProviderOrigin.",
    "PartnerOrigin.",
    "Shock.",
)
WRITTEN_ELSEWHERE = {
    "Nation.quarter": "the engines count quarters",
    "Recorded.grade": "the engines copy the record",
    "Recorded.leadership_grade": "the engines copy the record",
    "Recorded.partner": "the engines copy the record",
}
READ_BY_PEOPLE = {
    "Arrangement.started": "shown in trajectories",
    "Incidents.count": "shown in trajectories",
    "Inspection.count": "shown in trajectories",
    "Inspection.log_weight": "weights replicates in recorded history",
    "Partner.income_total": "shown in trajectories",
    "Provider.income_total": "shown in trajectories",
    "Partner.row": "names the agent",
    "Provider.row": "names the agent",
    "Region.row": "names the agent",
}
"""State that no rule reads, and why it is kept."""


def is_rule(node):
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(mark, ast.Name) and mark.id == "rule" for mark in node.decorator_list
    )


@cache
def trees():
    return {path: ast.parse(path.read_text("utf-8")) for path in FILES}


@cache
def rules():
    """Every rule that is written out: (file, syntax tree)."""
    return [(path, node) for path, tree in trees().items() for node in ast.walk(tree) if is_rule(node)]


def generated():
    """Rules that are made by code: their source is text, and what they do is tested by hand."""
    return [
        (MODEL / "rules" / "observation.py", "observe_all"),
        (MODEL / "rules" / "reorganisation.py", "prepare_successor"),
        (MODEL / "rules" / "reorganisation.py", "inherit"),
    ]


def test_every_rule_that_is_made_by_code_is_listed_here():
    """Outside functions that are rules themselves, `rule(...)` is called as often as there are such rules."""
    calls = [
        node
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "rule"
    ]
    wrapped = [call for call in calls if isinstance(call.args[0], ast.Name)]
    assert len(calls) - len(wrapped) == len(generated())


def place(path, node):
    return f"{path.name}:{node.lineno}"


def test_there_are_rules_to_walk():
    assert len(rules()) > 150


def test_every_rule_has_a_calculation_by_hand_in_the_test_file_that_mirrors_its_own():
    missing = []
    for path, name in [(path, node.name) for path, node in rules()] + generated():
        mirror = "test_quarter.py" if path.name == "__init__.py" else f"test_{path.name}"
        if name not in covered_in(TESTS / "rules" / mirror):
            missing.append(f"{path.name}: {name} (expected in tests/rules/{mirror})")
    assert missing == []


@cache
def covered_in(path):
    """Names in `@covers(...)` of the tests of a file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8")) if path.exists() else ast.Module()):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "covers":
                    found |= {argument.id for argument in mark.args}
    return found


def test_rules_keep_to_what_both_engines_do_alike():
    """No powers, no NumPy, no bare numbers but 0 and 1, no text, containers, closures, comprehensions,
    exceptions.
    """
    forbidden = (
        ast.Pow,
        ast.Dict,
        ast.Set,
        ast.List,
        ast.DictComp,
        ast.SetComp,
        ast.ListComp,
        ast.GeneratorExp,
        ast.Lambda,
        ast.Try,
        ast.Raise,
        ast.Assert,
        ast.With,
        ast.Yield,
        ast.Global,
        ast.Nonlocal,
        ast.JoinedStr,
        ast.Import,
        ast.ImportFrom,
        ast.Starred,
        ast.AsyncFunctionDef,
        ast.ClassDef,
    )
    found = []
    for path, rule in rules():
        body = rule.body[1:] if ast.get_docstring(rule) else rule.body
        for node in (inner for statement in body for inner in ast.walk(statement)):
            if isinstance(node, (*forbidden, ast.FunctionDef)):
                found.append(f"{place(path, node)} {type(node).__name__}")
            elif isinstance(node, ast.Constant) and (isinstance(node.value, str) or node.value not in (0, 1)):
                found.append(f"{place(path, node)} {node.value!r}")
            elif isinstance(node, ast.Name) and node.id in (
                "np",
                "numpy",
                "round",
                "sum",
                "pow",
                "any",
                "all",
            ):
                found.append(f"{place(path, node)} {node.id}")
        if rule.args.defaults or rule.args.kwonlyargs or rule.args.vararg or rule.args.kwarg:
            found.append(f"{place(path, rule)} arguments that are not plain")
    assert found == []


def test_every_rule_says_in_plain_english_what_it_does():
    lacking = [
        f"{place(path, rule)} {rule.name}"
        for path, rule in rules()
        if len(ast.get_docstring(rule) or "") < 20
    ]
    assert lacking == []


def test_constants_outside_the_registry_are_units_safety_codes_or_sizes():
    unlisted = set()
    for path, rule in rules():
        local = {
            node.id
            for node in ast.walk(rule)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        for node in ast.walk(rule):
            if isinstance(node, ast.Name) and node.id.isupper() and node.id not in local | CONSTANTS.keys():
                unlisted.add(f"{place(path, node)} {node.id}")
    assert unlisted == set()


def test_the_names_of_rules_are_unique():
    names = [rule.name for _, rule in rules()]
    assert len(names) == len(set(names))


class Levers:
    """Parameters of the registry below a name, such as `arrangement[...]`."""

    def __init__(self, path, dtype):
        """Remember how the levers were reached."""
        self.path, self.dtype = path, dtype


def annotated(path, name):
    """What the arguments of a rule are, as it says itself: a class, a list of one, levers, or None for a
    number.
    """
    module = import_module("model.rules" if path.name == "__init__.py" else f"model.rules.{path.stem}")
    return {argument: kind_for(hint) for argument, hint in get_type_hints(getattr(module, name)).items()}


def kind_for(hint):
    if get_origin(hint) is Sequence:
        return [kind_for(get_args(hint)[0])]
    if hint is ParameterGroup:
        return Levers("", parameter_dtype())
    return None if hint in (int, float, bool, type(None)) else hint


class Reader(ast.NodeVisitor):
    """Traces every attribute in a rule to a state variable or parameter."""

    def __init__(self, path, rule, kinds=None):
        """Begin with what the rule's arguments are."""
        self.path, self.rule = path, rule
        self.read, self.written, self.parameters, self.unknown = set(), set(), set(), set()
        self.kinds = dict(annotated(path, rule.name) if kinds is None else kinds)
        # Names are bound before they are used, except around loops, for which a second pass is made.
        for _ in range(2):
            for statement in rule.body:
                self.visit(statement)

    def kind_of(self, node):
        """A state class, a list of them, levers, or None for a number."""
        if isinstance(node, ast.Name):
            return self.kinds.get(node.id)
        if isinstance(node, ast.Subscript):
            base = self.kind_of(node.value)
            if isinstance(base, list):
                return base[0]
            if isinstance(base, Levers) and base.dtype.shape:
                return Levers(base.path, base.dtype.base)
            return None
        if isinstance(node, ast.Attribute):
            return self.attribute(node)
        return None

    def attribute(self, node):
        """What an attribute is, noted as read or written."""
        base = self.kind_of(node.value)
        if base is world.World:
            if node.attr not in world.World._fields:
                self.unknown.add(f"{place(self.path, node)} world.{node.attr}")
                return None
            return kind_for(get_type_hints(world.World)[node.attr])
        if isinstance(base, Levers):
            name = f"{base.path}.{node.attr}".lstrip(".")
            if node.attr not in (base.dtype.names or ()):
                self.unknown.add(f"{place(self.path, node)} p.{name}")
                return None
            part = base.dtype[node.attr]
            if part.names or (part.shape and part.base.names):
                return Levers(name, part)
            self.parameters.add(name)
            return None
        if isinstance(base, type):
            fields = {name: kind for name, kind, _ in state_fields(base)}
            if node.attr not in fields:
                self.unknown.add(f"{place(self.path, node)} {base.__name__}.{node.attr}")
                return None
            kind = fields[node.attr]
            if issubclass(kind, State):
                return kind
            self.note(f"{base.__module__}.{base.__name__}.{node.attr}", node)
            return None
        if isinstance(node.value, ast.Name) and (
            node.value.id == "math" or node.value.id in {code.__name__ for code in CODES}
        ):
            return None
        if node.attr == "value":
            return None
        self.unknown.add(f"{place(self.path, node)} {ast.unparse(node)}")
        return None

    def note(self, name, node):
        (self.read if isinstance(node.ctx, ast.Load) else self.written).add(name)

    def visit_Assign(self, node):
        """Follow what a local name stands for."""
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self.kinds[node.targets[0].id] = self.kind_of(node.value)
        self.generic_visit(node)

    def visit_AugAssign(self, node):
        """`x += 1` writes x; that it reads x too is no use of it."""
        self.generic_visit(node)

    def visit_For(self, node):
        """An item of a list of agents is an agent."""
        kind = self.kind_of(node.iter)
        if isinstance(kind, list):
            self.kinds[node.target.id] = kind[0]
        self.generic_visit(node)

    def visit_Attribute(self, node):
        """Note every attribute."""
        self.attribute(node)


@cache
def readers():
    return [Reader(path, rule) for path, rule in rules()]


def together(name):
    return set().union(*(getattr(reader, name) for reader in readers()))


def test_every_name_that_a_rule_reads_or_writes_is_declared():
    assert together("unknown") == set()


def test_the_walk_finds_a_misspelt_state_and_a_misspelt_parameter():
    """Otherwise the test above could not fail."""
    source = "def erode(council, p):\n    practice = council.practice\n    practice.qualiti = p.practice.dela"
    kinds = {"council": Council, "p": Levers("", parameter_dtype())}
    reader = Reader(FILES[0], ast.parse(source).body[0], kinds)
    assert {unknown.split()[-1] for unknown in reader.unknown} == {"Practice.qualiti", "p.practice.dela"}


def registry_name(name):
    """The name by which the record knows a parameter: levers of all arrangements are one, mixtures are
    arrays.
    """
    parts = name.split(".")
    if parts[0] == "arrangement":
        return f"arrangement.{parts[2]}"
    return ".".join(parts[:2])


def test_every_parameter_of_the_registry_is_read_by_a_rule():
    assert {name for name in registry() if registry_name(name) not in together("parameters")} == set()


def declared(owners):
    """Every state variable once: module, class and name."""
    found = set()
    for owner in owners:
        for name, kind, quantity in state_fields(owner):
            if quantity is None:
                found |= declared([kind])
            else:
                found.add(f"{owner.__module__}.{owner.__name__}.{name}")
    return found


def short(name):
    return ".".join(name.split(".")[-2:])


def test_every_state_variable_is_written_by_a_rule_or_set_before_rules_run():
    unwritten = {short(name) for name in declared(STATE) - together("written")}
    excused = {name for name in unwritten if name.startswith(SET_BEFORE_RULES_RUN)}
    assert unwritten - excused == WRITTEN_ELSEWHERE.keys()


def test_every_state_variable_is_read_by_a_rule_or_kept_for_people():
    unread = {short(name) for name in declared(STATE) - together("read")}
    assert unread == READ_BY_PEOPLE.keys()


def test_every_indicator_is_filled():
    assert {short(name) for name in declared(OBSERVED) - together("written")} == set()


def test_no_dotted_name_is_both_a_state_and_a_parameter():
    states = {name for name, _, _ in dotted_fields(Council)}
    for prefix, owner in (
        ("nation", Nation),
        ("region", Region),
        ("partner", Partner),
        ("provider", Provider),
    ):
        states |= {f"{prefix}.{name}" for name, _, _ in dotted_fields(owner)}
    assert states & set(registry()) == set()


def test_rule_files_import_no_numbers_that_round_otherwise_and_no_luck():
    """NumPy's functions and Python's differ in the last bit; luck is drawn ahead."""
    imported = set()
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                imported.add(node.module.split(".")[0])
            elif isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
    assert imported <= {"math", "model", "typing", "collections"}


def test_rule_modules_open_with_the_part_of_the_world_they_stand_for():
    for path, tree in trees().items():
        assert len(ast.get_docstring(tree) or "") > 80, path.name
