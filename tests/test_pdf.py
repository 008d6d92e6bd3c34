"""`turnaround report`: which pages it makes of a folder, and how they are printed."""

import re
import stat
from pathlib import Path

import pytest

from dashboards.page import render_page
from dashboards.pdf import find_browser, pdf_of, write_pdf
from experiments.compare import compare
from experiments.errors import StudyError

BROWSER = find_browser()
printing = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium here")

LANDSCAPE = (841.9, 595.3)
"""A4 in points."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Results of two regimes, three histories and four quarters."""
    path = tmp_path_factory.mktemp("results") / "small"
    compare(["ad_hoc", "trust"], replicates=3, quarters=4, out=path, workers=1, posterior="none")
    return path


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A program that the environment names as the browser, and that does as it is told."""

    def make(script):
        path = tmp_path / "browser"
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("CHROMIUM", str(path))
        return str(path)

    return make


PRINTS = 'for word; do case $word in --print-to-pdf=*) echo "%PDF-1.4" > "${word#*=}";; esac; done\n'


@printing
def test_a_comparison_is_made_anew_and_printed_on_sheets_of_a4(folder, cli):
    code, printed, _ = cli("report", folder)
    assert code == 0
    assert printed.split() == [str(folder / "report.html"), str(folder / "report.pdf")]
    data = (folder / "report.pdf").read_bytes()
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert len(boxes) > 3
    for box in boxes:
        assert [float(size) for size in box] == pytest.approx(LANDSCAPE, abs=1)
    assert list(folder.glob("*.aside*")) == []


def test_without_pdf_only_the_page_is_made(folder, cli):
    code, printed, _ = cli("report", folder, "--no-pdf")
    assert (code, printed.split()) == (0, [str(folder / "report.html")])


def test_pages_that_other_commands_made_stay_as_they_are_and_are_printed(tmp_path, cli, program):
    program(PRINTS)
    for name in ("claims", "side-sector"):
        (tmp_path / f"{name}.html").write_text(name)
    code, printed, _ = cli("report", tmp_path)
    assert code == 0
    assert [Path(line).name for line in printed.split()] == [
        *("claims.html", "claims.pdf", "side-sector.html", "side-sector.pdf"),
    ]
    assert (tmp_path / "claims.html").read_text() == "claims"
    assert (tmp_path / "claims.pdf").read_bytes().startswith(b"%PDF-")


def test_a_folder_whose_page_is_not_made_yet_says_which_command_makes_it(tmp_path, cli):
    (tmp_path / "runs").mkdir()
    code, _, said = cli("report", tmp_path, "--no-pdf")
    assert code == 2
    assert "`turnaround claims` makes it" in said


def test_a_pdf_that_is_asked_for_without_a_browser_says_what_to_install(folder, cli, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    code, _, said = cli("report", folder, "--pdf")
    assert code == 2
    assert "apt-get install chromium" in " ".join(said.split())
    code, printed, _ = cli("report", folder)
    assert (code, printed.split()) == (0, [str(folder / "report.html")])


def test_a_browser_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(StudyError, match="there is no such program"):
        find_browser()


@pytest.mark.parametrize(
    "script, said",
    [
        ("echo cannot open display >&2; exit 3\n", "cannot open display"),
        ("exit 0\n", "printed no PDF"),
        ("sleep 30\n", "was not printed within"),
    ],
)
def test_a_browser_that_fails_leaves_the_old_pdf_and_nothing_else(tmp_path, program, script, said):
    page = tmp_path / "page.html"
    page.write_text("new")
    pdf_of(page).write_bytes(b"%PDF-old")
    with pytest.raises(StudyError, match=said):
        write_pdf(page, program(script), seconds=0.5)
    assert pdf_of(page).read_bytes() == b"%PDF-old"
    assert {path.name for path in tmp_path.iterdir()} == {"page.html", "page.pdf", "browser"}


def test_the_browser_is_kept_off_the_network_and_its_profile_is_removed(tmp_path, program):
    page = tmp_path / "a page & more.html"
    page.write_text("x")
    write_pdf(page, program(f'printf "%s\\n" "$@" > {tmp_path}/said\n{PRINTS}'))
    said = (tmp_path / "said").read_text().splitlines()
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in said
    assert "--disable-background-networking" in said
    assert said[-1].startswith("file:///")
    assert "a%20page%20%26%20more.html" in said[-1]
    (profile,) = [word.split("=", 1)[1] for word in said if word.startswith("--user-data-dir=")]
    assert not Path(profile).exists()


def test_charts_are_laid_out_for_the_sheet_and_nothing_is_cut_off(page, folder, cli):
    cli("report", folder, "--no-pdf")
    page.set_viewport_size({"width": 1032, "height": 720})
    page.goto((folder / "report.html").as_uri() + "#print")
    page.emulate_media(media="print")
    page.wait_for_selector("#plane .main-svg")
    wide = page.evaluate(
        """[...document.querySelectorAll(".main-svg, table, svg, pre, p")]
        .filter((one) => one.getBoundingClientRect().right > 1033).map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert wide == []
    apart = page.evaluate(
        """[...document.querySelectorAll(".fan")].map((one) => one.clientWidth
        - one.querySelector(".main-svg").getBoundingClientRect().width)"""
    )
    assert max(map(abs, apart)) <= 1


def test_every_page_says_in_print_that_what_is_folded_away_is_left_out():
    assert "print-only" in render_page("base.html.j2", (), {})
