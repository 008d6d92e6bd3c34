"""The command line: what it prints and leaves, what it says when something is wrong, and its exit codes."""

import csv
import io
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import polars as pl
import pytest

import turnaround.cli
from experiments.results import open_results
from model.agents import Council
from model.codes import Status
from model.ensemble import draw_luck, run_block
from model.records import dotted_fields
from model.regimes import SHIPPED, resolve
from model.registry import registry
from turnaround.cli import COMMANDS

SMALL = (
    "compare",
    "--regimes",
    "ad_hoc,trust",
    "--quarters",
    "6",
    "--replicates",
    "4",
    "--posterior",
    "none",
    "--no-report",
)


def words(text):
    """A text without its line breaks."""
    return " ".join(text.split())


# ---- compare


def test_compare_prints_what_an_analyst_needs_and_says_where_it_is(cli, tmp_path):
    code, out, err = cli(*SMALL, "--out", "here")
    assert code == 0
    for heading in ("Outcomes by regime", "Differences from Ad hoc", "Replicates needed", "luck only"):
        assert heading in out
    assert "Judged good or better at the end, %" in out
    assert "Results  here" in out
    again = "turnaround compare --regimes ad_hoc,trust --start 2014Q1 --quarters 6 --replicates 4 --seed 1"
    again += " --posterior none"
    assert f"Again    {again}" in out
    assert "8 of 8 runs" in err
    assert open_results(tmp_path / "here").manifest["command"] == again


def test_the_command_that_is_printed_gives_the_same_runs(cli, tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text('title = "Mine"\nsummary = "One."\n[regime]\npeer_reviews = 0.1\n')
    settings = ("--set", "director.blame=0.123456789", "--set", "regime.fallback=none")
    code, _, _ = cli(
        "compare", "--regimes", "mine.toml,trust", "--baseline", "trust", "--quarters", "5",
        "--replicates", "2", "--seed", "9", "--scenario", "squeeze", *settings, "--no-report", "--out", "one",
    )  # fmt: skip
    assert code == 0
    one = open_results("one")
    command = one.manifest["command"].split()
    assert command[0] == "turnaround"
    assert cli(*command[1:], "--no-report", "--out", "two")[0] == 0
    two = open_results("two")
    assert two.table("runs").equals(one.table("runs"))
    assert two.manifest["command"] == one.manifest["command"]
    assert two.design.equals(one.design)


def test_years_are_four_quarters(cli):
    cli(*SMALL[:3], "--years", "1.5", "--replicates", "2", "--no-report", "--quiet", "--out", "years")
    assert open_results("years").manifest["quarters"] == 6


def test_quiet_prints_the_folder_and_nothing_else(cli):
    assert cli(*SMALL, "--quiet", "--out", "here") == (0, "here\n", "")


def test_without_a_folder_named_results_go_below_results(cli, tmp_path):
    code, out, _ = cli(*SMALL, "--quiet")
    assert code == 0
    assert Path(out.strip()).parent == Path("results")
    assert open_results(tmp_path / out.strip()).manifest["runs"]["ok"] == 8


def test_the_report_is_written_and_named(cli, monkeypatch):
    def write(folder):
        (folder / "report.html").write_text("report")
        return folder / "report.html"

    monkeypatch.setattr("dashboards.report.write_report", write)
    code, out, _ = cli(*SMALL[:-1], "--out", "here")
    assert code == 0
    assert f"Report   {Path('here', 'report.html')}" in out


def test_without_all_tables_there_is_no_report_and_that_is_said(cli):
    code, out, _ = cli(*SMALL[:-1], "--outputs", "quarters", "--out", "here")
    assert code == 0
    assert "Report   none: it needs all tables, see --outputs" in out


def test_failed_runs_are_said_and_give_exit_code_1(cli, monkeypatch):
    def fail_first(parameters, history, seed, replicates, start, quarters):
        block = run_block(parameters, draw_luck(seed, replicates, quarters), quarters)
        block.status[0] = Status.OUT_OF_RANGE
        return block

    monkeypatch.setattr("experiments.runner.run_from", fail_first)
    code, _, err = cli(*SMALL, "--out", "here")
    assert code == 1
    assert "1 of 8 runs failed and are left out: see failures.csv in here" in err
    assert open_results("here").failures["status"].to_list() == ["out_of_range"]


# ---- run


def test_both_engines_write_the_same_file(cli, tmp_path):
    for engine in ("interpreted", "compiled"):
        asked = ("run", "--regime", "trust", "--quarters", "6", "--replicate", "3", "--engine", engine)
        assert cli(*asked, "--out", f"{engine}.csv", "--agents", f"{engine}.parquet", "--quiet") == (
            0,
            "",
            "",
        )
    one, two = tmp_path / "interpreted.csv", tmp_path / "compiled.csv"
    assert one.read_bytes() == two.read_bytes()
    assert pl.read_csv(one)["quarter"].to_list()[-1] == "2015Q2"
    agents = pl.read_parquet("interpreted.parquet")
    assert agents.equals(pl.read_parquet("compiled.parquet"))
    assert agents.columns == ["quarter", "la_code", "name", *(name for name, _, _ in dotted_fields(Council))]
    assert len(agents) == 6 * 152


def test_run_prints_a_row_a_year_and_says_where_the_last_one_ends(cli):
    code, out, _ = cli("run", "--quarters", "6")
    assert code == 0
    assert "Ad hoc, seed 1, replicate 0" in out
    years = [line.split()[0] for line in out.splitlines() if line.startswith("20")]
    assert years == ["2014", "2015"]
    assert "2015 to Q2" in out


def test_a_run_from_a_later_quarter_starts_there(cli):
    assert cli("run", "--start", "2014Q3", "--quarters", "2", "--out", "later.csv", "--quiet")[0] == 0
    assert pl.read_csv("later.csv")["quarter"].to_list() == ["2014Q3", "2014Q4"]


def test_a_table_that_is_there_is_replaced_only_when_asked(cli, tmp_path):
    (tmp_path / "a.csv").write_text("mine")
    code, _, err = cli("run", "--quarters", "1", "--out", "a.csv")
    assert code == 2
    assert "a.csv is there already" in err
    assert (tmp_path / "a.csv").read_text() == "mine"
    assert cli("run", "--quarters", "1", "--out", "a.csv", "--overwrite", "--quiet")[0] == 0
    assert (tmp_path / "a.csv").read_text().startswith("quarter,")


# ---- parameters and regimes


def test_all_parameters_are_listed_and_words_narrow_them_down(cli):
    code, out, _ = cli("parameters")
    assert code == 0
    assert f"{len(registry())} of {len(registry())} parameters" in out
    _, out, _ = cli("parameters", "director", "blame")
    assert "director.blame" in out
    assert "workforce." not in out


def test_the_registry_can_be_had_as_a_table(cli):
    _, out, _ = cli("parameters", "--csv", "--group", "director", "--grade", "assumed")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows
    for row in rows:
        entry = registry()[row["name"]]
        assert (entry.grade, entry.meaning, str(entry.low)) == ("assumed", row["meaning"], row["low"])
        assert row["name"].startswith("director.")


def test_one_parameter_is_shown_with_its_source_and_its_value_by_regime(cli):
    _, out, _ = cli("parameters", "--show", "regime.takeover_deadline")
    entry = registry()["regime.takeover_deadline"]
    assert words(entry.source) in words(out)
    assert "trust sets 2" in out
    assert "ad_hoc" not in out


def test_no_parameter_found_is_said_and_gives_exit_code_1(cli):
    code, out, err = cli("parameters", "unicorn")
    assert (code, out) == (1, "")
    assert "No parameter fits 'unicorn'" in err
    assert words(err).endswith("ry fewer words, or other ones.")


@pytest.mark.parametrize(
    "given, near",
    [
        (("blamme",), "'blamme'; did you mean blame"),
        (("director", "Tenuer"), "'Tenuer'; did you mean tenure"),
        (("director.blaem",), "'director.blaem'; did you mean director.blame"),
    ],
)
def test_a_word_that_no_parameter_has_is_named_with_those_that_resemble_it(cli, given, near):
    code, out, err = cli("parameters", *given)
    assert (code, out) == (1, "")
    assert f"No parameter fits {near}" in words(err)


def test_of_words_that_no_parameter_has_together_none_is_blamed(cli):
    _, _, err = cli("parameters", "blame", "agency")
    assert "No parameter fits; try fewer words, or other ones." in err


def test_regimes_are_listed_with_the_levers_in_which_they_differ(cli):
    code, out, _ = cli("regimes")
    assert code == 0
    for name in SHIPPED:
        assert name in out
    assert "regime.takeover_deadline" in out
    assert "regime.patience" not in out  # the same in all


def test_a_regime_of_ones_own_is_shown_and_checked(cli, tmp_path):
    (tmp_path / "mine.toml").write_text('title = "Mine"\nsummary = "One."\n[regime]\npeer_reviews = 0.1\n')
    code, out, _ = cli("regimes", "mine.toml")
    assert code == 0
    assert "Mine (mine)" in out
    assert "regime.peer_reviews" in out


def test_a_regime_with_a_base_sets_what_that_sets_but_for_what_it_says_itself(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text('title = "Mine"\nsummary = "One."\nbase = "trust"\n[regime]\ntakeover_deadline = 8\n')
    trust, departing = resolve("trust"), resolve(str(mine))
    assert trust["regime.takeover_deadline"] == 2
    assert departing.values == {**trust.values, "regime.takeover_deadline": 8}
    assert departing.origins["regime.takeover_deadline"] == str(mine)
    assert departing.origins["regime.takeover_mix.trust"] == "regime trust"


def test_what_a_regime_sets_is_shown_apart_from_what_it_takes_from_its_base(cli, tmp_path):
    mine = 'title = "Mine"\nsummary = "One."\nbase = "trust"\n[regime]\ntakeover_deadline = 8\n'
    (tmp_path / "mine.toml").write_text(mine)
    code, out, _ = cli("regimes", "mine.toml")
    assert code == 0
    own, taken = out.split("What it takes from trust")
    assert re.search(r"regime.takeover_deadline +8 +2 ", own)
    assert "regime.takeover_mix.trust" in taken
    assert "takeover_deadline" not in taken


# ---- What is refused


REFUSED = [
    (("compare", "--regimes", "truts"), "no regime is called 'truts'; did you mean trust?"),
    (("compare", "--regimes", "trust,trust"), "two regimes are called 'trust'"),
    (("compare", "--baseline", "nobody"), "no regime is called 'nobody'"),
    (("compare", "--start", "2031Q1"), "start '2031Q1': allowed is a quarter from 2014Q1 to 2020Q1"),
    (("compare", "--quarters", "81"), "quarters = 81: allowed is a whole number from 1 to 80"),
    (("compare", "--quarters", "4", "--years", "1"), "as --quarters or as --years, not both"),
    (("compare", "--years", "1.1"), "--years 1.1: allowed is a number of whole quarters"),
    (("compare", "--years", "nan"), "--years nan: allowed is a number of whole quarters"),
    (("compare", "--replicates", "0"), "replicates = 0: allowed is a whole number from 1"),
    (("compare", "--replicates", "many"), "Invalid value for '--replicates'"),
    (("compare", "--seed", "-1"), "seed = -1: allowed is a whole number from 0"),
    (("compare", "--set", "director.blaem=1"), "did you mean director.blame"),
    (("compare", "--set", "director.blame=9"), "director.blame = 9.0 (set by hand): allowed is 0 to 1.5"),
    (("compare", "--set", "director.blame=nan"), "director.blame = nan (set by hand): allowed is"),
    (("compare", "--set", "director.blame"), "allowed is name=value"),
    (("compare", "--set", "director.blame=1", "--set", "director.blame=0"), "set by hand twice"),
    (("compare", "--set", "regime.market=0"), "regime trust: regime.takeover_mix.trust is used"),
    (("compare", "--scenario", "sqeeze"), "did you mean squeeze?"),
    (("compare", "--scenario", "nowhere.toml"), "nowhere.toml: cannot be read"),
    (("compare", "--scenario", "broken.toml"), "broken.toml: not a TOML file"),
    (("compare", "--scenario", "empty.toml"), "empty.toml: it sets no parameter; allowed is one or more"),
    (
        ("compare", "--regimes", "empty.toml"),
        "empty.toml: needs a title and a summary, in quotes, at the top",
    ),
    (("regimes", "baseless.toml"), "baseless.toml: base = 'truts'; did you mean trust? Allowed is one of"),
    (("regimes", "below.toml"), "below.toml: base stands under [regime]; it belongs above all tables"),
    (("regimes", "untold.toml"), "untold.toml: needs a summary (it has summry), in quotes, at the top"),
    (("regimes", "idle.toml"), "idle.toml: it sets no parameter; allowed is one or more"),
    (("compare", "--scenario", "wrong.toml"), "director.blame = 9 (wrong.toml): allowed is 0 to 1.5"),
    (("compare", "--outputs", "all"), "no table is called 'all'; allowed is runs, quarters, councils"),
    (("compare", "--workers", "0"), "workers = 0: allowed is a whole number from 1"),
    (("compare", "--precision", "0"), "precision = 0.0: allowed is a number from 0.01 to 100"),
    (("compare", "--out", "wrong.toml"), "wrong.toml is a file; name a folder"),
    (("compare", "--out", "."), "is not empty and holds no results of this program"),
    (("compare", "--out", ".", "--overwrite"), "is not empty and holds no results of this program"),
    (("compare", "--out", "wrong.toml/below"), "wrong.toml"),
    (("compare", "more"), "Got unexpected extra argument"),
    (("run", "--regime", "truts"), "did you mean trust?"),
    (("run", "--replicate", "-1"), "replicate = -1: allowed is a whole number from 0"),
    (("run", "--engine", "steam"), "Invalid value for '--engine'"),
    (("run", "--engine", "interpreted", "--start", "2015Q1"), "the interpreted engine starts in 2014Q1"),
    (("run", "--out", "table.xlsx"), "table.xlsx: allowed is a name ending in .csv or .parquet"),
    (("run", "--agents", "nowhere/table.csv"), "there is no folder nowhere"),
    (("parameters", "--group", "directors"), "did you mean director? Allowed is one of arrangement, budget"),
    (("parameters", "--grade", "certain"), "Invalid value for '--grade'"),
    (("parameters", "--show", "director.blaem"), "did you mean director.blame"),
    (("regimes", "truts"), "did you mean trust?"),
    (("report", "nowhere"), "nowhere: there is no such folder"),
    (("report", "."), "no results of this program"),
    (("comapre",), "No such command 'comapre'; did you mean compare or score? Allowed is what"),
    (("--comapre",), "No such option"),
]


@pytest.mark.parametrize(
    "arguments, message", REFUSED, ids=lambda value: " ".join(value[:4]) if value else ""
)
def test_bad_input_gets_one_message_exit_code_2_and_leaves_nothing(cli, tmp_path, arguments, message):
    (tmp_path / "broken.toml").write_text("title =\n")
    (tmp_path / "wrong.toml").write_text("[director]\nblame = 9\n")
    (tmp_path / "empty.toml").write_text("")
    baseless = 'title = "Baseless"\nsummary = "Departs from nothing."\nbase = "truts"\n[regime]\nmarket = 1\n'
    (tmp_path / "baseless.toml").write_text(baseless)
    below = 'title = "Below"\nsummary = "Base in a table."\n[regime]\nmarket = 1\nbase = "trust"\n'
    (tmp_path / "below.toml").write_text(below)
    (tmp_path / "untold.toml").write_text('title = "Untold"\nsummry = "Misspelt."\n[regime]\nmarket = 1\n')
    (tmp_path / "idle.toml").write_text('title = "Idle"\nsummary = "Sets nothing."\n[regime]\n')
    before = sorted(tmp_path.rglob("*"))
    code, out, err = cli(*arguments)
    assert code == 2
    assert out == ""
    assert message in err
    assert "Traceback" not in err
    assert sorted(tmp_path.rglob("*")) == before


# ---- Help


@pytest.mark.parametrize("command", ["compare", "run", "parameters", "regimes", "report"])
def test_every_command_explains_itself_with_an_example(cli, command):
    code, out, _ = cli(command, "--help")
    assert code == 0
    assert f"turnaround {command} " in out.split("Options:")[0].split("\n", 1)[1]


def test_the_list_of_commands_gives_each_a_whole_sentence(cli):
    _, out, _ = cli("--help")
    listed = out.split("Commands:")[1]
    assert "..." not in listed
    for command in ("compare", "run", "parameters", "regimes", "report"):
        assert command in listed


# ---- Ctrl-C and closed pipes


def started(*arguments, **options):
    command = [sys.executable, "-m", "turnaround", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def test_ctrl_c_keeps_the_runs_that_had_finished_and_says_so(tmp_path):
    folder = tmp_path / "long"
    process = started("compare", "--replicates", "100000", "--no-report", "--out", str(folder))
    try:
        deadline = time.monotonic() + 300
        while not list(folder.glob("runs/part-*.parquet")) and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    kept = open_results(folder)
    count = len(kept.table("runs"))
    assert count > 0
    assert f"Interrupted; {count:,} of {len(SHIPPED)}00,000 runs are kept in {folder}." in err
    assert kept.manifest["state"] == "interrupted"


@pytest.mark.slow
def test_a_reader_who_has_seen_enough_brings_no_complaint():
    process = started("parameters")
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(60) <= 1


# ---- Help


def test_each_command_is_listed_in_the_words_with_which_it_explains_itself():
    for name, (_, summary) in COMMANDS.items():
        command = turnaround.cli.turnaround.get_command(click.Context(turnaround.cli.turnaround), name)
        assert command.name == name
        assert command.help.split("\n\n")[0].replace("\n", " ") == summary


def test_help_loads_no_engine():
    program = (
        "import sys, turnaround.cli; print([m for m in ('mesa', 'numba', 'polars') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
