"""The pages of `docs/submodels`: each file of the rulebook with its rules, tests, parameters and response.

Docstrings, sources, tests and parameters are read where the model itself has them; what the response of a
submodel says is read from the table that `experiments.responses` measured.
"""

import inspect
from collections.abc import Iterator, Sequence
from functools import cache

from experiments.claims import find_contrasts
from experiments.document_rules import (
    Rule,
    Test,
    callers,
    first_line,
    has_source,
    module_called,
    name_of_module,
    parameters_of,
    rules_of,
    source_of,
    tests,
)
from experiments.horizon import USUAL_QUARTERS
from experiments.markdown import COMMAND, FOLDER, anchor_of, plain, range_of, table
from experiments.responses import SEED, Point, is_visible, read
from experiments.structures import declared as structures
from experiments.submodels import Response, Submodel, submodels
from model.registry import registry

DOCS = FOLDER.parent
SECTIONS = ("Args:", "Returns:", "Raises:")


def submodel_page(name: str) -> str:
    """The page of a submodel."""
    submodel = submodels()[name]
    lines = [
        f"# {submodel.title}",
        "",
        *_docstring(module_called(name)),
        "",
        f"[In the description]({_section(submodel)}) · the file: [model/rules/{name}.py]"
        f"(../../model/rules/{name}.py) · Made from the code by `{COMMAND}`; edits here are lost.",
        "",
        "## What its main parameter does",
        "",
        *_response(submodel),
        "",
        "## Rules",
        "",
        "Each with what it says of itself, its source as it runs, and the tests that work it by hand.",
    ]
    for rule in rules_of(name):
        lines += ["", *_rule(rule)]
    lines += ["", "## Parameters", "", *_parameters(name)]
    lines += ["", "## Without it", "", *_switched_off(name)]
    lines += ["", "## Claims of the debate", "", *_claims(name)]
    lines += ["", "## All tests of the file", "", *_tests(name)]
    return "\n".join(lines) + "\n"


def index_page() -> str:
    """The list of all submodels."""
    found = read()
    rows = []
    for name, submodel in submodels().items():
        response = submodel.response
        cells = ("—", "—", "—")
        if response is not None:
            seen = "yes" if is_visible(response, found[name]) else "**no**"
            cells = (f"`{response.parameter}`", plain(response.observed), seen)
        stands_for = plain(first_line(module_called(name)))
        rows.append((f"[{submodel.title}]({name}.md)", stands_for, str(len(rules_of(name))), *cells))
    headings = ("submodel", "what it stands for", "rules", "main parameter", "what it should move", "seen to")
    return (
        "\n".join(
            [
                "# Submodels",
                "",
                "A page for each file of the rulebook: what part of the world it stands for, its rules"
                " with their source and tests, its parameters, and what its main parameter does to the"
                " outcome that it should move. Their order in a quarter stands in"
                " [the description](../odd.md#3-process-overview-and-scheduling), and"
                " [all rules in a list](../tables/rules.md).",
                "",
                f"Made from the code by `{COMMAND}`; edits here are lost.",
                "",
                *table(headings, rows),
            ]
        )
        + "\n"
    )


@cache
def _headings() -> dict[str, str]:
    """Anchors of the description by the number of the section."""
    lines = (DOCS / "odd.md").read_text("utf-8").splitlines()
    headings = [line.lstrip("#").strip() for line in lines if line.startswith("##")]
    return {heading.split()[0].rstrip("."): anchor_of(heading) for heading in headings}


def _section(submodel: Submodel) -> str:
    return f"../odd.md#{_headings()[submodel.section]}"


def _docstring(thing: object) -> Iterator[str]:
    """A docstring as paragraphs, its list of arguments as bullets."""
    for i, paragraph in enumerate((inspect.getdoc(thing) or "").split("\n\n")):
        if i:
            yield ""
        head, *rest = paragraph.splitlines()
        if head in SECTIONS:
            yield f"*{head.rstrip(':')}*"
            yield ""
            yield from _bullets(rest)
        else:
            yield plain(" ".join(paragraph.split()))


def _bullets(lines: Sequence[str]) -> Iterator[str]:
    items: list[str] = []
    for line in lines:
        if items and line.startswith(" " * 5):
            items[-1] += f" {line.strip()}"
        else:
            items.append(line.strip())
    for item in items:
        yield f"- {plain(item)}"


# ---- Response


def _response(submodel: Submodel) -> Iterator[str]:
    if submodel.response is None:
        yield submodel.without_response
        return
    response, points = submodel.response, read()[submodel.name]
    yield response.reason
    yield ""
    yield f"![{plain(response.observed)} against {response.parameter}]({submodel.name}.svg)"
    yield ""
    yield " ".join(_said(response, points))
    yield ""
    yield (
        f"`{response.parameter}` is varied over its bounds; everything else has its default under the regime"
        f" `{response.regime}`. Every value meets the same luck: {points[0].pairs} histories of"
        f" {USUAL_QUARTERS} quarters, seed {SEED}, so that differences are those of the parameter. They"
        " are paired, history by history. The dark band is the 95% interval of the mean difference; between"
        " the edges of the pale one lie 95 of 100 single differences; where differences are shaded grey"
        f" they are too small to matter ({response.smallest:.3g} {response.quantity.unit}:"
        f" {response.smallest_reason}). The numbers are in [responses.csv](responses.csv), and `make stored`"
        " makes them again."
    )


def _said(response: Response, points: Sequence[Point]) -> Iterator[str]:
    usual = min(points, key=lambda point: abs(point.value - response.value))
    low, high = points[0], points[-1]
    unit = response.quantity.unit
    yield (
        f"At {response.value_named}, {response.entry.shown(response.value)}, it is {usual.level:.3g}"
        f" ({unit})."
        f" At {low.value:g} it is {low.level:.3g}, a difference of {_interval(low)}; at {high.value:g} it is"
        f" {high.level:.3g}, a difference of {_interval(high)}."
    )
    if not is_visible(response, points):
        yield (
            "**The effect is not visible**: nowhere within the bounds is the mean difference surely larger"
            " than what matters. The rule may be at work all the same, but by this outcome alone it could be"
            " left out."
        )
    elif all(point.low_history <= 0.0 <= point.high_history for point in points):
        yield (
            "**In single histories the effect is not visible**: at every value luck covers it, and only the"
            " mean over many histories shows it."
        )
    if response.note:
        yield response.note
    fewest = min(point.pairs for point in points)
    if fewest < max(point.pairs for point in points):
        yield f"In some histories there was nothing to take it of; the fewest at any value are {fewest}."


def _interval(point: Point) -> str:
    numbers = (f"{value:+.2g}".replace("-", "−") for value in (point.difference, point.low, point.high))
    mean, low, high = numbers
    return f"{mean} ({low} to {high})"


# ---- Rules and tests


def _rule(rule: Rule) -> Iterator[str]:
    name = rule.__name__
    yield f"### `{name}`"
    yield ""
    yield from _docstring(rule)
    yield ""
    yield "```python"
    yield source_of(rule)
    yield "```"
    by = [_link(caller) for caller in callers().get(name, ())]
    if by:
        yield ""
        yield f"Called by {', '.join(by)}."
    covering = [test for test in tests() if name in test.covers]
    if covering:
        yield ""
        yield "Worked by hand:"
        yield ""
        yield from (_test(test) for test in covering)


def _link(rule: Rule) -> str:
    """A rule's name, as a link where it has a page."""
    name, module = rule.__name__, name_of_module(rule)
    if module in submodels() and has_source(rule):
        return f"[`{name}`]({module}.md#{anchor_of(name)})"
    return f"`{name}`"


def _test(test: Test) -> str:
    said = f": {plain(test.calculation)}" if test.calculation else ""
    return f"- *{plain(test.sentence)}*{said}"


def _tests(name: str) -> Iterator[str]:
    file = f"test_{name}.py"
    own = [test for test in tests() if test.file == file]
    if not own:
        yield f"There is no tests/rules/{file}; its rules are tested in files of others."
        return
    yield f"[tests/rules/{file}](../../tests/rules/{file}), {len(own)} in all:"
    yield ""
    yield from (f"- {plain(test.sentence)}" for test in own)


# ---- Parameters, structures, claims


def _parameters(name: str) -> Iterator[str]:
    read_here = parameters_of(name)
    if not read_here:
        yield "It reads none."
        return
    yield "Those that its rules read. [How to read the table](../tables/parameters.md)."
    yield ""
    headings = ("name", "default", "range", "unit", "grade", "source", "meaning")
    yield from table(headings, (_parameter_row(parameter) for parameter in read_here))


def _parameter_row(parameter: str) -> tuple[str, ...]:
    group, _, lever = parameter.partition(".*.")
    if parameter in registry():
        entry = registry()[parameter]
        default = entry.shown(entry.default)
    else:
        one_each = [
            entry
            for name, entry in registry().items()
            if (lever and name.startswith(f"{group}.") and name.endswith(f".{lever}"))
            or name.startswith(f"{parameter}.")
        ]
        entry, default = one_each[0], "one each"
    meaning = entry.meaning if parameter in registry() or lever else "probabilities by arrangement"
    return (
        f"`{parameter}`",
        default,
        range_of(entry),
        entry.unit,
        entry.grade,
        entry.source,
        meaning,
    )


def _switched_off(name: str) -> Iterator[str]:
    own = {rule.__name__ for rule in rules_of(name)}
    found = [one for one in structures.structures().values() if own & set(one.rules)]
    if not found:
        yield (
            "Nothing of it is switched off in [structure as uncertainty](../structures.md), which says"
            " what is left out and why."
        )
        return
    yield (
        "What agreement with the record loses without it is measured by switching it off"
        " ([how](../structures.md), [all parts](../findings/submodels.md)). A structure is farther from the"
        " record by how much the sum of squared distances grows, in tolerances; intervals are of 95%:"
    )
    yield ""
    for one in found:
        by = ", ".join(f"`{rule}`" for rule in one.rules if rule in own)
        kind = "alternative structure" if one.kind == "alternative" else "switched off"
        yield f"- **{one.title}** ({kind}; {by}). {one.says} {one.reason}{_found_without(one.title)}"
    yield ""
    yield "```bash"
    yield f"turnaround structures --only {','.join(one.name for one in found)} --out results/structures"
    yield "```"


def _found_without(title: str) -> str:
    """How much farther from the record the model was found without a part; empty where it was not tried."""
    for line in (DOCS / "findings/submodels.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == title:
            _, fitted, of_fitted, _, _, anew, of_anew, *_ = cells
            return (
                f" *Farther from the record* as fitted by {fitted.strip('*')} ({of_fitted}), fitted anew by"
                f" {anew.strip('*')} ({of_anew})."
            )
    return ""


def _claims(name: str) -> Iterator[str]:
    own = {rule.__name__ for rule in rules_of(name)}
    found = [one for one in find_contrasts() if own & {rule.__name__ for rule in one.rules}]
    if not found:
        yield "None is carried by its rules."
        return
    yield (
        "Those that its rules carry; [what each compares](../tables/claims.md), [what came of"
        " them](../findings/claims.md)."
    )
    yield ""
    for one in found:
        by = ", ".join(f"`{rule.__name__}`" for rule in one.rules if rule.__name__ in own)
        yield f"- **{one.claim}** {plain(one.says)} ({by})"
