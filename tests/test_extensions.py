"""A package from outside, installed as packages are, adds to the model; what is wrong is a sentence."""

import os
import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
from small_model import small_model

from model import ensemble, extensions, indicators, regimes
from model.extensions import Extension, ExtensionError, installed_extensions, refuse_what_cannot_be_compiled
from model.registry import ParameterError, parameter_dtype
from model.rule import rule

EXAMPLE = Path(__file__).parents[1] / "examples/turnaround-strike"

USE = """
import math
from model.compilation import model_hash
from model.ensemble import draw_luck, run_block
from model.indicators import quarter_fields
from model.regimes import resolve
from model.simulation import Simulation

bearing = {"strike.bearable": 0.0}
calm, struck = resolve("ad_hoc", settings=bearing), resolve("strikes", settings=bearing)
idle = resolve("strikes", settings={**bearing, "strike.turnout": 0.0})
assert idle.values == calm.values, "but for strikes the regime is that from which it departs"
assert struck.origins["strike.turnout"] == "extension strike, regime strikes"
block = run_block([calm, struck], draw_luck(1, [0], 3), 3)
for run, parameters in enumerate((calm, struck)):
    observed = Simulation(quarters=3, parameters=parameters).run().observed
    for name, _, _ in quarter_fields():
        one, other = getattr(observed, name), block.quarters[name][run, -1]
        assert one == other or (math.isnan(one) and math.isnan(other)), name
assert quarter_fields()[-1] == (
    "breaking_points", "councils", "whose social workers feel more pressure than they bear"
)
assert 0 < block.quarters["breaking_points"][0, 0] < 152
assert block.quarters["quality_mean"][1, -1] < block.quarters["quality_mean"][0, -1]
print(model_hash())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder into which pip installed the example, as it is kept in this repository."""
    folder = tmp_path_factory.mktemp("installed")
    words = "-m pip install --quiet --no-deps --no-build-isolation --disable-pip-version-check --no-index"
    subprocess.run([sys.executable, *words.split(), "--target", str(folder), str(EXAMPLE)], check=True)
    return folder


def run_python(*arguments: str, path: list[Path], cache: Path) -> subprocess.CompletedProcess[str]:
    places = os.pathsep.join(map(str, path))
    return subprocess.run(
        [sys.executable, "-W", "error", "-P", *arguments],
        env=os.environ | {"PYTHONPATH": places, "TURNAROUND_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )


registry = import_module("model.registry")  # `model.registry` itself is the function
CACHED = [
    extensions.installed_extensions,
    registry.registry,
    indicators.quarter_fields,
    regimes.regime_names,
    regimes.added_regime,
]


@pytest.fixture
def have(monkeypatch):
    """Has the model find these extensions, for the length of a test."""

    def installed(*given):
        points = [EntryPoint(getattr(one, "name", "broken"), "some:thing", extensions.GROUP) for one in given]
        loaded = {id(point): one for point, one in zip(points, given, strict=True)}
        monkeypatch.setattr(extensions, "entry_points", lambda group: points)
        monkeypatch.setattr(EntryPoint, "load", lambda point: loaded[id(point)])
        for function in CACHED:
            function.cache_clear()

    yield installed
    for function in CACHED:
        function.cache_clear()


def entry(name="walkout.size", low=0.0, high=1.0):
    return (
        f'[{name}]\ndefault = 0.5\nlow = {low}\nhigh = {high}\nunit = "share"\ndistribution = "uniform"\n'
        'grade = "assumed"\nsource = "a test"\nmeaning = "how many walk out"\n'
    )


# ---- The example, installed


def test_a_package_adds_a_regime_a_rule_and_an_indicator_to_both_engines(installed, tmp_path):
    copy = small_model(tmp_path)
    done = run_python("-c", USE, path=[installed, copy], cache=tmp_path / "cache")
    assert done.returncode == 0, done.stderr
    without = run_python(
        "-c",
        "from model.compilation import model_hash; print(model_hash())",
        path=[copy],
        cache=tmp_path / "cache",
    )
    assert done.stdout != without.stdout, "an extension must enter the key of results"


def test_its_regime_and_parameters_are_found_on_the_command_line(installed, tmp_path):
    path = [installed, EXAMPLE.parents[1]]
    shown = run_python("-m", "turnaround", "regimes", "strikes", path=path, cache=tmp_path)
    assert shown.stdout.startswith("Case by case, with strikes (strikes)\n"), shown.stderr
    assert re.search(r"strike\.turnout +0\.1 +0 ", shown.stdout)
    asked = "import dashboards.live.offered as o; print(list(o.Offered(None, None).styles))"
    offered = run_python("-c", asked, path=path, cache=tmp_path)
    assert "'trust'" in offered.stdout, offered.stderr
    assert "'strikes'" in offered.stdout


def test_the_tests_of_the_example_pass(installed, tmp_path, monkeypatch):
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, str(EXAMPLE / "tests")]
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    done = run_python(*words, path=[installed, EXAMPLE.parents[1]], cache=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_package_imported_before_the_model_is_told_so(installed, tmp_path):
    path = [installed, EXAMPLE.parents[1]]
    done = run_python("-c", "import turnaround_strike", path=path, cache=tmp_path)
    assert done.stderr.splitlines()[-1].endswith(
        "extension strike (turnaround_strike:extension): was imported before the model, which needs it whole;"
        " allowed is `import model` first"
    )
    assert run_python("-c", "import model, turnaround_strike", path=path, cache=tmp_path).returncode == 0


def test_a_command_ends_with_one_sentence_about_a_broken_extension(tmp_path):
    metadata = tmp_path / "broken-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[turnaround.extensions]\nbroken = broken:extension\n")
    done = run_python(
        "-m", "turnaround", "regimes", path=[tmp_path, EXAMPLE.parents[1]], cache=tmp_path / "cache"
    )
    assert done.returncode == 2
    assert done.stderr == (
        "Error: extension broken (broken:extension): cannot be loaded: ModuleNotFoundError:"
        " No module named 'broken'\n"
    )


# ---- What is wrong with one is said in a sentence that names it


def nothing(world, p):
    pass


def short_of_arguments(world):
    pass


@pytest.mark.parametrize(
    "extension, said",
    [
        (
            Extension("strike", rules={"settle_marekts": nothing}),
            "has a rule for 'settle_marekts'; did you mean settle_markets? Allowed is open_quarter,"
            " serve_children, settle_markets, intervene_everywhere, burden_helpers",
        ),
        (
            Extension("strike", rules={"serve_children": short_of_arguments}),
            "extension strike: its rule for serve_children must be a function of two arguments",
        ),
        (
            Extension("strike", indicators={"class": nothing}),
            "extension strike: its indicator 'class': allowed is a name of small letters",
        ),
        (
            Extension("strike", regimes={"my regime": ""}),
            "extension strike: its regime 'my regime': allowed is a name of small letters",
        ),
        (
            Extension("strike", units={"pickets": ("people", "outside")}),
            "extension strike: gives a unit for 'pickets', which is none of its indicators",
        ),
        (
            "no extension",
            "extension broken (some:thing): is str; allowed is an Extension of model.extensions",
        ),
    ],
)
def test_what_is_wrong_with_an_extension_by_itself(have, extension, said):
    have(extension)
    with pytest.raises(ExtensionError, match=re.escape(said)):
        extensions.installed_extensions()


@pytest.mark.parametrize(
    "text, said",
    [
        ("[walkout.size", "extension strike: its parameters are not TOML: "),
        ("size = 1", "extension strike: size stands in no entry; allowed is a table"),
        (
            entry(high=0.4),
            "extension strike, entry walkout.size: the default 0.5 lies outside its own bounds",
        ),
        (
            entry().replace('unit = "share"\n', ""),
            "extension strike, entry walkout.size: unit: field required",
        ),
        (entry("size"), "extension strike, entry size: allowed is a name such as strike.pressure"),
        (
            entry("walkout.by.day"),
            "extension strike, entry walkout.by.day: allowed is a name such as strike.pressure",
        ),
        (
            entry("director.walkout"),
            "extension strike: the group of parameters 'director' comes with the model already",
        ),
    ],
)
def test_what_is_wrong_with_its_parameters(have, text, said):
    have(Extension("strike", parameters=text))
    with pytest.raises(ParameterError, match=re.escape(said)):
        registry.registry()


REGIME = 'title = "A"\nsummary = "B."\n[director]\nblame = 0.5\n'


@pytest.mark.parametrize(
    "text, said",
    [
        ("title = ", "extension strike, regime pickets: not TOML: "),
        ('title = "A"', "extension strike, regime pickets: needs a summary, in quotes, at the top"),
        (
            REGIME.replace("0.5", "5.0"),
            "director.blame = 5.0 (extension strike, regime pickets): allowed is 0 to 1.5",
        ),
        (
            REGIME.replace("blame", "balme"),
            "no parameter is called 'director.balme' (extension strike, regime pickets); did you mean",
        ),
    ],
)
def test_what_is_wrong_with_its_regime(have, text, said):
    have(Extension("strike", regimes={"pickets": text}))
    with pytest.raises(ParameterError, match=re.escape(said)) as problem:
        regimes.resolve("pickets")
    assert "extension strike, regime pickets" in str(problem.value)


def test_names_that_are_taken_are_refused(have):
    have(Extension("strike", regimes={"trust": REGIME}))
    with pytest.raises(ExtensionError, match="strike: the regime 'trust' comes with the model already"):
        regimes.find_regime("trust")
    have(Extension("strike", indicators={"inadequate": nothing}))
    with pytest.raises(ExtensionError, match="strike: the indicator 'inadequate' comes with the model"):
        indicators.quarter_fields()
    have(Extension("lockout", parameters=entry()), Extension("strike", parameters=entry()))
    with pytest.raises(
        ExtensionError,
        match=r"strike: the group of parameters 'walkout' comes with extension lockout already",
    ):
        registry.registry()
    have(Extension("strike"), Extension("strike", regimes={"pickets": REGIME}))
    with pytest.raises(ExtensionError, match="strike: the extension 'strike' comes with extension strike"):
        extensions.installed_extensions()


def test_a_regime_alone_leaves_results_known_as_they_were(have):
    have(Extension("strike", regimes={"pickets": REGIME}))
    assert extensions.extensions_hash() == ""
    assert regimes.regime_names()[-1] == "pickets"
    assert regimes.resolve("pickets")["director.blame"] == 0.5
    have(Extension("strike", rules={"serve_children": nothing}))
    assert extensions.extensions_hash() != ""


# ---- What the compiler refuses


def in_a_list(world, p):
    return sorted([council.practice.quality for council in world.councils])[0]


def misspelt(world, p):
    return world.councils[0].practice.qaulity


def in_words(world, p):
    return "many"


@rule
def by_another_rule(council):
    return council.practise.quality


def through_another_rule(world, p):
    return by_another_rule(world.councils[0])


@pytest.mark.parametrize(
    "function, said",
    [
        (in_a_list, r"its indicator pickets cannot be compiled: .*test_extensions\.py, line \d+"),
        (misspelt, "its indicator pickets cannot be compiled: neither agents nor parameters have 'qaulity'"),
        (through_another_rule, "its indicator pickets cannot be compiled: .*'practise'"),
        (in_words, "its indicator pickets returns .*; allowed is a number"),
        (nothing, "its indicator pickets returns none; allowed is a number"),
    ],
)
def test_what_cannot_be_compiled_is_refused_before_anything_else_is_compiled(function, said):
    extension = Extension("strike", indicators={"pickets": function})
    with pytest.raises(ExtensionError, match=f"^extension strike: {said}") as problem:
        refuse_what_cannot_be_compiled(extension, ensemble.blank_world(), np.zeros(1, parameter_dtype())[0])
    assert "\n" not in str(problem.value)


def test_no_extension_is_installed_where_the_tests_run():
    assert installed_extensions() == ()
