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
from flows.context import Context
from flows.tell.alarms import raise_alarms
from flows.tell.port import NotSentError
from flows.upkeep.missed import check
from index.archive import cases, intake, judgements, verdicts
from index.models import Alarm, Delivery, Document, Job, Report, SourceState, WarcFile
from index.work import leases
from tests.index.make import SOURCES, claim_judgement, document, person

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


def test_measures_over_a_claim_that_was_cleared_raise_an_alarm(context: Context) -> None:
    lead, post = person("minh", "lead"), document(1)
    intake.take_in([post], SOURCES)
    judgements.save_judgements([claim_judgement(post.id, ("a", "b"))])
    row = Document.objects.get(pk=post.id)
    verdict = verdicts.give_verdict(lead, row, "fake")
    row.refresh_from_db()
    assert row.claim is not None
    case = cases.open_case(lead, row.claim)
    cases.add_action(lead, case, "sanction", "QĐ 5")
    assert "measures-review" not in codes(context)
    verdicts.give_verdict(lead, row, "true", seen=verdict.pk)
    assert [f"/cases/{case.pk}/" in f.words for f in check(context, NOW) if f.code == "measures-review"] == [True]
    cases.review(lead, case, "hủy QĐ 5")
    assert "measures-review" not in codes(context)


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


def mails(context: Context) -> list[str]:
    folder = context.settings.data / "mail"
    found = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in folder.glob("*.eml")]
    return sorted(mail.get_content() for mail in found)


def test_a_quiet_source_alarms_once_over_a_day_and_clears(context: Context) -> None:
    """The guard looks every ten minutes; its figures change, the alarm is the same."""
    SourceState.objects.create(name="bao", last_polled=NOW, last_success=NOW, daily=20.0)
    for days in (7.5, 14.5, 21.5, 28.5, 29.5):
        keep(NOW - timedelta(days=days), 30)
    for minutes in (0, 10, 20):
        now = NOW + timedelta(minutes=minutes)
        SourceState.objects.update(last_polled=now, last_success=now)
        findings = check(context, now)
        assert [finding.code for finding in findings] == ["source-quiet"]
        assert "24 giờ qua có 0 tin, thường lệ cùng ngày trong tuần 30" in findings[0].words
        raise_alarms(context, findings)
        assert len(mails(context)) == 1
    keep(NOW, 12)
    raised = check(context, NOW + timedelta(minutes=30))
    assert [finding.code for finding in raised] == ["source-quiet"], "twelve would not raise it, nor do they clear it"
    keep(NOW, 20)
    raise_alarms(context, check(context, NOW + timedelta(minutes=40)))
    assert len(mails(context)) == 2
    assert "Đã hết:" in mails(context)[1] + mails(context)[0]


def keep(taken: datetime, number: int) -> None:
    count = Document.objects.count()
    Document.objects.bulk_create(
        Document(
            id=f"{count + n:020d}", source="bao", source_kind="press", kind="article", url="u", canonical_url="u",
            title="t", text="x" * 500, fetched=taken, moment=taken, first_seen=taken, sha256="",
        )
        for n in range(number)
    )  # fmt: skip


def test_an_alarm_whose_mail_cannot_leave_is_told_later(context: Context) -> None:
    away = replace(context.settings, values={**context.settings.values, "smtp_url": "smtp://127.0.0.1:9"})
    stuck(context)
    with pytest.raises(NotSentError):
        raise_alarms(replace(context, settings=away), check(context, NOW))
    assert raise_alarms(context, check(context, NOW)) == [], "it is not new"
    assert len(mails(context)) == 1


def test_an_alarm_whose_sender_was_killed_is_told_once(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the mail left: it is sent later. After: it is not sent again."""
    stuck(context)
    raise_alarms(context, check(context, NOW))
    file = next((context.settings.data / "mail").glob("*.eml"))
    message = str(email.message_from_bytes(file.read_bytes(), policy=policy.default)["Message-ID"])
    Alarm.objects.update(untold=True, message=message)
    raise_alarms(context, check(context, NOW))
    assert Alarm.objects.get().untold, "somebody may be sending it"
    Alarm.objects.update(changed=NOW - timedelta(hours=1))
    raise_alarms(context, check(context, NOW))
    assert len(mails(context)) == 1
    assert not Alarm.objects.get().untold
    Alarm.objects.update(untold=True, message="<never-left@soatin>", changed=NOW - timedelta(hours=1))
    raise_alarms(context, check(context, NOW))
    assert len(mails(context)) == 2


def test_what_came_and_went_before_anybody_was_told_is_not_told(context: Context) -> None:
    away = replace(context.settings, values={**context.settings.values, "smtp_url": "smtp://127.0.0.1:9"})
    stuck(context)
    with pytest.raises(NotSentError):
        raise_alarms(replace(context, settings=away), check(context, NOW))
    Job.objects.all().delete()
    raise_alarms(context, check(context, NOW))
    assert mails(context) == []
    assert Alarm.objects.get().cleared is not None
