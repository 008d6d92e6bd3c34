"""Tries mutants, each in a fork of a process that has imported the rules and collected their tests.

A mutant is put into the functions as they stand in memory: nothing is imported anew, no file is written.
First all tests run once and say which rules they call; a mutant of a rule then meets just those, for no other
test can notice it, with those of the rule's own module first. Rules run interpreted.

Run by `tests/mutate.py`, in a copy of the tree: reads mutants as lines of JSON from its input, and writes
what became of each to the descriptor that it is told.
"""

import gc
import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, TextIO

import pytest
from _pytest.runner import runtestprotocol

Task = dict[str, str]
UNCHANGED = "the rules as they are"


class Trying:
    """A plugin of pytest that tries mutants in place of running tests."""

    def __init__(self, tasks: Sequence[str], seconds: float, answers: TextIO) -> None:
        """Take mutants as lines of JSON, give each so many seconds, and write such a line for each."""
        self.tasks = [json.loads(task) for task in tasks]
        self.seconds = seconds
        self.answers = answers

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn which test calls which rule, then try the mutants of one rule after the other."""
        calls = {item: rules_called_by(item) for item in session.items}
        gc.freeze()
        for _, mutants in groupby(self.tasks, key=what_is_changed):
            try_in_fork(list(mutants), calls, self.seconds, self.answers)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Whether a test passed, without the account of why not, which takes longer than most tests."""
        problem = call.excinfo
        skipped = problem is not None and problem.errisinstance(pytest.skip.Exception)
        outcome = "passed" if problem is None else "skipped" if skipped else "failed"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)


def rules_called_by(item: pytest.Item) -> set[tuple[str, str]]:
    """Run a test and say which functions of the rulebook it calls, as (module, name).

    Raises:
        RuntimeError: if the test fails, with rules as they are.
    """
    called = set()

    def note(frame: Any, event: str, _: Any) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith("model.rules"):
            called.add((stem_of(module), frame.f_code.co_name))

    sys.setprofile(note)
    try:
        passed = passes(item)
    finally:
        sys.setprofile(None)
    if not passed:
        raise RuntimeError(f"{item.nodeid} fails with {UNCHANGED}")
    return called


def stem_of(module: str) -> str:
    """The file of a module of the rulebook, without its ending."""
    return "__init__" if module == "model.rules" else module.rpartition(".")[2]


def passes(item: pytest.Item) -> bool:
    """Whether a test passes or is skipped."""
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))


def what_is_changed(mutant: Task) -> tuple[str, str]:
    """The rule, whose mutants share a process; or the mutant, which has one to itself."""
    return mutant["module"], mutant["rule"] or mutant["key"]


def tests_for(mutant: Task, calls: dict[pytest.Item, set[tuple[str, str]]]) -> list[pytest.Item]:
    """Tests that call the changed rule, or all if it is no rule; those of its own module come first."""
    rule = (mutant["module"], mutant["rule"])
    reaching = [item for item, called in calls.items() if not mutant["rule"] or rule in called]
    return sorted(reaching, key=lambda item: item.path.stem != f"test_{mutant['module']}")


def try_in_fork(
    mutants: list[Task], calls: dict[pytest.Item, set[tuple[str, str]]], seconds: float, answers: TextIO
) -> None:
    """Try the mutants of one rule in a process that ends with them, so that the next rule meets a clean one.

    Raises:
        RuntimeError: if that process fails.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            try_all(mutants, tests_for(mutants[0], calls), seconds, answers)
            status = 0
        except Exception:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise RuntimeError(f"{mutants[0]['key']} and the mutants after it: the process ended with {status}")


def try_all(mutants: list[Task], items: list[pytest.Item], seconds: float, answers: TextIO) -> None:
    """Try mutants, write what became of each, and see that they left nothing behind.

    Raises:
        RuntimeError: if a test fails after the last has gone.
    """
    for mutant in mutants:
        began = time.process_time()
        outcome, test = try_one(mutant, items, seconds)
        took = round(time.process_time() - began, 4)
        answer = {
            "key": mutant["key"],
            "outcome": outcome,
            "test": test,
            "tests": len(items),
            "seconds": took,
        }
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    if mutants[0]["rule"]:
        left = next((item.nodeid for item in items if not passes(item)), None)
        if left is not None:
            raise RuntimeError(f"{left} fails with {UNCHANGED}, after mutants of {mutants[0]['rule']}")


def try_one(mutant: Task, items: list[pytest.Item], seconds: float) -> tuple[str, str]:
    """What becomes of a mutant, and the test that killed it."""
    with limited(seconds) as limit:
        try:
            with changed(mutant):
                killer = next((item.nodeid for item in items if not passes(item)), "")
        except Exception as problem:  # of whatever kind: such a module cannot be imported
            killer = f"import: {type(problem).__name__}"
    return ("timeout" if limit.reached else "killed" if killer else "survived"), killer


class Limit:
    """Whether the time for a mutant ran out."""

    reached = False


class OutOfTimeError(Exception):
    """Raised in the midst of a test when the time for a mutant is over."""


@contextmanager
def limited(seconds: float) -> Iterator[Limit]:
    """Let what runs in this block fail when it has used its processor time."""
    limit = Limit()

    def reach(*_: Any) -> None:
        limit.reached = True
        raise OutOfTimeError

    signal.signal(signal.SIGPROF, reach)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield limit
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


@contextmanager
def changed(mutant: Task) -> Iterator[None]:
    """Put the changed code where the code was, for as long as this block lasts."""
    module = importlib.import_module(module_name(mutant["module"]))
    if not mutant["rule"]:
        renew(module, mutant["source"])  # for good: the process ends with it
        yield
        return
    function = getattr(module, mutant["rule"])
    code = function.__code__
    function.__code__ = code_of(mutant["code"], mutant["rule"])
    try:
        yield
    finally:
        function.__code__ = code


def module_name(stem: str) -> str:
    """The module of the rulebook that a file is."""
    return "model.rules" if stem == "__init__" else f"model.rules.{stem}"


def code_of(source: str, name: str) -> CodeType:
    """The code of a function in some source."""
    constants = compile(source, f"<mutant of {name}>", "exec").co_consts
    return next(part for part in constants if isinstance(part, CodeType) and part.co_name == name)


def renew(module: ModuleType, source: str) -> None:
    """Run a module's source anew, and give what it defines to all who have imported it from there."""
    fresh: dict[str, Any] = {"__name__": module.__name__, "__file__": module.__file__}
    exec(compile(source, "<mutant>", "exec"), fresh)
    for name, new in fresh.items():
        old = vars(module).get(name)
        if isinstance(old, FunctionType):
            old.__code__ = new.__code__
        elif not name.startswith("__"):
            rebind(name, old, new)


def rebind(name: str, old: Any, new: Any) -> None:
    """Let every module that has this under this name have the new one."""
    for holder in list(sys.modules.values()):
        names = getattr(holder, "__dict__", {})
        if name in names and names[name] is old:
            names[name] = new


def main() -> int:
    """Collect the tests named on the command line, after where answers go and the limit, and try mutants."""
    descriptor, seconds, *tests = sys.argv[1:]
    tasks = sys.stdin.readlines()
    quiet = ["--noconftest", "-q", "-p", "no:cacheprovider", "-o", "faulthandler_timeout=0"]
    with os.fdopen(int(descriptor), "w", encoding="utf-8") as answers:
        return int(pytest.main([*quiet, *tests], plugins=[Trying(tasks, float(seconds), answers)]))


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd() / "tests"))
    sys.exit(main())
