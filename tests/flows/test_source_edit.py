"""At the desk a lead adds a source: it is tried, shown, then saved; nobody else can, and nothing inside is asked."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from core.settings import Settings, load
from core.sources.files import parse_source
from flows.context import Context
from flows.steps import trials
from index.models import AuditEntry, Document, Drop, SourceState, SourceTrial, WarcFile
from index.proof import audit

pytestmark = pytest.mark.django_db
FIELDS = {"start": "press feed", "title": "Báo Thử Nghiệm <b>", "kind": "press", "interval": "30"}


@pytest.fixture
def installation(tmp_path: Path, settings: Any) -> Settings:
    """A home of its own that may add sources on this machine, as the demo web is."""
    home = load(tmp_path, {"SOATIN_SHIPPED_SOURCES": "false", "SOATIN_LOCAL_SOURCES": "true"})
    home.sources_dir.mkdir(parents=True)
    settings.SOATIN = home
    return home


@pytest.fixture
def person() -> Callable[[str], Client]:
    def make(group: str) -> Client:
        user = User.objects.create_user(f"{group}-1", password="mat-khau-dai-1")
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


@pytest.fixture
def paper() -> Iterator[str]:
    """A paper with a feed of two articles, one of which robots.txt refuses."""
    head = "<html><head><title>Vắc xin về tỉnh</title></head>"
    article = head + "<body><article><h1>Vắc xin về tỉnh</h1><p>{}</p></article>"
    items = (("Vắc xin về tỉnh", "/bai"), ("Kín", "/kin/bai"))
    feed = "".join(f"<item><title>{title}</title><link>{link}</link></item>" for title, link in items)
    found = {
        "/robots.txt": "User-agent: *\nDisallow: /kin/\n",
        "/rss": f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>{feed}</channel></rss>',
        "/bai": article.format("Tỉnh nhận thêm vắc xin trong tuần này. " * 30),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = found.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            kind = {"/rss": "application/rss+xml", "/robots.txt": "text/plain"}.get(self.path, "text/html")
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_source_is_tried_shown_and_saved(installation: Settings, person: Callable[[str], Client], paper: str) -> None:
    lead = person("lead")
    assert "/sources/new/" in page(lead, "/sources/")
    assert "Chạy thử" in page(lead, "/sources/new/")
    sent = lead.post("/sources/new/", FIELDS | {"url": f"{paper}/rss"})
    assert sent.status_code == 302
    address = sent["Location"]
    waiting = lead.get(address)
    assert waiting["Refresh"] == "3", "the page looks again by itself, without scripts"
    assert lead.post(f"{address}keep/").status_code == 302
    assert list(installation.sources_dir.glob("*.toml")) == [], "not before it was tried"

    assert trials.run_due(Context(installation, "test")) == 1
    assert trials.run_due(Context(installation, "test")) == 0
    shown = lead.get(address)
    assert "Refresh" not in shown
    html = shown.content.decode()
    assert "Vắc xin về tỉnh" in html
    assert "Sẽ nhận được: 1 tin" in html
    assert "cho phép" in html
    assert "Nguồn không cho phép thu thập tự động (robots.txt)" in html
    assert "Báo Thử Nghiệm &lt;b&gt;" in html
    assert "<b>" not in html.split("<main", 1)[1].split("</h1>", 1)[0]
    for table in (Document, Drop, WarcFile, SourceState):
        assert not table.objects.exists(), "a trial leaves nothing in the archive"
    assert f'value="{paper}/rss"' in page(lead, f"/sources/new/?trial={SourceTrial.objects.get().pk}")

    assert lead.post(f"{address}keep/").status_code == 302
    saved = installation.sources_dir / "bao-thu-nghiem-b.toml"
    source = parse_source(saved.stem, tomllib.loads(saved.read_text("utf-8")))
    assert (source.title, source.starts[0]["as"], source.enabled) == ("Báo Thử Nghiệm <b>", "feed", True)
    assert "bao-thu-nghiem-b" in page(lead, "/sources/")
    assert "Đã có nguồn tin mang tên này" in lead.post("/sources/new/", FIELDS | {"url": f"{paper}/x"}).content.decode()

    lead.post("/sources/bao-thu-nghiem-b/switch/", {"to": "off"})
    assert not parse_source(saved.stem, tomllib.loads(saved.read_text("utf-8"))).enabled
    lead.post("/sources/bao-thu-nghiem-b/switch/", {"to": "on"})
    assert parse_source(saved.stem, tomllib.loads(saved.read_text("utf-8"))).enabled
    assert lead.post("/sources/khong-co/switch/", {"to": "on"}).status_code == 404
    entries = AuditEntry.objects.filter(subject="bao-thu-nghiem-b").order_by("id")
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("lead-1", "source-add"), ("lead-1", "source-switch"), ("lead-1", "source-switch"),
    ]  # fmt: skip
    assert audit.verify() == []


@pytest.mark.parametrize("group", ["analyst", "inspector"])
def test_who_may_not_manage_sources_cannot(installation: Settings, person: Callable[[str], Client], group: str) -> None:
    client = person(group)
    html = page(client, "/sources/")
    assert "/sources/new/" not in html
    assert "/switch/" not in html
    assert client.get("/sources/new/").status_code == 403
    assert client.post("/sources/new/", FIELDS | {"url": "https://bao.example/"}).status_code == 403
    assert client.post("/sources/bao/switch/", {"to": "off"}).status_code == 403
    row = SourceTrial.objects.create(by=User.objects.get(), at="2021-08-01T00:00:00Z", name="a", toml="")
    assert client.get(f"/sources/trials/{row.pk}/").status_code == 403
    assert client.post(f"/sources/trials/{row.pk}/keep/").status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "http://127.0.0.1:1/"}, {"url": "http://localhost/"}, {"url": "file:///etc/passwd"}, {"url": ""},
        {"url": "http://169.254.169.254/latest/meta-data/"}, {"start": "facebook posts"}, {"kind": "hotline"},
        {"title": "!!!"}, {"title": ""}, {"interval": "1"}, {"province": "ha-noi"},
    ],
)  # fmt: skip
def test_what_cannot_be_a_source_is_refused_and_not_tried(
    installation: Settings, person: Callable[[str], Client], settings: Any, changes: dict[str, str]
) -> None:
    settings.SOATIN = replace(installation, values={**installation.values, "local_sources": False})
    values = FIELDS | {"url": "http://8.8.8.8/"} | changes
    assert person("lead").post("/sources/new/", values).status_code == 400
    assert SourceTrial.objects.count() == 0


def test_an_address_that_has_become_private_since_is_not_asked_and_not_saved(
    installation: Settings, person: Callable[[str], Client], settings: Any, paper: str
) -> None:
    """Whatever the form let through, the run itself and the saving look again."""
    lead = person("lead")
    address = lead.post("/sources/new/", FIELDS | {"url": f"{paper}/rss"})["Location"]
    strict = replace(installation, values={**installation.values, "local_sources": False})
    settings.SOATIN = strict
    assert trials.run_due(Context(strict, "test")) == 1
    assert SourceTrial.objects.get().result == {"refused": "port"}
    html = page(lead, address)
    assert "Chỉ dùng được cổng web thông thường" in html
    assert "keep/" not in html
    lead.post(f"{address}keep/")
    assert list(installation.sources_dir.glob("*.toml")) == []


def test_twenty_trials_an_hour_are_enough(installation: Settings, person: Callable[[str], Client]) -> None:
    lead = person("lead")
    for number in range(20):
        values = FIELDS | {"url": f"http://127.0.0.1:{1000 + number}/", "title": f"Báo {number}"}
        assert lead.post("/sources/new/", values).status_code == 302
    assert lead.post("/sources/new/", FIELDS | {"url": "http://127.0.0.1:9/"}).status_code == 400
