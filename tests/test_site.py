"""The documentation as a site: every link leads somewhere, and no page asks the network."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

LOADED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "link": ("href",),
    "input": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
}
"""Attributes whose address a browser loads by itself; that of `a` is followed by people."""

ELSEWHERE = re.compile(r"^(?:https?:|wss?:|ftp:|//)", re.IGNORECASE)
IN_STYLES = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", re.IGNORECASE)
IN_SCRIPTS = re.compile(
    r"['\"`]((?:https?|wss?):)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)[^'\"`]*['\"`]", re.IGNORECASE
)

NEVER_ASKED = {
    "www.w3.org": "a name of a namespace, which is no address",
    "unpkg.com": "a library for diagrams, loaded where a page has one; none has (a test below)",
    "api.github.com": "the stars of a repository that the site names; it names none (a test below)",
    "gitlab.com": "the same",
    "squidfunk.github.io": "a link in a message",
    "github.com": "a link in a licence or message",
    "fb.me": "a link in a message",
}
"""Other hosts that Material's scripts name without asking them anything."""


@dataclass
class Read(HTMLParser):
    """What a page refers to: what it loads, where its links lead, which anchors and classes it has."""

    loads: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    styles: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    within: str = ""

    def __post_init__(self):
        super().__init__()

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        self.within = tag
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        self.classes |= set(given.get("class", "").split())
        self.styles.append(given.get("style", ""))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        for name in LOADED.get(tag, ()):
            if name in given and not (tag == "link" and given.get("rel") in ("prev", "next", "canonical")):
                several = given[name].split(",") if name == "srcset" else [given[name]]
                self.loads += [one.split()[0] for one in several if one.strip()]

    def handle_endtag(self, tag):
        self.within = ""

    def handle_data(self, data):
        if self.within == "style":
            self.styles.append(data)
        if self.within == "script":
            self.scripts.append(data)


def read(file):
    page = Read()
    page.feed(file.read_text("utf-8"))
    return page


def dead_links(folder):
    """Links and pictures of the pages in a folder that lead to no file, or to an anchor that is not there."""
    pages = {file.resolve(): read(file) for file in sorted(folder.rglob("*.html"))}
    dead = []
    for file, page in pages.items():
        for link in [*page.links, *page.loads]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or ELSEWHERE.match(link):
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            if not target.is_file():
                dead.append(f"{file.relative_to(folder.resolve())}: {link}")
            elif parts.fragment and target in pages:
                anchors = pages[target].anchors
                if unquote(parts.fragment) not in anchors and parts.fragment not in anchors:
                    dead.append(f"{file.relative_to(folder.resolve())}: {link} (no such anchor)")
    return dead


def asked_elsewhere(folder):
    """What pages, styles and scripts of a folder would load from another host."""
    found = []
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder)
        if file.suffix == ".html":
            page = read(file)
            found += [f"{name}: {link}" for link in page.loads if ELSEWHERE.match(link)]
            found += [f"{name}: {link}" for style in page.styles for link in _in_style(style)]
            found += [f"{name}: {host}" for script in page.scripts for host in _in_script(script)]
        elif file.suffix in (".css", ".svg"):
            found += [f"{name}: {link}" for link in _in_style(file.read_text("utf-8"))]
        elif file.suffix in (".js", ".mjs") and name.name != "search_index.js":
            found += [f"{name}: {host}" for host in _in_script(file.read_text("utf-8"))]
    return found


def _in_style(text):
    links = [one or other for one, other in IN_STYLES.findall(text)]
    return [link for link in links if ELSEWHERE.match(link)]


def _in_script(text):
    return [host for _, host in IN_SCRIPTS.findall(text) if host not in NEVER_ASKED]


# ---- What finds faults finds them


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    (tmp_path / "a.html").write_text(
        '<h1 id="top">A</h1><a href="b.html#here">b</a><a href="b.html#gone">b</a>'
        '<a href="c.html">c</a><a href="#top">up</a><img src="d.svg"><a href="https://example.org">out</a>'
    )
    (tmp_path / "b.html").write_text('<p id="here">')
    assert dead_links(tmp_path) == [
        "a.html: b.html#gone (no such anchor)",
        "a.html: c.html",
        "a.html: d.svg",
    ]


@pytest.mark.parametrize(
    "name, text",
    [
        ("a.html", '<script src="https://cdn.example.org/x.js"></script>'),
        ("a.html", '<link rel="stylesheet" href="//fonts.example.org/x.css">'),
        ("a.html", "<style>@import 'https://fonts.example.org/x.css';</style>"),
        ("a.html", '<p style="background: url(http://example.org/x.png)">'),
        ("a.html", "<script>import('https://cdn.example.org/x.js')</script>"),
        ("a.css", "@font-face { src: url('https://fonts.example.org/x.woff2') }"),
        ("a.js", 'importScripts("https://cdn.example.org/mathjax.js")'),
        ("a.js", "const socket = new WebSocket(`wss://live.example.org/`)"),
    ],
)
def test_a_request_to_another_host_is_found(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert len(asked_elsewhere(tmp_path)) == 1


def test_a_link_that_people_follow_is_no_request(tmp_path):
    (tmp_path / "a.html").write_text('<a href="https://example.org">out</a><p>https://example.org</p>')
    assert asked_elsewhere(tmp_path) == []


# ---- Before it is built


def test_every_document_is_in_the_navigation():
    """By name, or in a list that is filled in: tutorials and submodels."""
    named = set(re.findall(r"[\w/-]+\.md", (ROOT / "mkdocs.yml").read_text("utf-8")))
    here = {file.relative_to(DOCS).as_posix() for file in DOCS.rglob("*.md")}
    assert {name for name in here if not name.startswith("submodels/")} <= named


def test_the_site_is_told_to_fetch_no_fonts_and_names_no_repository():
    settings = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), yaml.BaseLoader)
    assert settings["theme"]["font"] == "false"
    assert not {"repo_url", "site_url"} & set(settings)
    assert "offline" in settings["plugins"]


# ---- Built


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    return folder


@pytest.mark.slow
def test_no_link_of_the_site_leads_nowhere(site):
    assert dead_links(site) == []


@pytest.mark.slow
def test_no_page_of_the_site_asks_anything_of_another_host(site):
    assert asked_elsewhere(site) == []


@pytest.mark.slow
def test_no_page_has_what_would_make_its_scripts_ask_another_host(site):
    for file in site.rglob("*.html"):
        assert not {"mermaid", "md-source__repository"} & read(file).classes, file


PAGES = {
    "index.html": "Turnaround",
    "submodels/practice.html": "Practice",
    "reference/model.html": "The model",
    "reference/cli.html": "The command line",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_as_a_file_without_a_word_in_the_console(site, page, name):
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((site / name).as_uri())
    assert page.locator("h1").first.inner_text().startswith(PAGES[name])
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert said == []


@pytest.mark.slow
def test_the_site_can_be_searched_where_it_is_opened_as_a_file(site, page):
    page.goto((site / "index.html").as_uri())
    page.get_by_role("textbox", name="Search").first.fill("erode_standards")
    found = page.locator(".md-search-result__item a").first
    found.wait_for(state="visible")
    assert "submodels/practice.html" in (found.get_attribute("href") or "")
