"""Every mail, report and link leads to the address under which people reach the desk."""

from __future__ import annotations

import email
import json
import re
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from core import clock
from core.errors import UsageError
from core.plans import load_plan
from core.settings import Settings, load
from flows.papers.report.make import make_report
from flows.run.accounts import sign_in_link
from flows.tell.alerts import compose
from flows.tell.reports import deliver_due
from index.models import Alert, SavedSearch
from tests.flows import report_archive
from tests.flows.report_archive import SINCE, SLOT
from tests.flows.world import make_home, soatin

PUBLIC = "https://soatin.example.vn"
LISTENING = "http://127.0.0.1:8765"


def settings(home: Path, **given: str) -> Settings:
    """With these variables set, and the report's recipient."""
    common = {"SOATIN_MAIL_TO": "thanh-tra@so.example", "SOATIN_SHIPPED_SOURCES": "false"}
    return load(home, common | {f"SOATIN_{name.upper()}": value for name, value in given.items()})


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, LISTENING),
        ({"public_url": PUBLIC}, PUBLIC),
        ({"public_url": f"{PUBLIC}/", "allowed_hosts": "khac.example.vn"}, PUBLIC),
        ({"allowed_hosts": "soatin.example.vn", "https": "true"}, PUBLIC),
        ({"allowed_hosts": ".example.vn,soatin.example.vn"}, "http://soatin.example.vn"),
        ({"allowed_hosts": "*"}, LISTENING),
        ({"host": "0.0.0.0", "port": "80"}, "http://127.0.0.1:80"),
        ({"host": "::1"}, "http://[::1]:8765"),
        ({"port": "0"}, ""),
    ],
)
def test_the_address_follows_from_the_settings(tmp_path: Path, given: dict[str, str], address: str) -> None:
    assert settings(tmp_path, **given).desk_url == address


@pytest.mark.parametrize(
    "wrong", ["soatin.example.vn", "ftp://x.example", "https://", "https://x.example/desk", "https://a:b@x.example",
              "https://x.example:port", "https://[x", "https://x.example?a=1"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_its_cure(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(UsageError, match=r"(?i)public_url: .*such as https://"):
        settings(tmp_path, public_url=wrong)


def test_the_desk_answers_under_its_public_name(tmp_path: Path) -> None:
    there = settings(tmp_path, public_url=f"{PUBLIC}:8443", allowed_hosts="khac.example.vn")
    assert {"soatin.example.vn", "khac.example.vn", "localhost", "127.0.0.1"} <= set(there.desk_hosts)


def links(text: str) -> set[str]:
    return {match[1] for match in re.finditer(r"(https?://[^/\s\"'<>]+)/(?:claims|documents|search|signin)/", text)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given", [{"public_url": PUBLIC}, {"allowed_hosts": "soatin.example.vn", "https": "true"}], ids=["set", "by-host"]
)
class TestWhereTheyLead:
    """With the public address set, and with what stood for it before there was that setting."""

    def test_a_reports_mail(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
        monkeypatch.setattr(clock, "now", lambda: SLOT + timedelta(minutes=1))
        report_archive.fill()
        there = settings(tmp_path, **given)
        report = make_report(there, load_plan("vinh-phuc"), slot=SLOT, since=SINCE, until=SLOT)
        assert deliver_due(there, "máy-thử").sent == 1
        [file] = (there.data / "mail").glob("*.eml")
        mail = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        body = mail.get_body(("html",))
        assert body is not None
        assert links(body.get_content()) == {PUBLIC}
        assert links(json.dumps(report.data)) == {PUBLIC}

    def test_an_alerts_mail(self, tmp_path: Path, given: dict[str, str]) -> None:
        person = User.objects.create_user("phan-tich")
        saved = SavedSearch.objects.create(
            owner=person, name="Tin covid", query="q=covid", alert="now", created=clock.now()
        )
        document = report_archive.add_document(1, "bao-vi-du", clock.now(), "tin covid mới")
        alert = Alert(
            saved=saved, target="pt@example.vn", documents=[document.id], created=clock.now(), changed=clock.now()
        )
        text = compose(settings(tmp_path, **given), alert).get_content()
        assert text.count(f"{PUBLIC}/documents/{document.id}/") == 1
        assert f"{PUBLIC}/search/?q=covid" in text
        assert links(text) == {PUBLIC}

    def test_a_sign_in_link(self, tmp_path: Path, given: dict[str, str]) -> None:
        link = sign_in_link(settings(tmp_path, **given), User.objects.create_user("moi"), hours=1)
        assert link.startswith(f"{PUBLIC}/signin/")


def test_the_first_sign_in_link_leads_there(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", public_url=PUBLIC)
    printed = soatin(home, "init", "--province", "vinh-phuc", "--dir", str(home)).stdout
    assert printed.startswith(f"{PUBLIC}/signin/")
