"""The passages of documents that are made from the code; what stands between them is written by hand.

They stand in the description, the account of how the model was tried, and the model card. A passage begins
with `<!-- made: NAME -->`, ends with `<!-- end of NAME -->`, and is replaced as a whole.
"""

import ast
import inspect
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator

import model.rules
from experiments.document_rules import (
    Rule,
    called_by,
    meaning_of,
    name_of_module,
    parameters_of,
    rules_of,
)
from experiments.markdown import FOLDER, anchor_of, plain, table
from experiments.responses import is_visible, read
from experiments.submodels import Submodel, submodels
from experiments.variance import times_saved
from model.agents import Council, Nation, Partner, Provider, Region, Shock
from model.codes import Status
from model.ensemble import REGIONS
from model.indicators import CouncilOutcome, Outcome, Quarter
from model.population import council_facts
from model.records import dotted_fields
from model.registry import registry
from model.rules.start_helpers import PARTNER_ROWS, PROVIDER_ROWS
from model.shocks import drawn_fields
from model.state import state_fields

DOCS = FOLDER.parent
WITH_PASSAGES = ("odd.md", "trace.md", "model-card.md")
FINDINGS = DOCS / "findings"
FITTED = DOCS.parent / "experiments" / "calibration" / "fitted.csv"
PASSAGE = re.compile(r"<!-- made: ([\w .]+) -->\n.*?<!-- end of \1 -->", re.DOTALL)

WHAT = {
    Council: "a council's children's services",
    Provider: "a company, charity, council sponsor or mutual that runs services under contract or in a trust",
    Partner: "a national adviser, a council funded as partner in practice, a council of the alliance, a"
    " specialist team or a commissioner",
    Region: "a labour market for experienced social workers",
    Nation: "the department, the inspectorate's calendar, the pool of directors",
}
COMPARED = {ast.NotEq: "is not", ast.Gt: "is above", ast.GtE: "is at least", ast.Eq: "is"}


def page_with_passages(name: str) -> str:
    """A document, with its made passages as the code has them now.

    Raises:
        ValueError: for a passage that nobody makes.
    """
    return with_passages((DOCS / name).read_text("utf-8"))


def with_passages(text: str) -> str:
    """A text in which every made passage is as the code has it now.

    Raises:
        ValueError: for a passage that nobody makes.
    """

    def filled(found: re.Match[str]) -> str:
        return f"<!-- made: {found[1]} -->\n\n{passage(found[1])}\n\n<!-- end of {found[1]} -->"

    return PASSAGE.sub(filled, text)


def passage(name: str) -> str:
    """One passage.

    Raises:
        ValueError: where nobody makes it.
    """
    made, _, section = name.partition(" ")
    if made == "rules" and section in {one.section for one in submodels().values()}:
        return "\n".join(rules_of_section(section)).strip()
    if name not in PASSAGES:
        raise ValueError(f"a document asks for the passage {name!r}; made are {', '.join(PASSAGES)}")
    return "\n".join(PASSAGES[name]()).strip()


# ---- Entities


def entities() -> Iterator[str]:
    """How many agents of each kind there are, and what they are."""
    partners = sum(
        int(registry()[f"support.{name}"].default)
        for name in (
            "adviser_count",
            "partners_in_practice_count",
            "alliance_count",
            "specialist_places",
            "commissioner_count",
        )
    )
    providers = sum(
        int(registry()[f"market.{kind}_count"].default)
        for kind in ("private", "charity", "council_sponsor", "mutual")
    )
    facts = council_facts()
    counts = {
        Council: f"{int(facts['exists'].sum())} in 2014; {len(facts)} rows with those founded since",
        Provider: f"rows for {PROVIDER_ROWS}, of which {providers} by default",
        Partner: f"rows for {PARTNER_ROWS}, of which {partners} by default",
        Region: str(REGIONS),
        Nation: "1",
    }
    yield from table(
        ("entity", "how many", "what it is"),
        ((f"`{kind.__name__}`", count, WHAT[kind]) for kind, count in counts.items()),
    )
    parts = [f"`{name}`" for name, _, quantity in state_fields(Council) if quantity is None]
    yield ""
    yield (
        f"A council's state has {len(parts)} parts: {', '.join(parts)};"
        f" {sum(1 for _ in dotted_fields(Council))} variables in all, each with its unit in"
        " [tables/state.md](tables/state.md)."
    )


# ---- Schedule


def schedule() -> Iterator[str]:
    """The phases of a quarter and what each does, in order."""
    yield "`quarter` states the order once, for both engines:"
    yield ""
    for number, phase in enumerate(called_by(model.rules.quarter), start=1):
        yield f"{number}. {_named(phase)}: {plain(meaning_of(phase))}"
        for rule in called_by(phase):
            condition = _condition(phase, rule)
            yield f"    - {_named(rule)}: {plain(meaning_of(rule))}{condition}"


def _named(rule: Rule) -> str:
    """A rule's name, as a link to its page where it has one."""
    module = name_of_module(rule)
    name = f"`{rule.__name__}`"
    return f"[{name}](submodels/{module}.md#{anchor_of(rule.__name__)})" if module in submodels() else name


def _condition(phase: Rule, rule: Rule) -> str:
    """Under which condition a phase calls a rule, as the source has it; empty for none but existence."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(phase)))
    for node in ast.walk(tree):
        if isinstance(node, ast.If):
            inside = {
                call.func.id
                for statement in node.body
                if isinstance(statement, ast.Expr)
                and isinstance(call := statement.value, ast.Call)
                and isinstance(call.func, ast.Name)
            }
            if rule.__name__ in inside and (said := _compared(node.test)) != "`exists` is 1":
                return f" Only where {said}."
    return ""


def _compared(test: ast.expr) -> str:
    """A comparison of a parameter or of state with a number, in words."""
    if not isinstance(test, ast.Compare):
        raise ValueError(f"a phase asks {ast.unparse(test)}; what can be said is a comparison with a number")
    name = ast.unparse(test.left).partition(".")[2]
    number = float(ast.unparse(test.comparators[0]))
    return f"`{name}` {COMPARED[type(test.ops[0])]} {number:g}"


# ---- Streams, indicators, ends


def streams() -> Iterator[str]:
    """The named streams of luck."""
    drawn = dict(drawn_fields(Shock))
    rows = []
    for name, _, quantity in dotted_fields(Shock):
        normal = "standard normal" if drawn[name] else "uniform"
        rows.append((f"`shock.{name}`", normal, quantity.meaning))
    yield f"{len(rows)} streams are drawn for every council and quarter:"
    yield ""
    yield from table(("stream", "drawn as", "decides"), rows)


def observed() -> Iterator[str]:
    """How much is observed."""
    of_quarter, of_run, of_council = (
        sum(1 for _ in dotted_fields(owner)) for owner in (Quarter, Outcome, CouncilOutcome)
    )
    yield (
        f"{of_quarter} indicators are taken of each quarter, {of_run} outcomes of each run and {of_council}"
        " of each council, by rules that both engines share ([tables/indicators.md](tables/indicators.md))."
    )


def saved() -> Iterator[str]:
    """What common random numbers save, as it was measured."""
    one_stream, independent = times_saved()
    yield (
        f"For the same precision a comparison needs {independent} times fewer runs than with independent"
        f" seeds, and {one_stream} times fewer than with the same seed and one stream (geometric means;"
        " [variance-reduction.md](variance-reduction.md))."
    )


def ends() -> Iterator[str]:
    """How a run may end."""
    yield (
        "A run ends with one of these codes: "
        + ", ".join(f"`{status.name}` ({status.value})" for status in Status)
        + "."
    )


# ---- What is known, and what came of it


def grades() -> Iterator[str]:
    """How the parameters are known."""
    counted = Counter(entry.grade for entry in registry().values())
    total = sum(counted.values())
    shares = "; ".join(f"{grade} {count} ({count / total:.0%})" for grade, count in counted.most_common())
    fitted = len((FITTED.read_text("utf-8")).splitlines()) - 1
    yield (
        f"Of {total} parameters, by how their values are known: {shares}."
        f" [What these mean](tables/parameters.md). {fitted} of them are [fitted](calibration.md) together."
    )


def hindcast() -> Iterator[str]:
    """What came of holding the model against the record, as its page says it."""
    _, _, after = (FINDINGS / "hindcast.md").read_text("utf-8").partition("edits here are lost.\n\n")
    yield after.partition("\nA figure passes when")[0].strip()


def claims() -> Iterator[str]:
    """What came of the claims, as their page says it."""
    found = re.search(
        r"^A verdict about the model.*$", (FINDINGS / "claims.md").read_text("utf-8"), re.MULTILINE
    )
    if found is None:
        raise ValueError(f"{FINDINGS / 'claims.md'} does not say how many claims hold")
    yield f"{found[0]} [Claim by claim](findings/claims.md)."


def structures() -> Iterator[str]:
    """What came of leaving out each part, as its page says it."""
    found = re.search(
        r"^\*\*Of \d+ structures.*$", (FINDINGS / "submodels.md").read_text("utf-8"), re.MULTILINE
    )
    if found is None:
        raise ValueError(f"{FINDINGS / 'submodels.md'} does not say how many structures can be told")
    yield f"{found[0]} [Part by part](findings/submodels.md)."


def blind() -> Iterator[str]:
    """Submodels whose main parameter does not visibly move what it should."""
    measured = read()
    asked = {name: one for name, one in submodels().items() if one.response is not None}
    unseen = [
        f"[{one.title}](submodels/{name}.md)"
        for name, one in asked.items()
        if one.response is not None and not is_visible(one.response, measured[name])
    ]
    yield (
        f"Of {len(asked)} submodels with a main parameter, {len(asked) - len(unseen)} are seen to move the"
        f" outcome that they should over its bounds. Not seen: {', '.join(unseen) or 'none'}."
    )


# ---- Rules of a section


def rules_of_section(section: str) -> Iterator[str]:
    """Rules and parameters of the submodels that a section describes, with their pages."""
    for submodel in submodels().values():
        if submodel.section == section:
            rules = ", ".join(f"`{rule.__name__}`" for rule in rules_of(submodel.name))
            page = f"[{submodel.title}](submodels/{submodel.name}.md)"
            yield f"*Rules* ({page}): {rules}. {_parameters(submodel)}"
            yield ""


def _parameters(submodel: Submodel) -> str:
    read = parameters_of(submodel.name)
    if not read:
        return "They read no parameter."
    groups = list(dict.fromkeys(name.split(".")[0] for name in read))
    grades = Counter(registry()[name].grade for name in read if name in registry())
    by_grade = ", ".join(f"{count} {grade}" for grade, count in grades.most_common())
    levers = len(read) - sum(grades.values())
    more = f", {levers} levers of arrangements or mixtures" if levers else ""
    return (
        f"*Parameters*: {len(read)} ({by_grade}{more}), of the groups"
        f" {', '.join(f'`{group}`' for group in groups)}."
    )


PASSAGES: dict[str, Callable[[], Iterator[str]]] = {
    "entities": entities,
    "schedule": schedule,
    "streams": streams,
    "observed": observed,
    "ends": ends,
    "saved": saved,
    "grades": grades,
    "hindcast": hindcast,
    "claims": claims,
    "structures": structures,
    "blind": blind,
}
