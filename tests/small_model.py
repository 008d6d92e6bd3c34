"""A copy of the model with a rulebook of a few rules, for tests that have to compile an engine of their own.

The phases of a quarter are all there with what extensions add to them, and so are start, indicators and end.
"""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
OF_A_COUNCIL = re.compile(r"\n            (?:if .*:\n                )?([a-z_]+)\(council[,.) ].*")
KEPT = ("open_accounts", "feel_pressure", "lead_department", "practise", "earn_confidence", "reach_children")
"""Of the rules that each council goes through in a quarter."""


def small_model(folder: Path) -> Path:
    """Copy the model to a folder, leave most rules out of its quarter, and return where to import it from."""
    root = folder / "copy"
    shutil.copytree(ROOT / "model", root / "model", ignore=shutil.ignore_patterns("__pycache__"))
    rulebook = root / "model/rules/__init__.py"
    whole = rulebook.read_text("utf-8")
    called = {call[1] for call in OF_A_COUNCIL.finditer(whole)}
    assert called > set(KEPT), "the rules of a council are not called as they were"
    rulebook.write_text(OF_A_COUNCIL.sub(lambda call: call[0] * (call[1] in KEPT), whole), "utf-8")
    return root
