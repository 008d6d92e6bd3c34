"""The benchmarks measure what they say: the same rules elsewhere, arithmetic counted, a page of figures."""

import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import model.rules
from experiments.benchmarks.__main__ import NAMES, main
from experiments.benchmarks.agentpy_model import AgentPySimulation
from experiments.benchmarks.column_rules import AS_COLUMNS, AS_THEY_STAND, CANNOT, COULD_BE
from experiments.benchmarks.columns import CLOSE, ColumnModel, furthest_apart, started
from experiments.benchmarks.floor import arithmetic_loop
from experiments.benchmarks.operations import TALLY, Counted, count_operations, counting_functions
from experiments.benchmarks.page import PAGE, STORE, page_of
from experiments.benchmarks.studies import _as_typed
from experiments.benchmarks.sweeps import as_markdown
from experiments.benchmarks.telling import duration
from experiments.benchmarks.timing import COUNCILS, Spread, ratios
from experiments.document import called_by
from model.agents import Shock
from model.ensemble import Worlds
from model.indicators import quarter_fields
from model.population import council_facts
from model.rules import arithmetic, burden_helpers
from model.rules.arithmetic import root_of_rest
from model.rules.leadership import let_blame_fade
from model.rules.nation import read_national_paths
from model.shocks import drawn_fields
from model.simulation import Simulation

QUARTERS = 3
REPLICATE = 2


def as_bytes(worlds: Worlds) -> list[bytes]:
    return [part.tobytes() for part in worlds.parts()]


# ---- The same rules elsewhere


@pytest.mark.parametrize("regime", ["ad_hoc", "trust"])
def test_a_history_by_agentpy_ends_in_the_bits_of_the_mesa_model_and_records_its_indicators(regime):
    history = AgentPySimulation({"regime": regime, "luck": 1, "replicate": REPLICATE, "steps": QUARTERS})
    results = history.run(display=False)
    ours = Simulation(regime, seed=1, replicate=REPLICATE, quarters=QUARTERS).run()
    assert as_bytes(history.worlds()) == as_bytes(ours.worlds())
    collected = ours.datacollector.get_model_vars_dataframe()
    recorded = results.variables.AgentPySimulation
    names = [name for name, _, _ in quarter_fields()]
    assert recorded[names].to_numpy().tobytes() == collected[names].to_numpy().tobytes()
    assert results.reporters["quality_end"][0] == ours.outcome.quality_end


def by_the_rules(quarters):
    """A history of the rules that are columns, and of no others, interpreted on Mesa's agents."""
    simulation = Simulation("ad_hoc", seed=1, replicate=0, quarters=quarters)
    _, luck, parameters = started(1, quarters)
    world, p = simulation.world, parameters.rules_view
    persistence = 1.0 - 1.0 / p.practice.circumstances_memory
    more = {
        "raise_need": {"spread": p.demand.need_spread * root_of_rest(p.demand.need_persistence)},
        "practise": {
            "persistence": persistence,
            "spread": p.practice.circumstances_spread * root_of_rest(persistence),
        },
    }
    holders = {"director": "director", "chief": "chief_executive"}
    names = [name for name, _ in drawn_fields(Shock)]
    for now in range(quarters):
        world.nation.quarter = now
        read_national_paths(world.nation, world.calendar, p)
        for row, council in enumerate(world.councils):
            if council.exists == 1:
                vars(council.shock).update(zip(names, luck.shocks[0, :, now, row].tolist(), strict=True))
                for rule in AS_COLUMNS:
                    given = {"council": council, "nation": world.nation, "p": p}
                    given |= {name: getattr(council, part) for name, part in holders.items()}
                    given |= more.get(rule.__name__, {})
                    asked = rule.__code__.co_varnames[: rule.__code__.co_argcount]
                    rule(**{name: given[name] for name in asked})
    return simulation.worlds()


def test_columns_give_what_the_rules_give_council_by_council():
    model = ColumnModel(*started(1, QUARTERS))
    for _ in range(QUARTERS):
        model.run_step()
    ours = by_the_rules(QUARTERS)
    assert furthest_apart(model, ours) < CLOSE
    quality = model.agents.borrow("practice.quality")[0]
    assert np.abs(quality - model.start["practice.quality"]).max() > 0.1  # points: something has happened


def test_only_the_rules_that_are_said_to_run_on_columns_as_they_stand_do():
    worlds, _, parameters = started(1, 1)
    world = Simulation("ad_hoc", quarters=1).world
    p = parameters.rules_view
    able = []
    for rule in AS_COLUMNS:
        councils = worlds.councils[0].view(np.recarray)
        given = {"council": councils, "nation": world.nation, "p": p, "spread": 0.1, "persistence": 0.9}
        given |= {"director": councils.director, "chief": councils.chief_executive}
        asked = rule.__code__.co_varnames[: rule.__code__.co_argcount]
        try:
            with np.errstate(all="ignore"):
                rule(**{name: given[name] for name in asked})
        except (TypeError, ValueError):  # a truth or a function of a whole column
            continue
        able.append(rule.__name__)
    assert able == list(AS_THEY_STAND)


def test_every_rule_that_a_quarter_calls_either_is_or_could_be_columns_or_cannot_for_a_reason():
    phases = ("open_quarter", "serve_children", "settle_markets", "intervene_everywhere")
    called = {rule.__name__ for phase in phases for rule in called_by(getattr(model.rules, phase))}
    called = called - {"first_in_line"} | {burden_helpers.__name__}
    told = [*(rule.__name__ for rule in AS_COLUMNS), *COULD_BE, *CANNOT]
    assert sorted(told) == sorted(called)


def test_rules_that_a_reason_names_exist():
    named = set(re.findall(r"`(\w+)`", " ".join(CANNOT.values())))
    page = (Path(__file__).parents[1] / "docs/tables/rules.md").read_text("utf-8")
    assert named
    assert named <= set(re.findall(r"- `(\w+)`", page))


# ---- The floor


@pytest.fixture
def tally():
    TALLY.clear()
    with counting_functions():
        yield TALLY
    TALLY.clear()


def test_the_logistic_is_a_comparison_an_exponential_an_addition_and_a_division(tally):
    """1 / (1 + exp(-x)), where the exponential asks first whether it would overflow."""
    found = arithmetic.logistic(Counted(0.0))
    assert tally == Counter(comparisons=1, functions=1, additions=1, divisions=1)
    assert isinstance(found, Counted)
    assert float(found) == 0.5


def test_the_rest_of_persistence_is_a_product_a_difference_and_a_root(tally):
    """sqrt(1 - persistence x persistence)."""
    found = arithmetic.root_of_rest(Counted(0.6))
    assert tally == Counter(multiplications=1, additions=1, functions=1)
    assert float(found) == 0.8


def test_fading_blame_is_one_product_whoever_counts(tally):
    """blame x fade: counted once, be it the state or the parameter that counts."""

    class Of:
        def __init__(self, **values):
            vars(self).update(values)

    for blame, fade in ((Counted(0.5), 0.5), (0.5, Counted(0.5)), (Counted(0.5), Counted(0.5))):
        tally.clear()
        director = Of(public_blame=blame)
        let_blame_fade(director, Of(director=Of(blame_fade=fade)))
        assert tally == Counter(multiplications=1)
        assert float(director.public_blame) == 0.25


def test_counting_leaves_a_history_as_it_is_and_finds_arithmetic_in_every_council():
    counted, operations = count_operations("trust", 2)
    plain = Simulation("trust", quarters=2).run()
    assert as_bytes(counted.worlds()) == as_bytes(plain.worlds())
    every, looking = operations["all"], operations["looking"]
    for kind in ("additions", "multiplications", "divisions", "comparisons"):
        assert getattr(every, kind) > getattr(looking, kind) > 0
    # Eight exponentials at least in `AS_COLUMNS` and one in `fund_council`, in each council and quarter.
    assert every.functions >= 9


def test_the_country_of_the_floor_has_as_many_councils_as_england_had():
    assert council_facts()["exists"].sum() == COUNCILS


def test_the_loop_of_the_floor_does_as_many_operations_as_it_is_told():
    """Two columns, three products by 2 and one quotient by 2: 1 x 2 x 2 / 2 and 1 x 2, neither below 2."""
    rows, others = np.ones((1, 2)), np.full(2, 2.0)
    loop = arithmetic_loop().py_func
    below, total = loop(rows, others, 1, 0, 3, 1, 2, 0)
    assert rows.tolist() == [[2.0, 2.0]]
    assert (below, total) == (0, 0.0)
    below, total = loop(np.zeros((2, 2)), others, 3, 0, 0, 0, 1, 2)
    assert (below, total) == (2 * 3 * 1, 2 * 3 * 2 * 1.0)


# ---- Figures and page


def test_a_ratio_is_taken_within_each_round():
    """Twice as long in every round, though both were ten times slower in the last."""
    assert ratios([2.0, 4.0, 20.0], [1.0, 2.0, 10.0]) == Spread(2.0, 2.0, 2.0, 3)


@pytest.mark.parametrize(
    "seconds, shown",
    [
        (0.0042, "4.2 ms"), (0.5, "500 ms"), (3.14, "3.1 s"), (42.4, "42 s"),
        (119.0, "119 s"), (150.0, "2.5 min"), (7200.0, "2.0 hours"),
    ],
)  # fmt: skip
def test_a_time_is_told_in_a_unit_that_one_can_picture(seconds, shown):
    assert duration(seconds) == shown


def part(figures, load=0.0, trial=False):
    machine = {"date": "2025-01-31", "cores": 2, "load": load, "processor": "a processor"}
    return {"machine": machine, "trial": trial, "figures": figures}


def split(nanoseconds):
    spread = {"median": nanoseconds, "least": nanoseconds, "most": nanoseconds, "rounds": 5}
    names = ("all", "luck", "luck not shared", "start", "indicators", "soundness")
    return dict.fromkeys(names, spread) | {"rules": nanoseconds}


@pytest.mark.parametrize("taken, verdict", [(600.0, "yes"), (601.0, "**no**")])
def test_the_page_says_of_an_aim_whether_it_was_met(taken, verdict):
    page = page_of({"by_part": part(split(taken))})
    assert (
        f"| nanoseconds a council-quarter, all in, one core | 600 or less | {taken:.0f} | {verdict} |" in page
    )


def test_an_aim_of_the_dashboards_is_held_against_the_median():
    figures = [
        {"name": "cold load", "unit": "s", "values": [1.0, 2.0, 9.0], "wanted": "3 or less"},
        {"name": "map", "unit": "quarters/s", "values": [9.0, 14.0, 16.0], "wanted": "15 or more"},
        {"name": "waits", "unit": "s", "values": [1.0], "wanted": ""},
    ]
    page = page_of({"dashboards": {"date": "2025-01-31", "figures": figures}})
    assert "| cold load | 3 or less s | 2.0 | yes |" in page
    assert "| map | 15 or more quarters/s | 14 | **no** |" in page
    assert "| cold load | 2.0 (1.0 to 9.0) | s | 3 or less |" in page


def test_the_page_warns_of_a_busy_machine_and_of_a_trial():
    warnings = ("while the machine did other work", "A trial run")
    quiet = page_of({"by_part": part(split(1.0), load=0.4)})
    assert [warning in quiet for warning in warnings] == [False, False]
    busy = page_of({"by_part": part(split(1.0), load=1.9), "floor": part(None, trial=True)})
    assert [warning in busy for warning in warnings] == [True, True]


def test_the_page_is_what_its_figures_make_of_it():
    assert PAGE.read_text("utf-8") == page_of(json.loads(STORE.read_text("utf-8"))), (
        "run `make benchmark ARGS=--page`"
    )


def test_a_command_is_shown_without_where_it_was_told_to_leave_its_results():
    assert _as_typed("compare --replicates 10 --quiet --out {out}/c") == "turnaround compare --replicates 10"
    assert _as_typed("run --agents {out}/councils.parquet") == "turnaround run --agents councils.parquet"


# ---- The command


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["--only", "flor"], "--only flor: allowed are objects, columns"),
        (["--page"], "--page: there are no figures in mine.json yet"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(tmp_path, arguments, told):
    done = CliRunner().invoke(main, [*arguments, "--store", str(tmp_path / "mine.json")])
    assert done.exit_code == 2
    assert told in done.output


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_damaged_store_is_told_and_left_as_it_is(tmp_path, text):
    store = tmp_path / "mine.json"
    store.write_text(text, "utf-8")
    done = CliRunner().invoke(main, ["--page", "--store", str(store)])
    assert done.exit_code == 2
    assert "mine.json" in done.output
    assert store.read_text("utf-8") == text


def test_the_page_takes_what_sweeps_and_dashboards_left(tmp_path):
    store = tmp_path / "mine.json"
    store.write_text(json.dumps({"by_part": part(split(1.0))}), "utf-8")
    left = [{"name": "cold load", "unit": "s", "values": [1.0], "wanted": "3 or less"}]
    (tmp_path / "benchmark-dashboards.json").write_text(json.dumps(left), "utf-8")
    done = CliRunner().invoke(main, ["--page", "--store", str(store), "--results", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "| cold load | 1.0 | s | 3 or less |" in store.with_suffix(".md").read_text("utf-8")
    assert json.loads(store.read_text("utf-8"))["dashboards"]["figures"] == left


def test_words_and_numbers_stand_side_by_side_in_the_figures_of_sweeps():
    text = as_markdown(
        {"Machine": {"processor": "one of two", "cores": 2}, "Runs": {"a_run": 0.123, "all": 1e6}}
    )
    for row in ("processor | one of two", "cores | 2", "a run | 0.12", "all | 1,000,000"):
        assert f"| {row} |" in text


@pytest.mark.slow
# AgentPy's own: it calls pandas in a way that pandas is going to drop.
@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame")
def test_every_part_of_the_page_can_be_taken(tmp_path):
    store = tmp_path / "mine.json"
    done = CliRunner().invoke(main, ["--trial", "--store", str(store), "--results", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert set(json.loads(store.read_text("utf-8"))) == set(NAMES)
    page = store.with_suffix(".md").read_text("utf-8")
    assert "A trial run" in page
    assert all(f"`{name}`" in page for name in CANNOT)
