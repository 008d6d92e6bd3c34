"""Documents against the code: tables are fresh, names that the ODD uses exist, snippets of the README run."""

import fnmatch
import inspect
import re
import shlex
import sys
from enum import IntEnum
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
import test_prototype

import model
import model.rules
from experiments import document, stored
from model import agents, codes, indicators
from model.agents import Council, Nation, Partner, Provider, Region
from model.records import dotted_fields
from model.registry import MIXTURES, registry
from model.state import state_fields

ROOT = Path(__file__).parents[1]
ODD = (ROOT / "docs/odd.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
FENCED = re.compile(r"(<!-- tested -->\n)?```(\w*)\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
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
    if name.startswith("python "):
        return (ROOT / name.split()[1]).is_file()
    if name.startswith("make "):
        return name.removeprefix("make ") in targets()
    return name in names or (ROOT / name).exists()


def test_the_generated_tables_are_what_the_code_makes_of_them():
    assert document.stale() == [], f"run `{document.COMMAND}`"


def test_a_stale_table_is_found(tmp_path, monkeypatch, capsys):
    for name in document.PAGES:
        (tmp_path / name).write_text((document.FOLDER / name).read_text("utf-8"), "utf-8")
    (tmp_path / "rules.md").write_text("edited by hand", "utf-8")
    (tmp_path / "state.md").unlink()
    assert document.stale(tmp_path) == ["state.md", "rules.md"]
    monkeypatch.setattr(document, "stale", lambda: ["rules.md"])
    monkeypatch.setattr(sys, "argv", ["document", "--check"])
    assert document.main() == 1
    assert "docs/tables/rules.md" in capsys.readouterr().err


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
    left_to_the_table = in_order - set(re.findall(r"`(\w+)`", ODD))
    assert left_to_the_table == {
        "close_council",
        "funding_growth",
        "inherit",
        "is_good",
        "is_run_by_provider",
        "leaves_council_in_charge",
        "note_nothing",
        "partner_kind_for",
        "prepare_successor",
    }


@pytest.mark.parametrize("file", ["README.md", "docs/odd.md"])
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


def blocks(language):
    return [(bool(mark), block) for mark, found, block in FENCED.findall(README) if found == language]


def test_the_readme_shows_what_its_python_prints_and_what_is_measured():
    """Whatever it showed before."""
    (shown,) = (block for _, block in blocks("text"))
    older = README.replace(shown, "what it printed once\n")
    older = re.sub(r"some \d+ times fewer", "some 1000 times fewer", older)
    assert older != README
    assert stored.readme(older) == README


def test_the_commands_of_the_readme_run(cli):
    commands = [line for mark, block in blocks("bash") if mark for line in block.splitlines() if line]
    assert commands
    for command in commands:
        program, subcommand, *rest = shlex.split(command, comments=True)
        assert program == "turnaround"
        code, _, problems = cli(subcommand, *rest, *FEW.get(subcommand, []))
        assert code == 0, f"{command}\n{problems}"


def test_the_make_targets_of_the_readme_exist():
    assert set(re.findall(r"\bmake ([a-z-]+)`", README)) <= targets()
