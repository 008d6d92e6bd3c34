"""The tool that tries mutants, tried itself: on rules of a few lines whose mutants can be listed by hand."""

import shutil
import textwrap
from pathlib import Path

import mutate
import pytest
from mutation.mutants import find_mutants
from mutation.report import Outcome, Reason, Score, page, score_of, summary, unexplained
from mutation.sampling import stratified, wilson

ROOT = Path(__file__).parents[1]

RULES = textwrap.dedent(
    '''
    """Rules for a test."""

    from model.rule import rule

    LIMIT = 3.0


    @rule
    def held(x: float) -> float:
        """x, but no more than the limit."""
        return min(x, LIMIT)


    @rule
    def counted(x: int) -> int:
        """How often something can be taken away before nothing is left."""
        count = 0
        while x > 0:
            x -= 1
            count += 1
        return count
    '''
).lstrip()

TESTS = textwrap.dedent(
    """
    from model.rules import counted, held


    def test_what_is_below_the_limit_stays():
        assert held(2.0) == 2.0


    def test_three_can_be_taken_away_three_times():
        assert counted(3) == 3
    """
)


@pytest.fixture(scope="module")
def small_project(tmp_path_factory):
    """A project that has nothing but two rules, with a test of each."""
    root = tmp_path_factory.mktemp("project")
    (root / "model" / "rules").mkdir(parents=True)
    (root / "tests" / "rules").mkdir(parents=True)
    (root / "tests" / "data").mkdir()
    (root / "pyproject.toml").write_text("")
    (root / "tests" / "helpers.py").write_text("")
    (root / "model" / "__init__.py").write_text("")
    (root / "model" / "rule.py").write_text("def rule(function):\n    return function\n")
    (root / "model" / "rules" / "__init__.py").write_text(RULES)
    (root / "tests" / "rules" / "test_quarter.py").write_text(TESTS)
    shutil.copytree(ROOT / "tests" / "mutation", root / "tests" / "mutation")
    return root


def changes_of(source):
    return [(mutant.before, mutant.after) for mutant in find_mutants("here", source).mutants]


def test_every_change_that_can_be_a_mistake_is_made_once():
    """Three for the sign, two for the number, and the sum may be left out."""
    assert sorted(changes_of("def rule(a):\n    a.b = a.c + 1.0\n")) == sorted(
        [
            ("a.b = a.c + 1.0", "a.b = a.c - 1.0"),
            ("a.b = a.c + 1.0", "a.b = a.c * 1.0"),
            ("a.b = a.c + 1.0", "a.b = a.c / 1.0"),
            ("a.b = a.c + 1.0", "a.b = a.c + 2.0"),
            ("a.b = a.c + 1.0", "a.b = a.c + 0.0"),
            ("a.b = a.c + 1.0", "pass"),
        ]
    )


@pytest.mark.parametrize(
    "line,becomes",
    [
        ("a.b += c", {"a.b -= c", "pass"}),
        ("a.b *= c", {"a.b /= c", "pass"}),
        ("x = min(a, b)", {"x = max(a, b)"}),
        ("x = a.min(b)", set()),
        ("x = a and b", {"x = a or b"}),
        ("x = a == b", {"x = a != b"}),
        ("act(a)", {"pass"}),
        ("x = [\n        1]", {"2]", "0]"}),
    ],
)
def test_what_the_library_passes_over_is_changed_too_and_codes_have_no_order(line, becomes):
    assert {after for _, after in changes_of(f"def rule(a, b, c):\n    {line}\n")} == becomes


@pytest.mark.parametrize(
    "source",
    ["from a import b\n", "@rule(size=1)\ndef f(x: A[1]) -> A[2]:\n    return x\n", '"""Text, 1 + 1."""\n'],
    ids=["an import", "a decorator and annotations", "a docstring"],
)
def test_what_does_not_compute_is_not_changed(source):
    assert changes_of(source) == []


def test_what_is_passed_over_is_counted():
    found = find_mutants("here", "@rule(size=1)\ndef f(x):\n    if x > y:\n        pass\n")
    assert (found.not_computing, found.said_twice) == (2, 1)
    assert len(found.mutants) == 5, "the other comparisons"


def test_a_rule_is_named_and_its_line_is_that_in_the_file():
    (mutant, *_) = (m for m in find_mutants("here", RULES).mutants if m.operator == "SwapMinAndMax")
    assert (mutant.segment.name, mutant.line) == (
        "held",
        1 + RULES.splitlines().index("    return min(x, LIMIT)"),
    )


def test_a_sample_is_the_same_for_one_seed_and_has_each_module_in_proportion():
    groups = {"a": list(range(60)), "b": list(range(100, 130)), "c": list(range(200, 210))}
    sample = stratified(groups, 20, seed=4)
    assert sample == stratified(groups, 20, seed=4)
    assert [sum(one // 100 == group for one in sample) for group in range(3)] == [12, 6, 2]
    assert sample != stratified(groups, 20, seed=5)
    assert len(set(sample)) == 20
    assert len(stratified(groups, 500, seed=4)) == 100


def test_the_interval_of_a_score_is_wilsons():
    """(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96, 80 of 100: 71.1% to 86.7%."""
    assert wilson(80, 100) == pytest.approx((0.7112, 0.8666), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_rule_that_is_worked_by_hand_kills_its_mutants_and_what_is_not_tested_survives(
    small_project, tmp_path, capsys
):
    """The test of `held` stays below the limit: a limit of 2 or 4 makes no difference to it, `max` does.
    Of `counted` a loop that takes away nothing never ends.
    """
    table = tmp_path / "mutants.csv"
    assert mutate.main(["--root", str(small_project), "--out", str(table), "--seconds", "0.5"]) == 0
    said = capsys.readouterr().out
    found = find_mutants("__init__", RULES).mutants
    known = mutate.known_outcomes(table, mutate.stand_of(small_project))
    became = {(mutant.before, mutant.after): known[mutant.key].outcome for mutant in found}
    assert became["return min(x, LIMIT)", "return max(x, LIMIT)"] == "killed"
    assert became["LIMIT = 3.0", "LIMIT = 4.0"] == became["LIMIT = 3.0", "LIMIT = 2.0"] == "survived"
    assert became["x -= 1", "x += 1"] == became["x -= 1", "pass"] == "timeout"
    assert became["count += 1", "count -= 1"] == "killed"
    score = score_of([(mutant, known[mutant.key]) for mutant in found])
    assert score.tried == len(found) == score.killed + score.timeouts + score.survived
    assert f"{score.tried} tried" in said.replace("    ", " ").replace("  ", " ")
    assert "- LIMIT = 3.0\n  + LIMIT = 4.0" in said
    assert (small_project / "model" / "rules" / "__init__.py").read_text() == RULES, "the rules stay"


def test_tests_that_fail_by_themselves_kill_nothing_but_end_the_run(small_project, tmp_path):
    root = tmp_path / "broken"
    shutil.copytree(small_project, root)
    (root / "tests" / "rules" / "test_more.py").write_text("def test_nothing():\n    assert 1 == 2\n")
    with pytest.raises(RuntimeError, match="test_nothing fails with the rules as they are"):
        mutate.main(["--root", str(root), "--out", str(tmp_path / "mutants.csv")])


def test_a_run_goes_on_where_it_was_interrupted_and_begins_anew_when_a_rule_has_changed(
    small_project, tmp_path, monkeypatch
):
    table, stand = tmp_path / "mutants.csv", mutate.stand_of(small_project)
    first, second = find_mutants("__init__", RULES).mutants[-2:]
    mutate.keep_only(table, stand)
    with table.open("a") as file:
        file.write(f"{stand},{first.key},killed,a test,1,0.1\nanother,{second.key},killed,a test,1,0.1\n")
        file.write(f"{stand},{second.key},kil")
    assert list(mutate.known_outcomes(table, stand)) == [first.key]
    tried = []
    monkeypatch.setattr(mutate, "answers_of_worker", lambda _, mutants, __: tried.extend(mutants) or iter(()))
    mutate.try_mutants(small_project, [second], table, stand, processes=1)
    assert tried == [second]
    assert table.read_text().count("\n") == 2, "the heading, and the one line about this stand"
    (small_project / "model" / "later.py").write_text("LATER = 1\n")
    assert mutate.stand_of(small_project) != stand


def outcomes_of_two():
    mutants = find_mutants("here", "def f(a):\n    a.b = 1.0\n").mutants
    return [
        (mutant, Outcome("survived" if mutant.after == "a.b = 2.0" else "killed", "", 1, 0.0))
        for mutant in mutants
    ]


def test_a_survivor_is_named_until_somebody_says_why_it_does_no_harm():
    outcomes = outcomes_of_two()
    (line,) = unexplained(outcomes, [])
    assert line == "here.py:2 in module\n  - a.b = 1.0\n  + a.b = 2.0"
    reason = Reason("Nobody reads b.", frozenset({("here", "a.b = 1.0", "a.b = 2.0")}))
    assert list(unexplained(outcomes, [reason])) == []


def test_the_page_gives_scores_with_and_without_survivors_that_do_no_harm():
    """Two of three are killed: 66.7%; the third does no harm: 100%."""
    source = "def f(a):\n    a.b = 1.0\n"
    reason = Reason("Nobody reads b.", frozenset({("here", "a.b = 1.0", "a.b = 2.0")}))
    written = page({"here": find_mutants("here", source)}, outcomes_of_two(), [reason])
    assert "**Score 66.7%**" in written
    assert "without them the score is 100.0%" in written
    assert "**Nobody reads b.**\n\n- `here`: `a.b = 1.0` → `a.b = 2.0`" in written
    assert "a further test could kill" not in written
    assert "a further test could kill" in page({}, outcomes_of_two(), [])


def test_every_reason_for_a_survivor_is_about_a_mutant_that_there_is():
    """A line that was changed since would leave its reason behind."""
    reasons = mutate.read_reasons(mutate.REASONS)
    explained = {change for reason in reasons for change in reason.changes}
    lines = {(module, before) for module, before, _ in explained}
    there = {
        (module, mutant.before, mutant.after)
        for module, found in mutate.find_in(ROOT / mutate.RULES).items()
        for mutant in found.mutants
        if (module, mutant.before) in lines
    }
    assert explained <= there
    assert all(reason.why.endswith(".") for reason in reasons)


def test_a_summary_has_a_line_for_each_module_and_one_for_all():
    assert [line.split()[0] for line in summary(outcomes_of_two()).splitlines()] == ["here", "all"]
    assert str(Score(4, 2, 1, 1)).startswith("75.0% (")
