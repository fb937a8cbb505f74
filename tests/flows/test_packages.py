"""A case's evidence, asked for at the desk: made beside it, downloaded by who may, gone after a week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from core import clock
from core.codes.texts import SourceKind
from core.model.sources import Source
from core.settings import load
from crawlers.evidence.payloads import payloads
from crawlers.evidence.wacz_check import check_wacz
from crawlers.evidence.warc import WarcWriter
from crawlers.read import read_warc
from flows.context import Context
from flows.evidence import packages
from index.archive import cases, intake, judgements
from index.models import AuditEntry, Case, Document, EvidencePackage
from tests.index.make import claim_judgement, person

pytestmark = pytest.mark.django_db
PAGE = """<html><head><title>Nước chanh</title></head><body><article><h1>Nước chanh chữa khỏi bệnh</h1>
<p>Uống nước chanh nóng mỗi sáng thì vi rút covid chết hết, bà con chia sẻ ngay cho người thân.</p></article></body>"""
HTML = [("Content-Type", "text/html; charset=utf-8")]


@pytest.fixture
def context(tmp_path: Path, settings: Any) -> Context:
    here = Context(load(tmp_path, {}), "test")
    settings.SOATIN = here.settings
    return here


@pytest.fixture
def case(context: Context) -> Case:
    """A case with one document that was crawled."""
    source = Source("bao", "Báo", SourceKind.PRESS, "press", (), ("bao.example",))
    url = "https://bao.example/nuoc-chanh-1.html"
    file = WarcWriter(context.settings.warc_dir, {})
    given = {"Source": "bao", "Role": "article"}
    file.response(url=url, status=200, reason="OK", headers=HTML, body=PAGE.encode(), soatin=given)
    file.close()
    (path,) = file.finished
    intake.register_warc(path, payloads)
    intake.take_in(list(read_warc(path, {"bao": source})), {"bao": source}, path.name)
    row = Document.objects.get()
    judgements.save_judgements([claim_judgement(row.pk, (row.pk,))])
    row.refresh_from_db()
    assert row.claim is not None
    return cases.open_case(person("lan", "lead"), row.claim)


@pytest.fixture
def desk() -> Callable[[str], Client]:
    def make(group: str) -> Client:
        client = Client()
        client.force_login(person(f"{group}-1", group), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


def test_a_package_is_asked_for_made_and_taken(
    context: Context, case: Case, desk: Callable[[str], Client], tmp_path: Path
) -> None:
    lead, page = desk("lead"), f"/cases/{case.pk}/"
    for _ in range(2):  # asked twice, made once
        assert lead.post(f"{page}package/").status_code == 302
    assert "Đang lập" in lead.get(page).content.decode()
    assert packages.run_due(context) == 1
    assert packages.run_due(context) == 0
    shown = lead.get(page)
    row = EvidencePackage.objects.get()
    assert f"Tải {row.file}" in shown.content.decode()
    assert "chưa có dấu thời gian" in shown.content.decode()
    taken = lead.get(f"/packages/{row.pk}/")
    assert taken["Content-Disposition"] == f'attachment; filename="{row.file}"'
    copy = tmp_path / "taken.wacz"
    copy.write_bytes(b"".join(taken.streaming_content))  # type: ignore[arg-type]
    assert {part.state for part in check_wacz(copy)} == {"whole"}
    assert (context.settings.packages_dir / row.file).stat().st_mode & 0o077 == 0
    logged = AuditEntry.objects.filter(subject=f"case {case.pk}", action__startswith="evidence").order_by("id")
    assert [(entry.actor, entry.action) for entry in logged] == [
        ("lead-1", "evidence-export"),
        ("lead-1", "evidence-download"),
    ]


def test_who_may_not_open_cases_gets_none(context: Context, case: Case, desk: Callable[[str], Client]) -> None:
    desk("lead").post(f"/cases/{case.pk}/package/")
    packages.run_due(context)
    analyst = desk("analyst")
    assert "Gói chứng cứ" not in analyst.get(f"/cases/{case.pk}/").content.decode()
    assert analyst.post(f"/cases/{case.pk}/package/").status_code == 403
    assert analyst.get(f"/packages/{EvidencePackage.objects.get().pk}/").status_code == 403


def test_where_the_evidence_is_gone_the_desk_says_so(
    context: Context, case: Case, desk: Callable[[str], Client]
) -> None:
    for file in context.settings.warc_dir.glob("*.warc.gz"):
        file.unlink()
    lead = desk("lead")
    lead.post(f"/cases/{case.pk}/package/")
    packages.run_due(context)
    assert "Không lập được" in lead.get(f"/cases/{case.pk}/").content.decode()
    assert lead.get(f"/packages/{EvidencePackage.objects.get().pk}/").status_code == 404


def test_it_is_removed_after_a_week(
    context: Context, case: Case, desk: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = desk("lead")
    lead.post(f"/cases/{case.pk}/package/")
    packages.run_due(context)
    packages.expire(context)
    assert len(list(context.settings.packages_dir.iterdir())) == 1
    later = clock.now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    packages.expire(context)
    assert list(context.settings.packages_dir.iterdir()) == []
    assert "Tải" not in lead.get(f"/cases/{case.pk}/").content.decode().split("Gói chứng cứ", 1)[1].split("</ul>")[0]
