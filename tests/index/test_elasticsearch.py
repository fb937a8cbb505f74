"""Elasticsearch beside SQLite: the same answers; what only a server can do wrong, in words. See also test_search.py."""

from __future__ import annotations

import random
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from core.errors import UsageError
from core.model.documents import SearchDocument
from core.settings import load
from core.vietnamese import fold
from index.query.parse import parse
from index.search import Filters, SearchBackend, SearchError, open_search
from index.search.elasticsearch import engine as elasticsearch
from index.search.elasticsearch import mapping
from tests.index.contract_search import DOCUMENTS

WORDS = re.findall(
    r"\S+",
    """đóng cửa chợ Tam Đảo cách ly tại nhà vắc xin vaccine covid-19 hoà hòa bình trường học sinh phong tỏa phong toả
    tin đồn nước chanh tỏi khỏi bệnh người dân bệnh viện bác sĩ tiêm 2.000 ca F0 Vĩnh Yên thuốc nam ko không siêu thị
    chó cho chố <b>""",
)
PLACES = ("Vĩnh Phúc", "Vĩnh Phúc/Tam Đảo", "Vĩnh Phúc/Lập Thạch", "Hòa Bình", "Hòa Bình/Lạc Sơn")
FIELDS = (
    "nguồn:bao-mau",
    "nguồn:dien-dan",
    "nơi:tam dao",
    'nơi:"Vĩnh Phúc"',
    'nơi:"Hòa Bình/Lạc Sơn"',
    "loại:câu hỏi",
    "loại:diễn đàn",
    "kind:claim",
    "kết luận:tin giả",
    "kết luận:chưa có",
    "verdict:true",
)
MOMENT = datetime(2021, 8, 1, tzinfo=UTC)


def _text(rng: random.Random, words: int) -> str:
    text = " ".join(rng.choices(WORDS, k=words))
    return fold(text) if rng.random() < 0.3 else text.upper() if rng.random() < 0.1 else text


def _documents(rng: random.Random, number: int) -> list[SearchDocument]:
    return [
        SearchDocument(
            f"{n:04}",
            _text(rng, rng.randint(0, 7)),
            _text(rng, rng.randint(1, 40)),
            rng.choice(["bao-mau", "dien-dan", "kenh"]),
            rng.choice(["press", "forum", "channel"]),
            rng.choice(["article", "post"]),
            rng.choice(["claim", "question", "opinion", "other"]),
            tuple(rng.choices(PLACES, k=rng.randint(0, 3))),
            MOMENT + timedelta(minutes=rng.randint(0, 60_000), microseconds=n),
            rng.choice(["", "", "fake", "true"]),
            rng.random(),
            rng.choice([None, n]),
        )
        for n in range(number)
    ]


def _item(rng: random.Random, depth: int) -> str:
    word = rng.choice(WORDS)
    kind = rng.random()
    if kind < 0.35:
        made = word
    elif kind < 0.5:
        at = rng.randrange(len(WORDS) - 1)
        made = f'"{WORDS[at]} {WORDS[at + 1]}"'
    elif kind < 0.6:
        made = f"{word[:3]}*" if word[:2].isalpha() else word
    elif kind < 0.64:
        made = f'"{word} {rng.choice(WORDS)}"'
    elif kind < 0.72:
        made = f'"{" ".join(rng.choices(WORDS, k=rng.randint(2, 3)))}" ~{rng.randint(0, 8)}'
    elif kind < 0.85 or depth > 1:
        made = rng.choice(FIELDS)
    else:
        made = f"({_query(rng, depth + 1)})"
    return fold(made) if rng.random() < 0.3 and made.isalpha() else made


def _query(rng: random.Random, depth: int = 0) -> str:
    parts = []
    for _ in range(rng.randint(1, 3)):
        parts.append(("-" if rng.random() < 0.15 else "") + _item(rng, depth))
        if rng.random() < 0.3:
            parts += ["OR", _item(rng, depth)]
    return " ".join(parts)


def _filters(rng: random.Random) -> Filters:
    since = date(2021, 8, rng.randint(1, 30))
    return rng.choice(
        [
            Filters(),
            Filters(),
            Filters(since=since),
            Filters(until=since),
            Filters(place="tam đảo"),
            Filters(verdict="none"),
            Filters(source="Bao-Mau", since=since),
            Filters(source_kind="forum", text_kind="claim"),
            Filters(kind="post"),
        ]
    )


def test_both_engines_give_the_same_hits_facets_days_and_highlights(elastic: SearchBackend, tmp_path: Path) -> None:
    """300 documents, 500 queries with filters; also the same first rank: accents as typed, or not."""
    rng = random.Random(20211121)
    documents = _documents(rng, 300)
    embedded = open_search(load(tmp_path, {}))
    for engine in (embedded, elastic):
        engine.index(documents)
    found_some = 0
    for _ in range(500):
        text, filters = _query(rng), _filters(rng)
        ours, theirs = (engine.search(parse(text), filters, limit=400) for engine in (embedded, elastic))
        shown = {hit.id: replace(hit, score=float(hit.score >= 1)) for hit in ours.hits}
        assert {hit.id: replace(hit, score=float(hit.score >= 1)) for hit in theirs.hits} == shown, text
        assert theirs.total == ours.total == len(theirs.hits), text
        assert (theirs.facets, theirs.timeline) == (ours.facets, ours.timeline), text
        newest = [engine.search(parse(text), filters, 10, 3, "newest") for engine in (embedded, elastic)]
        assert [hit.id for hit in newest[0].hits] == [hit.id for hit in newest[1].hits], text
        found_some += bool(shown)
    assert found_some > 250


def test_the_best_are_the_same_where_they_are_clearly_better(elastic: SearchBackend, tmp_path: Path) -> None:
    """The word in the title, then often in the text, then once in a long text."""
    base = DOCUMENTS[0]
    documents = [
        replace(base, id="title", title="Uống nước chanh", text="Không chữa được bệnh."),
        replace(base, id="often", title="Tin đồn", text="Nước chanh, lại nước chanh, và nước chanh."),
        replace(base, id="once", title="Tin đồn", text="Nước chanh thì tốt. " + "Người dân cách ly tại nhà. " * 30),
        replace(base, id="plain", title="Uong nuoc chanh", text="nuoc chanh nuoc chanh"),
    ]
    for engine in (open_search(load(tmp_path, {})), elastic):
        engine.index(documents)
        assert [hit.id for hit in engine.search(parse("nước chanh")).hits] == ["title", "often", "once", "plain"]


def test_pages_beyond_the_window_follow_one_another(elastic: SearchBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elasticsearch gives 10,000 at once; here 20, to be quick."""
    monkeypatch.setattr(elasticsearch, "WINDOW", 20)
    elastic.index([replace(DOCUMENTS[0], id=f"{n:03}", moment=MOMENT + timedelta(hours=n)) for n in range(107)])
    pages = [elastic.search(parse("chợ"), limit=15, offset=at, order="newest") for at in range(0, 120, 15)]
    assert [hit.id for page in pages for hit in page.hits] == [f"{n:03}" for n in reversed(range(107))]
    assert {page.total for page in pages} == {107}
    assert pages[-1].facets["source"] == [("bao-mau", 107)]
    assert len(elastic.search(parse(""), limit=500).hits) == 107


def test_a_monstrous_word_and_odd_characters_are_taken(elastic: SearchBackend) -> None:
    """Longer than Lucene takes, NUL, half a character."""
    monster = "đ" * 40_000
    elastic.index(
        [replace(DOCUMENTS[0], id="m", text=f"chanh {monster} \0 cuối bài"), replace(DOCUMENTS[0], id="e", text="")]
    )
    assert elastic.search(parse('"cuối bài"')).total == 1
    assert elastic.search(parse("đ" * 900)).total == 0
    elastic.index([replace(DOCUMENTS[0], id="s", text="nửa \ud800 chữ")])
    assert elastic.search(parse('"nửa chữ"')).hits[0].id == "s"


def test_an_index_removed_under_a_running_program_is_made_anew(elastic: Any) -> None:
    """And fed again it gives the same answers."""
    elastic.index(DOCUMENTS)
    before = elastic.search(parse("cửa OR vaccine"))
    for name in elastic._indices.versions(elastic.alias):
        elastic._client.indices.delete(index=name)
    assert elastic.search(parse("cửa")).total == 0
    elastic.index(DOCUMENTS)
    assert elastic.search(parse("cửa OR vaccine")) == before


def test_an_index_of_another_version_asks_to_be_fed_again(elastic: Any) -> None:
    """Reset makes it of the present one."""
    elastic._client.indices.put_mapping(index=elastic.alias, meta={"version": 99})
    assert "99" in elastic.problem()
    with pytest.raises(SearchError, match="soatin reindex"):
        elastic.search(parse("chợ"))
    elastic.reset()
    assert not elastic.problem()
    assert len(elastic._indices.versions(elastic.alias)) == 1


def test_readers_see_the_old_index_until_the_new_one_takes_over(elastic: SearchBackend) -> None:
    """Somebody searches while another resets again and again: an answer each time, never an error."""
    elastic.index(DOCUMENTS)
    stop = threading.Event()
    failures: list[Exception] = []

    def read() -> None:
        while not stop.is_set():
            try:
                assert elastic.search(parse("chợ")).total <= 3
            except Exception as error:  # noqa: BLE001 -- shown below
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(4):
        elastic.reset()
        elastic.index(DOCUMENTS)
    stop.set()
    reader.join()
    assert failures == []


def test_a_read_only_index_is_said(elastic: Any) -> None:
    """As Elasticsearch does by itself when its disk is full."""
    elastic._client.indices.put_settings(index=elastic.alias, settings={"index.blocks.read_only_allow_delete": True})
    assert "read-only" in elastic.problem()
    with pytest.raises(SearchError, match="read-only"):
        elastic.index(DOCUMENTS)
    elastic._client.indices.put_settings(index=elastic.alias, settings={"index.blocks.read_only_allow_delete": None})
    assert not elastic.problem()


def test_a_red_index_is_said(elastic: Any, elastic_url: str, tmp_path: Path) -> None:
    """Its data lies on a node that is away."""
    alias = f"{elastic_url.rpartition('/')[2]}-red"
    elastic._client.indices.create(
        index=f"{alias}-1",
        settings={"index.routing.allocation.require._name": "nobody", "analysis": mapping.SETTINGS["analysis"]},
        mappings=elastic._client.indices.get_mapping(index=elastic.alias).popitem()[1]["mappings"],
        aliases={alias: {}},
        wait_for_active_shards=0,
    )
    red = open_search(load(tmp_path, {"SOATIN_SEARCH_URL": f"{elastic_url}-red"}))
    assert "red" in red.problem()
    with pytest.raises(SearchError, match="cannot be reached"):
        red.search(parse("chợ"))


Answer = Callable[[BaseHTTPRequestHandler], tuple[int, str]]


@contextmanager
def _server(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Something that answers HTTP on loopback; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answer(self)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _problem(home: Path, url: str, **settings: str) -> str:
    names = {f"SOATIN_SEARCH_{name.upper()}": value for name, value in settings.items()}
    return open_search(load(home, {"SOATIN_SEARCH_URL": url} | names)).problem()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, '{"version": {"number": "7.17.29"}}', "7.17.29 is too old"),
        (
            400,
            '{"error": {"type": "media_type_header_exception", "reason": "compatible-with"}, "status": 400}',
            "too old",
        ),
        (401, '{"error": {"type": "security_exception", "reason": "unable to authenticate user [ha]"}}', "user or key"),
        (403, '{"error": {"type": "security_exception", "reason": "not allowed"}}', "may not"),
        (502, "<html>gateway</html>", "refused|cannot be|cannot"),
        (200, "not JSON", "cannot be"),
    ],
)
def test_what_is_wrong_with_a_server_is_said_without_the_password(
    tmp_path: Path, status: int, body: str, words: str
) -> None:
    """Also what older versions, proxies and other programs answer."""
    with _server(lambda _: (status, body)) as port:
        said = _problem(tmp_path, f"elasticsearch+http://ha:geheim@127.0.0.1:{port}/x")
    assert re.search(words, said), said
    assert "geheim" not in said
    assert "\n" not in said


def test_an_unreachable_server_is_said(tmp_path: Path) -> None:
    """Nothing listens there any more."""
    with _server(lambda _: (200, "{}")) as port:
        pass
    said = _problem(tmp_path, f"elasticsearch+http://ha:geheim@127.0.0.1:{port}")
    assert "cannot be reached" in said
    assert "geheim" not in said


def test_the_key_is_sent_over_tls_only_to_a_certificate_of_the_named_authority(tmp_path: Path) -> None:
    """A certificate that nobody signed is refused before anything is sent."""
    seen: list[str] = []

    def answer(request: BaseHTTPRequestHandler) -> tuple[int, str]:
        seen.append(request.headers["Authorization"])
        return 200, '{"version": {"number": "7.0.0"}}'

    file = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with _server(answer, context) as port:
        url = f"elasticsearch+https://127.0.0.1:{port}/x"
        assert "not trusted" in _problem(tmp_path, url, api_key="c2VjcmV0")
        assert seen == []
        assert "7.0.0 is too old" in _problem(tmp_path, url, api_key="c2VjcmV0", ca=file.name)
        assert seen == ["ApiKey c2VjcmV0"]
        assert "7.0.0" in _problem(tmp_path, url.replace("//", "//ha:p%40ss@"), ca=str(file))
        assert seen[1].startswith("Basic ")


@pytest.mark.parametrize(
    "url",
    [
        "elasticsearch",
        "elasticsearch+",
        "elasticsearch+ftp://h",
        "elasticsearch+http://",
        "elasticsearch+http://h:port",
        "elasticsearch+http://u:geheim@h/Upper",
        "elasticsearch+http://u:geheim@h/a,b",
        "elasticsearch+http://u:geheim@h/a?b=c",
    ],
)
def test_a_wrong_address_is_refused_with_the_form_it_should_have(tmp_path: Path, url: str) -> None:
    """Before anything is asked."""
    with pytest.raises(UsageError, match=r"(?i)search_url") as error:
        open_search(load(tmp_path, {"SOATIN_SEARCH_URL": url}))
    assert "geheim" not in str(error.value)


def test_a_missing_or_broken_authority_file_is_refused(tmp_path: Path) -> None:
    """Relative to soatin.toml."""
    settings = {"SOATIN_SEARCH_URL": "elasticsearch+https://127.0.0.1", "SOATIN_SEARCH_CA": "ca.pem"}
    with pytest.raises(UsageError, match=r"ca\.pem"):
        open_search(load(tmp_path, settings))
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(UsageError, match="search_ca"):
        open_search(load(tmp_path, settings))


def _certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that vouches for itself."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file
