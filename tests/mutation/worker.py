"""Tries mutants, each in a fork of a process that has imported the rules and collected their tests.

A mutant is put into the functions as they stand in memory: nothing is imported anew, no file is written.
First all tests run once and say which rules they call; a mutant of a rule then meets just those, for no other
test can notice it, with those of the rule's own module first. Rules run interpreted.

Run by `tests/mutate.py`, in a copy of the tree: reads mutants as lines of JSON from its input, and writes what
became of each to the descriptor that it is told.
"""

import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

SECONDS = 5.0
"""Processor time for one mutant. All tests of the rules together take about two seconds."""

SECONDS_BY_THE_CLOCK = 60
UNCHANGED = "the rules as they are"


class Trying:
    """A plugin of pytest that tries mutants in place of running tests."""

    def __init__(self, tasks: Sequence[str], answers: Any) -> None:
        """Take mutants as lines of JSON, and write one such line for each to `answers`, a text file."""
        self.tasks = tasks
        self.answers = answers

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn which test calls which rule, then try one mutant after the other."""
        calls = {item: rules_called_by(item) for item in session.items}
        gc.freeze()
        for line in self.tasks:
            mutant = json.loads(line)
            answer = try_in_fork(mutant, tests_for(mutant, calls))
            self.answers.write(json.dumps({"key": mutant["key"], **answer}) + "\n")
            self.answers.flush()
        return True


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


def tests_for(
    mutant: dict[str, str], calls: dict[pytest.Item, set[tuple[str, str]]]
) -> list[pytest.Item]:
    """Tests that call the changed rule, or all if it is no rule; those of its own module come first."""
    rule = (mutant["module"], mutant["rule"])
    reaching = [item for item, called in calls.items() if not mutant["rule"] or rule in called]
    return sorted(reaching, key=lambda item: item.path.stem != f"test_{mutant['module']}")


def try_in_fork(mutant: dict[str, str], items: list[pytest.Item]) -> dict[str, Any]:
    """What becomes of a mutant: outcome, the test that killed it, how many tests reach it, seconds."""
    reader, writer = os.pipe()
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        meet_tests(mutant, items, writer)
    os.close(writer)
    with open(reader, encoding="utf-8") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    answer = json.loads(said) if said else {"outcome": "timeout", "test": ""}
    if not said and (not os.WIFSIGNALED(status) or os.WTERMSIG(status) not in LIMITS):
        raise RuntimeError(f"the process of {mutant['key']} ended with status {status}")
    return answer | {"tests": len(items), "seconds": round(time.perf_counter() - began, 3)}


LIMITS = (signal.SIGPROF, signal.SIGALRM)


def meet_tests(mutant: dict[str, str], items: list[pytest.Item], writer: int) -> None:
    """In the fork: become the mutant, run tests up to the first that fails, and end."""
    for limit in LIMITS:
        signal.signal(limit, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(SECONDS_BY_THE_CLOCK)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = {"outcome": "survived", "test": ""}
    try:
        become(mutant)
        killer = next((item.nodeid for item in items if not passes(item)), None)
    except BaseException as problem:  # whatever it is, this process ends here
        answer = {"outcome": "killed", "test": f"cannot be imported: {type(problem).__name__}"}
    else:
        if killer is not None:
            answer = {"outcome": "killed", "test": killer}
    os.write(writer, json.dumps(answer).encode())
    os._exit(0)


def become(mutant: dict[str, str]) -> None:
    """Put the changed code where the code was."""
    module = importlib.import_module(module_name(mutant["module"]))
    if mutant["rule"]:
        getattr(module, mutant["rule"]).__code__ = code_of(mutant["code"], mutant["rule"])
    else:
        renew(module, mutant["source"])


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
    """Collect the tests named on the command line, after the descriptor for answers, and try mutants."""
    descriptor, *tests = sys.argv[1:]
    tasks = sys.stdin.readlines()
    quiet = ["--noconftest", "-q", "-p", "no:cacheprovider", "-o", "faulthandler_timeout=0"]
    with open(int(descriptor), "w", encoding="utf-8") as answers:
        return int(pytest.main([*quiet, *tests], plugins=[Trying(tasks, answers)]))


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd() / "tests"))
    sys.exit(main())
