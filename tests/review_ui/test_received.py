"""The page as it was received names people: it is for those who may open a case, and each look is logged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from core.model.documents import Document
from crawlers.evidence.records import read_records
from crawlers.evidence.warc import WarcWriter
from index.models import AuditEntry
from index.models import Document as Row
from tests.review_ui.test_desk import page

pytestmark = pytest.mark.django_db


def test_only_who_may_open_cases_sees_it_and_each_look_is_logged(
    seeded: list[Document], inspector: Client, person: Callable[[str], User], settings: Any, tmp_path: Path
) -> None:
    file = WarcWriter(tmp_path / "warc", {})
    body = "<p>Nguyễn Văn A: ăn tỏi</p>".encode()
    html = [("Content-Type", "text/html; charset=utf-8")]
    file.response(url="http://127.0.0.1/dien-dan/1", status=200, reason="OK", headers=html, body=body, soatin={})
    file.close()
    offset = next(record.offset for record in read_records(file.finished[0]) if record.type == "response")
    Row.objects.filter(pk=seeded[0].id).update(warc_file=file.finished[0].name, warc_offset=offset)
    values = {**settings.SOATIN.values, "data_dir": str(tmp_path)}
    settings.SOATIN = replace(settings.SOATIN, values=values)
    address = f"/documents/{seeded[0].id}/received/"
    assert address in page(inspector, f"/documents/{seeded[0].id}/")
    assert "Nguyễn Văn A" in page(inspector, address)
    entry = AuditEntry.objects.get(action="evidence-look")
    assert (entry.actor, entry.subject) == ("inspector-1", seeded[0].id)
    analyst = Client()
    analyst.force_login(person("analyst"), backend="django.contrib.auth.backends.ModelBackend")
    assert address not in page(analyst, f"/documents/{seeded[0].id}/")
    page(analyst, address, 403)
