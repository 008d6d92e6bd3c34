"""What the site adds to the documents: pages of the repository that they link to, and the list of tutorials.

Documents are written to be read in the repository, where a link may lead to any file. On the site a link to a
file of the rulebook leads to its submodel's page, and one to any other file to a page that shows it.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from turnaround.cli import turnaround

ROOT = Path(__file__).parents[2]
DOCS = "docs"
LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s]+)(\))")
ATTRIBUTE = re.compile(r'((?:href|src)=")([^"]+)(")')
ELSEWHERE = re.compile(r"^(?:[a-z][a-z+.-]*:|#|//)")
RULEBOOK = re.compile(r"^model/rules/(\w+)\.py$")
FENCED = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)

ALWAYS = ("README.md", "CHANGELOG.md", "model/data/README.md")
"""Pages outside docs/ that the site has whether or not a document links to them."""

TUTORIALS = ("first-run", "a-regime-without-code", "a-rule-of-your-own", "a-sweep", "presenting")
"""In the order in which they build on each other; any other comes after them, by name."""

LANGUAGES = {".py": "python", ".toml": "toml", ".yml": "yaml", ".json": "json", ".js": "javascript"}
FROM_ELSEWHERE = re.compile(
    r"<script\b(?:(?!</script>).)*(?:mathjax|mermaid)(?:(?!</script>).)*</script>", re.DOTALL | re.IGNORECASE
)
"""Scripts of a converted notebook that name what they would fetch."""

COMMANDS = "<!-- commands -->"
"""Where the help of all commands stands."""

WIDTH = 90
"""Letters of a line of help."""

LONGEST = 400
"""Lines of a file that a page shows; tables are longer."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill in the lists of tutorials and of submodels, where the navigation asks for them."""
    config.nav = [_filled(entry) for entry in config.nav or []]
    config.nav = [entry for entry in config.nav if entry is not None]
    return config


def _filled(entry: Any) -> Any:
    if isinstance(entry, Mapping):
        ((title, content),) = entry.items()
        if content == "tutorials":
            found = list(_tutorials())
            return {title: found} if found else None
        if content == "submodels":
            return {title: list(_submodels())}
        if content == "benchmarks.md" and not (ROOT / DOCS / content).is_file():
            return None
        if isinstance(content, list):
            return {title: [_filled(one) for one in content]}
    return entry


def _tutorials() -> Iterator[str]:
    names = sorted(file.stem for file in (ROOT / DOCS / "tutorials").glob("*.ipynb"))
    for name in [*(name for name in TUTORIALS if name in names), *(n for n in names if n not in TUTORIALS)]:
        yield f"tutorials/{name}.ipynb"


def _submodels() -> Iterator[str]:
    yield "submodels/index.md"
    listed = (ROOT / DOCS / "submodels/index.md").read_text("utf-8")
    yield from (f"submodels/{name}.md" for name in re.findall(r"\]\((\w+)\.md\)", listed))


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add a page for every file of the repository that a document links to."""
    wanted = {_page_for(target): target for target in ALWAYS}
    here = {file.src_uri for file in files}
    pages = [
        *(f"{DOCS}/{file.src_uri}" for file in files if file.src_uri.endswith((".md", ".ipynb"))),
        *ALWAYS,
    ]
    for page in pages:
        text = (ROOT / page).read_text("utf-8")
        for target in _targets(text, page):
            stands_for_it = _page_for(target, page.removeprefix(f"{DOCS}/"))
            if stands_for_it not in here:
                wanted[stands_for_it] = target
    for uri, target in sorted(wanted.items()):
        files.append(File.generated(config, uri, content=_content(target)))
    return files


def _targets(text: str, page: str) -> Iterator[str]:
    for pattern in (LINK, ATTRIBUTE):
        for found in pattern.finditer(FENCED.sub("", text)):
            target = _target(found[2], page)
            if target is not None:
                yield target


def _target(link: str, page: str) -> str | None:
    """The file of the repository to which a link of a page leads, if to any."""
    if ELSEWHERE.match(link):
        return None
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), link.partition("#")[0]))
    if (ROOT / target / "README.md").is_file():
        target = posixpath.normpath(f"{target}/README.md")
    return target if (ROOT / target).is_file() and not target.startswith("..") else None


def _page_for(target: str, here: str = "") -> str:
    """The page of the site that stands for a file of the repository, for one who is on another page."""
    rules = RULEBOOK.match(target)
    if target.startswith(f"{DOCS}/"):
        return target.removeprefix(f"{DOCS}/")
    if rules and (ROOT / DOCS / "submodels" / f"{rules[1]}.md").is_file():
        page = f"submodels/{rules[1]}.md"
        if here != page:
            return page
    if target.endswith(".md"):
        return f"project/{target}"
    if Path(target).suffix in (".png", ".svg", ".jpg"):
        return f"project/{target}"
    return f"source/{target}.md"


def _content(target: str) -> str | bytes:
    file = ROOT / target
    if Path(target).suffix in (".png", ".svg", ".jpg"):
        return file.read_bytes()
    text = file.read_text("utf-8")
    if target.endswith(".md"):
        return _rewritten(text, target, f"project/{target}")
    lines = text.splitlines()
    shown = "\n".join(lines[:LONGEST])
    more = f"\n\nThe first {LONGEST} of {len(lines)} lines." if len(lines) > LONGEST else ""
    return f"# {target}\n\n````{LANGUAGES.get(file.suffix, 'text')}\n{shown}\n````{more}\n"


def _rewritten(text: str, page: str, here: str) -> str:
    """Markdown whose links lead to pages of the site."""

    def replaced(found: re.Match[str]) -> str:
        target = _target(found[2], page)
        if target is None:
            return found[0]
        anchor = found[2].partition("#")[1:]
        to = posixpath.relpath(_page_for(target, here), posixpath.dirname(here) or ".")
        return f"{found[1]}{to}{''.join(anchor)}{found[3]}"

    parts = FENCED.split(text)
    return "".join(
        part if i % 2 else ATTRIBUTE.sub(replaced, LINK.sub(replaced, part)) for i, part in enumerate(parts)
    )


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links out of the documents lead to pages of the site, and say what commands say of themselves."""
    if COMMANDS in markdown:
        return markdown.replace(COMMANDS, "\n".join(_commands()))
    if page.file.src_uri.startswith(("project/", "source/")) or page.file.src_uri.endswith(".ipynb"):
        return markdown
    return _rewritten(markdown, f"{DOCS}/{page.file.src_uri}", page.file.src_uri)


def _commands() -> Iterator[str]:
    """The help of `turnaround` and of each of its commands, in the order in which it lists them."""
    settings = {**turnaround.context_settings, "max_content_width": WIDTH}
    with click.Context(turnaround, info_name="turnaround", **settings) as whole:
        yield from _helped("turnaround", turnaround.get_help(whole))
        for name in turnaround.list_commands(whole):
            command = turnaround.get_command(whole, name)
            with click.Context(command, info_name=name, parent=whole) as own:
                yield from _helped(f"turnaround {name}", command.get_help(own))


def _helped(title: str, said: str) -> Iterator[str]:
    yield from (f"## {title}", "", "```text", said, "```", "")


def on_page_content(html: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The same in notebooks, which are converted before anybody sees their Markdown.

    The converter adds scripts that would fetch MathJax and Mermaid from a server if there were formulas or
    diagrams. They are taken away.
    """
    if not page.file.src_uri.endswith(".ipynb"):
        return html

    def replaced(found: re.Match[str]) -> str:
        target = _target(found[2], f"{DOCS}/{page.file.src_uri}")
        file = files.get_file_from_path(_page_for(target)) if target is not None else None
        if file is None:
            return found[0]
        anchor = "".join(found[2].partition("#")[1:])
        return f"{found[1]}{file.url_relative_to(page.file)}{anchor}{found[3]}"

    return ATTRIBUTE.sub(replaced, FROM_ELSEWHERE.sub("", html))


def on_post_build(*, config: MkDocsConfig) -> None:
    """Take away the page for addresses that are not there, which only a server shows."""
    (Path(config.site_dir) / "404.html").unlink(missing_ok=True)
