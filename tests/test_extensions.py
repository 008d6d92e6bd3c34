"""A package from outside adds a parameter, a rule and an indicator; both engines take them up alike."""

import os
import subprocess
import sys

import pytest
from small_model import small_model

PACKAGE = '''
from model.extensions import Extension
from model.rule import rule

PARAMETERS = """
[strike.pressure]
default = 0.0
low = 0.0
high = 0.2
unit = "ratio"
distribution = "uniform"
grade = "assumed"
source = "a test"
meaning = "pressure that a strike adds in every quarter"
"""


@rule
def worst_hit(world):
    worst = 0.0
    for council in world.councils:
        if council.exists == 1:
            worst = max(worst, council.workforce.pressure)
    return worst


def strike(world, p):
    for council in world.councils:
        council.workforce.pressure += p.strike.pressure


def highest_pressure(world, p):
    return worst_hit(world)


extension = Extension(
    name="strike",
    parameters=PARAMETERS,
    rules={"PHASE": strike},
    indicators={"highest_pressure": highest_pressure},
    units={"highest_pressure": ("ratio less 1", "pressure where it is highest")},
)
'''

USE = """
import math
from model.compilation import model_hash
from model.ensemble import draw_luck, run_block
from model.indicators import quarter_fields
from model.regimes import resolve
from model.simulation import Simulation

calm, struck = resolve(), resolve(settings={"strike.pressure": 0.1})
block = run_block([calm, struck], draw_luck(1, [0], 4), 4)
for run, parameters in enumerate((calm, struck)):
    observed = Simulation(quarters=4, parameters=parameters).run().observed
    for name, _, _ in quarter_fields():
        one, other = getattr(observed, name), block.quarters[name][run, -1]
        assert one == other or (math.isnan(one) and math.isnan(other)), name
assert quarter_fields()[-1] == ("highest_pressure", "ratio less 1", "pressure where it is highest")
rise = block.quarters["highest_pressure"][1] - block.quarters["highest_pressure"][0]
assert rise[0] == rise[0] and abs(rise[0] - 0.1) < 1e-9, rise
assert block.quarters["quality_mean"][1, -1] < block.quarters["quality_mean"][0, -1]
print(model_hash())
"""


@pytest.fixture
def install(tmp_path):
    """Install the package, as far as Python can tell, for a process that is told where to look."""

    def in_phase(phase: str) -> dict[str, str]:
        (tmp_path / "strike.py").write_text(PACKAGE.replace("PHASE", phase))
        metadata = tmp_path / "strike-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: strike\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text("[turnaround.extensions]\nstrike = strike:extension\n")
        path = os.pathsep.join([str(tmp_path), str(small_model(tmp_path))])
        return os.environ | {"PYTHONPATH": path, "TURNAROUND_CACHE": str(tmp_path / "cache")}

    return in_phase


def run_python(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-P", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_package_adds_a_parameter_a_rule_and_an_indicator_to_both_engines(install, tmp_path):
    done = run_python(USE, install("intervene_everywhere"))
    assert done.returncode == 0, done.stderr
    without = run_python(
        "from model.compilation import model_hash; print(model_hash())",
        {**os.environ, "PYTHONPATH": str(tmp_path / "copy")},
    )
    assert done.stdout != without.stdout, "an extension must enter the key of results"


def test_a_phase_that_does_not_exist_is_refused(install):
    done = run_python("import model", install("settle_marekts"))
    assert done.returncode != 0
    assert "extension strike has rules for settle_marekts; allowed is open_quarter" in done.stderr
