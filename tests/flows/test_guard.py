"""The independent check names what was missed, tells it once, and says when it has cleared."""

from __future__ import annotations

import email
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email import policy
from pathlib import Path

import pytest

from core import clock
from core.settings import load
from flows.bootstrap import Context
from flows.guard import check, raise_alarms
from index import leases
from index.models import Delivery, Job, Report, SourceState, WarcFile

pytestmark = pytest.mark.django_db
NOW = datetime(2021, 8, 25, 9, 0, tzinfo=clock.VIETNAM)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    settings = load()
    values = {**settings.values, "shipped_sources": False, "alarm_to": ["truc-ban@example.vn"]}
    (tmp_path / "soatin-data" / "sources").mkdir(parents=True)
    (tmp_path / "soatin-data" / "sources" / "bao.toml").write_text(
        'title = "Báo thử"\nkind = "press"\nplatform = "press"\nhosts = ["bao.example"]\ninterval = 10\n'
        '[[starts]]\nurl = "https://bao.example/"\nas = "listing"\n',
        "utf-8",
    )
    return Context(replace(settings, home=tmp_path, values=values), "test")


def codes(context: Context, now: datetime = NOW) -> list[str]:
    return sorted({finding.code for finding in check(context, now)})


def test_all_is_well_when_all_is_well(context: Context) -> None:
    SourceState.objects.create(name="bao", last_polled=NOW, last_success=NOW)
    assert check(context, NOW) == []


def silent(context: Context) -> None:
    SourceState.objects.create(name="bao", last_polled=NOW, last_success=NOW - timedelta(days=3), last_error="timeout")


def missed(context: Context) -> None:
    WarcFile.objects.create(name="a", sha256="", size=0, found_at=NOW - timedelta(hours=10))


def broken(context: Context) -> None:
    (context.settings.sources_dir / "hong.toml").write_text("title = ", "utf-8")


def undelivered(context: Context) -> None:
    report = Report.objects.create(
        province="vinh-phuc", slot=NOW, since=NOW - timedelta(hours=1), until=NOW, number=1, created=NOW, data={}
    )
    Delivery.objects.create(report=report, recipient="a@example.vn", state="in-doubt", message_id="<1>", changed=NOW)


def stuck(context: Context) -> None:
    leases.put("classify", ["0123456789abcdef0123"])
    Job.objects.update(created=NOW - timedelta(hours=3))


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (silent, "source-silent"), (missed, "slot-missed"), (broken, "source-broken"),
        (undelivered, "delivery"), (stuck, "work-old"),
    ],
)  # fmt: skip
def test_each_trouble_is_named(context: Context, trouble: Callable[[Context], None], code: str) -> None:
    trouble(context)
    assert code in codes(context)


def test_an_alarm_is_mailed_once_and_its_end_as_well(context: Context) -> None:
    stuck(context)
    assert [finding.code for finding in raise_alarms(context, check(context, NOW))] == ["work-old"]
    assert raise_alarms(context, check(context, NOW)) == []
    Job.objects.all().delete()
    raise_alarms(context, check(context, NOW))
    folder = context.settings.data / "mail"
    mails = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in folder.glob("*.eml")]
    assert sorted(mail["Subject"] for mail in mails) == [
        "soatin: 0 cảnh báo vận hành mới, 1 đã hết", "soatin: 1 cảnh báo vận hành mới, 0 đã hết",
    ]  # fmt: skip
    assert {mail["To"] for mail in mails} == {"truc-ban@example.vn"}
