"""Documents against the code: tables are fresh, names that the ODD uses exist, commands and snippets run."""

import fnmatch
import inspect
import re
import shlex
import sys
from enum import IntEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

import click
import pytest
import test_prototype

import model
import model.rules
from experiments import document, document_passages, stored
from model import agents, codes, indicators
from model.agents import Council, Nation, Partner, Provider, Region
from model.records import dotted_fields
from model.registry import MIXTURES, registry
from model.state import state_fields
from turnaround.cli import COMMANDS, turnaround

ROOT = Path(__file__).parents[1]
ODD = (ROOT / "docs/odd.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
FENCED = re.compile(r"(<!-- tested -->\n)?```(\w*)\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
WITH_NAMES = ("docs/odd.md", "docs/trace.md", "docs/model-card.md", "docs/index.md")
GUIDES = ("docs/commands.md", "docs/results.md", "docs/extending.md")
FEW = {
    "compare": ["--replicates", "2", "--quarters", "8"],
    "run": ["--quarters", "8"],
    "explain": ["--quarters", "8"],
}
"""What makes a command of the README quick."""


def functions_and_classes():
    """Names that the model's modules define, those of the rulebook first."""
    modules = [model.rules, agents, codes, indicators, test_prototype]
    modules += [import_module(f"model.rules.{found.name}") for found in iter_modules(model.rules.__path__)]
    modules += [import_module(f"model.{found.name}") for found in iter_modules(model.__path__)]
    return {name for module in modules for name, thing in vars(module).items() if callable(thing)}


def names_of_the_code():
    names = functions_and_classes() | {group.split(".")[0] for group in registry()}
    for owner in (Council, Provider, Partner, Region, Nation):
        names |= {name for name, _, _ in dotted_fields(owner)}
        names |= {name for name, _, _ in state_fields(owner)}
    names |= {
        name for owner in (indicators.Outcome, indicators.Quarter) for name, _, _ in dotted_fields(owner)
    }
    codes_of = [
        thing for thing in vars(codes).values() if inspect.isclass(thing) and issubclass(thing, IntEnum)
    ]
    names |= {member.name for code in codes_of for member in code}
    return names | set(registry()) | set(model.SHIPPED) | set(model.SHIPPED_SCENARIOS) | set(MIXTURES)


def targets():
    """Of the Makefile, as `make` alone lists them."""
    return set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def is_known(name, names):
    if "*" in name:
        return bool(fnmatch.filter(registry(), name))
    if name.startswith("python -m "):
        return find_spec(name.split()[2]) is not None
    if name.startswith("python "):
        return (ROOT / name.split()[1]).is_file()
    if name.startswith("turnaround "):
        return name.split()[1] in COMMANDS
    if name.startswith("make "):
        return name.removeprefix("make ") in targets()
    return name in names or (ROOT / name).exists()


def test_the_generated_tables_are_what_the_code_makes_of_them():
    assert document.stale() == [], f"run `{document.COMMAND}`"


def test_a_stale_page_is_found(tmp_path, monkeypatch, capsys):
    for name in document.PAGES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((document.DOCS / name).read_text("utf-8"), "utf-8")
    (tmp_path / "tables/rules.md").write_text("edited by hand", "utf-8")
    (tmp_path / "tables/state.md").unlink()
    (tmp_path / "submodels/practice.md").write_text("edited by hand", "utf-8")
    assert document.stale(tmp_path) == ["tables/state.md", "tables/rules.md", "submodels/practice.md"]
    monkeypatch.setattr(document, "stale", lambda: ["tables/rules.md"])
    monkeypatch.setattr(sys, "argv", ["document", "--check"])
    assert document.main() == 1
    assert "docs/tables/rules.md" in capsys.readouterr().err


def test_a_made_passage_that_was_edited_is_made_again_and_what_is_written_by_hand_stays():
    edited = ODD.replace("1. `open_quarter`:", "1. Something else:").replace("**Purpose.**", "**Why.**")
    assert edited.count("Something else") == 1
    assert document_passages.with_passages(edited) == ODD.replace("**Purpose.**", "**Why.**")


def test_a_passage_that_nobody_makes_is_refused():
    with pytest.raises(ValueError, match="asks for the passage 'weather'"):
        document_passages.with_passages("<!-- made: weather -->\nsun\n<!-- end of weather -->")


def test_the_odd_names_nothing_that_the_code_does_not_have():
    names = names_of_the_code()
    elsewhere = {"math", "turnaround.extensions", "this type", "fixed"}
    used = set(re.findall(r"`([^`\n]+)`", FENCED.sub("", ODD))) - elsewhere
    assert sorted(name for name in used if not is_known(name, names)) == []


def test_equations_of_the_odd_use_names_of_parameters_or_state():
    words = set(re.findall(r"[a-z]+(?:_[a-z0-9]+)+", " ".join(block for _, _, block in FENCED.findall(ODD))))
    leaves = {name.rsplit(".", 1)[-1] for name in registry()}
    assert sorted(words - leaves) == []


def test_the_odd_accounts_for_every_rule_of_a_quarter():
    in_order = set(re.findall(r"- `(\w+)`", document.rules_page().split("## A quarter")[1].split("\n## ")[0]))
    assert in_order - set(re.findall(r"`(\w+)`", ODD)) == {"inherit", "prepare_successor"}


def test_trace_and_the_model_card_name_nothing_that_is_not_there():
    names = names_of_the_code()
    for file in WITH_NAMES[1:]:
        used = re.findall(r"`([^`\n]+)`", FENCED.sub("", (ROOT / file).read_text("utf-8")))
        assert used
        assert [name for name in used if not is_known(name, names)] == [], file


@pytest.mark.parametrize("file", ["README.md", *WITH_NAMES, *GUIDES, "examples/turnaround-strike/README.md"])
def test_links_lead_somewhere(file):
    text = (ROOT / file).read_text("utf-8")
    missing = [
        link
        for link in LINK.findall(text)
        if not link.startswith("http") and not ((ROOT / file).parent / link).exists()
    ]
    assert missing == []


def test_headings_that_the_odd_links_to_exist():
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", ODD), re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", ODD)) <= anchors


def blocks(language, file="README.md"):
    text = (ROOT / file).read_text("utf-8")
    return [(bool(mark), block) for mark, found, block in FENCED.findall(text) if found == language]


def command_lines(file, tested=False):
    """Lines of a document's blocks that are commands, their words without comments."""
    languages = ("bash",) if tested else ("bash", "")
    for language in languages:
        for mark, block in blocks(language, file):
            for line in block.splitlines():
                if (mark or not tested) and line.startswith(("turnaround ", "python -m ", "make ")):
                    yield shlex.split(line, comments=True)


def test_the_readme_shows_what_its_python_prints_and_what_is_measured():
    """Whatever it showed before."""
    (shown,) = (block for _, block in blocks("text"))
    older = README.replace(shown, "what it printed once\n")
    older = re.sub(r"some \d+ times fewer", "some 1000 times fewer", older)
    assert older != README
    assert stored.readme(older) == README


def test_the_python_of_the_guides_runs():
    run = [block for file in GUIDES for _, block in blocks("python", file)]
    assert run
    for block in run:
        exec(block, {})


@pytest.mark.parametrize("file", ["README.md", "docs/commands.md"])
def test_the_commands_that_are_marked_run(cli, file):
    commands = list(command_lines(file, tested=True))
    assert commands
    for program, subcommand, *rest in commands:
        assert program == "turnaround"
        code, _, problems = cli(subcommand, *rest, *FEW.get(subcommand, []))
        assert code == 0, f"{subcommand} {rest}\n{problems}"


DOCUMENTS = ["README.md", *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("file", DOCUMENTS)
def test_all_commands_of_the_documents_are_understood(file, tmp_path, monkeypatch):
    """The long ones too, which do not run here: programs, subcommands, options and modules exist."""
    monkeypatch.chdir(tmp_path)
    for words in command_lines(file):
        if words[0] == "turnaround":
            understand(words[1:])
        elif words[:2] == ["python", "-m"]:
            assert find_spec(words[2]) is not None, words
        elif words[0] == "make":
            assert words[1] in targets(), words


def understand(words):
    """Have a command read its words, and do nothing."""
    name, command, rest = turnaround.resolve_command(click.Context(turnaround), list(words))
    for word in rest:  # what it would read
        if not word.startswith("-") and "/" not in word and "." in word and "=" not in word:
            Path(word).touch()
        elif word.startswith("results/"):
            Path(word).mkdir(parents=True, exist_ok=True)
    command.make_context(name, rest)


def test_the_make_targets_of_the_readme_exist():
    assert set(re.findall(r"\bmake ([a-z-]+)`", README)) <= targets()
