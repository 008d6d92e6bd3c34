"""Addresses of the dashboards, as somebody writes them by hand, and folders that their pages open."""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

from flask.testing import FlaskClient

from dashboards.claims_kept import SHIPPED
from dashboards.live.app import PAGES, make_app
from dashboards.live.computing import Computing
from dashboards.live.offered import Offered
from dashboards.live.streams import DEFECT

from . import hostile
from .asking import Answer, answer_of
from .hostile import pick
from .mutators import harm_folder

Fields = list[tuple[str, str]]

SMALL: Mapping[str, Fields] = {
    "history": [
        ("regime", "trust"),
        ("quarters", "2"),
        ("replicate", "0"),
        ("council", "330"),
        ("speed", "1"),
    ],
    "compare": [
        *(("regimes", "ad_hoc,trust"), ("replicates", "4"), ("quarters", "2"), ("posterior", "none")),
        *(("set", "director.blame=0.5"), ("indicator", "inadequate"), ("baseline", "ad_hoc")),
    ],
    "council": [
        *(("council", "330"), ("replicates", "2"), ("quarters", "2"), ("story", "on"), ("length", "2")),
        *(("regimes", "ad_hoc"), ("posterior", "none"), ("drawn", "a;b")),
    ],
    "sweep": [
        *(("folder", "swept"), ("outcome", "quality_end"), ("regime", "trust"), ("side", "worse")),
        *(("where", "director.blame=0.2..0.9"), ("across", "director.blame"), ("up", "support.power")),
        *(("holds", "trust.quality_end > ad_hoc.quality_end"), ("axes", "director.blame,support.power")),
    ],
    "debate": [
        ("folder", "debate"),
        ("claim", "C18"),
        ("verdict", "holds"),
        ("side", "reform"),
        ("words", "x"),
    ],
}
"""What a page may be asked, kept so small that an answer comes at once."""


@cache
def site() -> tuple[FlaskClient, Path]:
    """The dashboards without a network, and the folder of results that they may open."""
    from .targets import swept

    results = Path(tempfile.mkdtemp()) / "results"
    results.mkdir()
    from .asking import within

    with within(results):
        swept(results)
    (results / "folder").rename(results / "swept")
    shutil.copytree(SHIPPED, results / "debate")
    (results / "empty").mkdir()
    app = make_app(Offered(results, Computing(1)))
    return app.server.test_client(), results


def places() -> Sequence[str]:
    """Paths that answer: pages, streams and tables."""
    client, _ = site()
    tables = [
        str(rule).replace("<form>", form)
        for rule in client.application.url_map.iter_rules()
        if str(rule).startswith("/data/")
        for form in ("csv", "parquet")
    ]
    return [*(page.path for page in PAGES), *(f"/stream{page.path}" for page in PAGES), *tables]


def fields_of(place: str) -> Fields:
    """A small question to whoever answers at a path."""
    names = {"verdicts": "debate", "structures": "debate"}
    word = next((name for name in (*SMALL, *names) if name in place), "history")
    known = SMALL[names.get(word, word)]
    return [one for one in known if place.startswith("/stream/history") or one[0] != "speed"]


def harmed_query(fields: Fields, random: Random) -> str:
    """The query of an address with one or two fields harmed, or the whole."""
    fields = [one for one in fields if random.random() < 0.7]
    for _ in range(random.choice((0, 1, 1, 2))):
        harm = str(pick(random, hostile.WORDS))
        what = random.random()
        if what < 0.7 and fields:
            place = random.randrange(len(fields))
            fields[place] = (fields[place][0], harm)
        elif what < 0.8 and fields:
            fields.append(random.choice(fields))
        else:
            fields.append(
                (harm, harm) if what < 0.9 else (str(pick(random, ("seed", "start", "set", "where"))), harm)
            )
    written = urlencode(fields, errors="surrogateescape")
    if random.random() < 0.15:
        place = random.randrange(len(written) + 1)
        written = (
            written[:place]
            + str(pick(random, ("%", "%ff", "%00", "&" * 500, "=", "%zz", "+", ";")))
            + written[place:]
        )
    return written


def harmed_path(path: str, random: Random) -> str:
    """A path with something foreign in it."""
    harm = quote(str(pick(random, hostile.WORDS))[:2000], errors="surrogateescape")
    return random.choice(
        (
            f"{path}/{harm}",
            f"/{harm}",
            f"{path}{harm}",
            "/stream/" + harm,
            f"/data/{harm}.csv",
            "/assets/../" + harm,
        )
    )


def shown(path: str, query: str, random: Random) -> Answer:
    """What the browser is given: a page's own text, a stream, a table, or what fills the page."""
    client, _ = site()
    if path in {page.path for page in PAGES} or random.random() < 0.1:
        url = {"id": "url", "property": "pathname", "value": path}
        asked = {
            "output": "page.children",
            "outputs": {"id": "page", "property": "children"},
            "inputs": [url],
            "changedPropIds": ["url.pathname"],
            "state": [{"id": "url", "property": "search", "value": f"?{query}"}],
        }
        return answer_of(
            lambda: _told(
                client.post(
                    "/_dash-update-component", data=json.dumps(asked), content_type="application/json"
                )
            )
        )
    return answer_of(lambda: _told(client.get(path, query_string=query)))


def _told(answer: object) -> None:
    print(answer.status_code)  # type: ignore[attr-defined]
    print(answer.get_data().decode("utf-8", "replace"))  # type: ignore[attr-defined]


def judged(answer: Answer) -> list[str]:
    """What is wrong with what the browser is given."""
    if answer.code is None:
        return [f"no answer but an error: {answer.err}"]
    status, _, text = answer.out.partition("\n")
    if int(status) >= 500 or DEFECT in text:
        return [f"status {status}: {text[:300]} {answer.err[-1500:]}"]
    return [] if text.strip() else [f"status {status} without a word"]


def try_address(folder: Path, random: Random) -> list[str]:
    """Ask a harmed address."""
    path = random.choice(places())
    query = harmed_query(fields_of(path), random)
    if random.random() < 0.1:
        path = harmed_path(path, random)
    return [f"{path[:80]}?{query[:200]}: {each}" for each in judged(shown(path, query, random))]


def try_opened_folder(folder: Path, random: Random) -> list[str]:
    """Have a page open a folder of results that was harmed."""
    _, results = site()
    kind = random.choice(("swept", "debate"))
    copy = Path(tempfile.mkdtemp(dir=results))
    shutil.copytree(results / kind, copy, dirs_exist_ok=True)
    try:
        done = harm_folder(copy, random)
        page = "sweep" if kind == "swept" else "debate"
        path = random.choice(
            [place for place in places() if place in (f"/stream/{page}", f"/{page}") or page in place]
        )
        fields = [("folder", copy.name), *([] if random.random() < 0.5 else SMALL[page][1:4])]
        answer = shown(path, urlencode(fields), random)
        return [f"{done}; {path}: {each}" for each in judged(answer)]
    finally:
        shutil.rmtree(copy)
