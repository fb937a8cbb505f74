"""Saved searches tell of new hits: once, by mail or to a channel, when their owner wants it."""

from __future__ import annotations

import email
import email.policy
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group, User

from core import clock
from core.settings import Settings
from flows.context import Context
from flows.tell.alerts import compose, due_searches, message_id, send_alerts
from flows.work import RoundResult
from index.archive import intake, judgements, reading, saved_searches, verdicts
from index.models import Alert, Job, SavedHit, SavedSearch
from index.search import SearchBackend, open_search
from index.work import leases
from tests.review_ui.conftest import SOURCES, judged, make_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def context(tmp_path: Path) -> Context:
    shared: Settings = django_settings.SOATIN
    own = {"smtp_url": f"file://{tmp_path}/mail", "alert_channels": ["json"], "own_hosts": ["127.0.0.1"]}
    return Context(Settings(shared.home, {**shared.values, **own}), "máy-thử")


@pytest.fixture
def search(db: None) -> Iterator[SearchBackend]:
    backend = open_search(django_settings.SOATIN)
    backend.reset()
    yield backend
    backend.reset()


@pytest.fixture
def analyst(db: None) -> User:
    user = User.objects.create_user("analyst-1")
    user.groups.add(Group.objects.get(name="analyst"))
    return user


class Receiver:
    """A channel: takes apprise's JSON posts and answers with ``status``; None: it closes the line without an answer."""

    def __init__(self) -> None:
        self.posts: list[dict[str, str]] = []
        self.status: int | None = 200
        self.location = ""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                if receiver.status is None:
                    self.close_connection = True
                    return
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"json://127.0.0.1:{self.server.server_port}/mat-khau-kenh"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def channel() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def arrive(search: SearchBackend, *numbers: int, text: str = "tin covid mới", days_old: float = 0.1) -> list[str]:
    moment = clock.now() - timedelta(days=days_old)
    documents = [
        replace(make_document(n, f"{text} số {n}"), published=moment + timedelta(seconds=n), fetched=moment)
        for n in numbers
    ]
    intake.take_in(documents, SOURCES)
    judgements.save_judgements([judged(document, 0.8) for document in documents])
    ids = [document.id for document in documents]
    search.index(reading.search_documents(ids))
    return ids


def keep(user: User, search: SearchBackend, alert: str = "now", mail: str = "pt@example.vn", **more) -> SavedSearch:
    row = SavedSearch(name="Tin covid", query="q=covid", alert=alert, mail_to=mail)
    return saved_searches.save(user, row, search, **more)


def go(context: Context) -> RoundResult:
    result = RoundResult()
    send_alerts(context, result)
    return result


def mails(tmp_path: Path) -> list[email.message.EmailMessage]:
    files = sorted((tmp_path / "mail").glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


def test_only_what_is_new_is_told_once_and_without_authors(
    context: Context, search: SearchBackend, analyst: User, tmp_path: Path
) -> None:
    arrive(search, 1, 2)
    keep(analyst, search)
    assert go(context).counts["alerted"] == 0
    fresh = arrive(search, 3, 4)
    arrive(search, 5, text="tin thời tiết")
    assert go(context).counts["alerted"] == 1
    assert go(context).counts["alerted"] == 0
    [mail] = mails(tmp_path)
    text = mail.get_content()
    assert mail["Subject"] == "soatin: 2 tin mới – Tin covid"
    assert mail["To"] == "pt@example.vn"
    assert all(f"/documents/{identity}/" in text for identity in fresh)
    assert text.count("/documents/") == 2
    assert "Nguyễn Văn A" not in text
    assert "/search/?q=covid" in text
    assert not Job.objects.filter(queue__in=["alert", "alert-look"]).exists()


def test_what_is_received_late_is_told_but_not_what_is_old(
    context: Context, search: SearchBackend, analyst: User, tmp_path: Path
) -> None:
    keep(analyst, search)
    arrive(search, 1)
    go(context)
    arrive(search, 2, days_old=3)  # published before what was told of, received after it
    arrive(search, 3, days_old=40)
    go(context)
    assert sorted(mail["Subject"] for mail in mails(tmp_path)) == ["soatin: 1 tin mới – Tin covid"] * 2


def test_a_later_verdict_can_make_a_hit(context: Context, search: SearchBackend, analyst: User, tmp_path: Path) -> None:
    ids = arrive(search, 1, 2)
    saved_searches.save(
        analyst, SavedSearch(name="Tin giả", query="verdict=fake", alert="now", mail_to="pt@example.vn"), search
    )
    go(context)
    from index.models import Document

    lead = User.objects.create_user("lead-1")
    lead.groups.add(Group.objects.get(name="lead"))
    verdicts.give_verdict(lead, Document.objects.get(id=ids[0]), "fake")
    search.index(reading.search_documents(ids))
    go(context)
    [mail] = mails(tmp_path)
    assert ids[0] in mail.get_content()
    assert ids[1] not in mail.get_content()


def test_a_digest_waits_for_its_time(context: Context, search: SearchBackend, analyst: User, tmp_path: Path) -> None:
    row = keep(analyst, search, alert="slots")
    arrive(search, 1, 2)
    SavedSearch.objects.filter(pk=row.pk).update(checked=clock.now())
    assert go(context).counts["alerts"] == 0
    SavedSearch.objects.filter(pk=row.pk).update(checked=clock.now() - timedelta(days=1))
    assert go(context).counts["alerted"] == 1
    assert len(mails(tmp_path)) == 1
    assert due_searches(context) == []


def test_a_channel_gets_it_and_its_address_is_kept_encrypted(
    context: Context, search: SearchBackend, analyst: User, channel: Receiver
) -> None:
    row = keep(analyst, search, mail="", channels=[channel.address])
    arrive(search, 1)
    go(context)
    go(context)
    [post] = channel.posts
    assert post["title"] == "soatin: 1 tin mới – Tin covid"
    assert "tin covid mới số 1" in post["message"]
    row.refresh_from_db()
    assert b"mat-khau-kenh" not in bytes(row.channels)
    assert "mat-khau-kenh" not in json.dumps(list(Alert.objects.values("target", "error")))
    assert saved_searches.channels_of(row) == [channel.address]


def test_a_channel_that_refuses_is_tried_again_and_one_that_hangs_up_is_in_doubt(
    context: Context, search: SearchBackend, analyst: User, channel: Receiver
) -> None:
    keep(analyst, search, mail="", channels=[channel.address])
    channel.status = 500
    arrive(search, 1)
    go(context)
    alert = Alert.objects.get()
    assert alert.state == "due"
    assert "mat-khau-kenh" not in alert.error
    Job.objects.update(leased_until=None)
    channel.status = 200
    go(context)
    alert.refresh_from_db()
    assert alert.state == "sent"
    channel.status = None
    arrive(search, 2)
    go(context)
    assert Alert.objects.latest("id").state == "in-doubt"
    before = len(channel.posts)
    Job.objects.update(leased_until=None)
    go(context)
    assert len(channel.posts) == before


INNER = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost", "[::ffff:127.0.0.1]"]


@pytest.mark.parametrize("host", INNER)
def test_a_channel_inside_gets_nothing_unless_an_admin_allows_its_host(
    context: Context, search: SearchBackend, analyst: User, channel: Receiver, host: str
) -> None:
    context = Context(Settings(context.settings.home, {**context.settings.values, "own_hosts": []}), "máy-thử")
    keep(analyst, search, mail="", channels=[channel.address.replace("127.0.0.1", host)])
    arrive(search, 1)
    go(context)
    assert channel.posts == []
    assert Alert.objects.get().state in {"failed", "due"}


def test_a_channel_that_leads_elsewhere_is_not_followed(
    context: Context, search: SearchBackend, analyst: User, channel: Receiver
) -> None:
    inside = Receiver()
    channel.status, channel.location = 307, f"http://127.0.0.1:{inside.server.server_port}/"
    keep(analyst, search, mail="", channels=[channel.address])
    arrive(search, 1)
    go(context)
    assert len(channel.posts) == 1
    assert inside.posts == []
    assert Alert.objects.get().state == "due"
    inside.server.shutdown()
    inside.server.server_close()


@pytest.mark.parametrize("more", ["?+X-Khoa=1", "?redirect=yes", "?method=PUT"])
def test_a_channel_kept_from_before_that_may_no_longer_be_used_gets_nothing(
    context: Context, search: SearchBackend, analyst: User, channel: Receiver, more: str
) -> None:
    keep(analyst, search, mail="", channels=[channel.address + more])
    arrive(search, 1)
    go(context)
    assert channel.posts == []
    assert Alert.objects.get().state == "failed"


def test_without_an_admins_leave_alerts_go_by_mail_only(
    context: Context, search: SearchBackend, analyst: User, channel: Receiver, tmp_path: Path
) -> None:
    context = Context(Settings(context.settings.home, {**context.settings.values, "alert_channels": []}), "máy-thử")
    keep(analyst, search, channels=[channel.address])
    arrive(search, 1)
    go(context)
    assert channel.posts == []
    assert len(mails(tmp_path)) == 1
    assert "not allowed" in Alert.objects.get(state="failed").error


@pytest.mark.parametrize("status", [200, 500, None])
def test_neither_token_nor_message_is_in_any_log(
    context: Context,
    search: SearchBackend,
    analyst: User,
    channel: Receiver,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    status: int | None,
) -> None:
    caplog.set_level("DEBUG")
    channel.status = status
    keep(analyst, search, mail="", channels=[channel.address])
    arrive(search, 1, text="tin covid chim-hoàng-yến")
    result = go(context)
    assert channel.posts
    told = caplog.text + "".join(capfd.readouterr()) + str(result.errors) + Alert.objects.get().error
    assert not [word for word in ("mat-khau-kenh", "chim-hoàng-yến") if word in told]


@pytest.mark.parametrize("left", [True, False])
def test_a_sender_killed_on_the_way_neither_loses_nor_doubles_a_mail(
    context: Context, search: SearchBackend, analyst: User, tmp_path: Path, *, left: bool
) -> None:
    from flows.tell.port import open_mailer

    row = keep(analyst, search)
    arrive(search, 1)
    [alert] = saved_searches.collect(row, search)
    leases.claim("alert", "worker that was killed", 10, 0)
    Alert.objects.update(state="sending")
    if left:
        open_mailer(context.settings).send(compose(context.settings, alert))
    go(context)
    assert [mail["Message-ID"] for mail in mails(tmp_path)] == [message_id(alert)]
    alert.refresh_from_db()
    assert alert.state == "sent"


def test_a_channel_whose_sender_was_killed_is_in_doubt_and_not_told_again(
    context: Context, search: SearchBackend, analyst: User, channel: Receiver
) -> None:
    row = keep(analyst, search, mail="", channels=[channel.address])
    arrive(search, 1)
    saved_searches.collect(row, search)
    Alert.objects.update(state="sending")
    go(context)
    assert Alert.objects.get().state == "in-doubt"
    assert channel.posts == []


def test_two_workers_tell_of_a_hit_once(context: Context, search: SearchBackend, analyst: User) -> None:
    from django.db import IntegrityError, transaction

    row = keep(analyst, search)
    ids = arrive(search, 1)
    SavedHit.objects.create(saved=row, document=ids[0], moment=clock.now())  # the other worker's, unseen by this one
    with pytest.raises(IntegrityError), transaction.atomic():
        saved_searches._remember(row, search.search(saved_searches.asked({"q": "covid"}).query).hits)
    assert not Alert.objects.exists()


def test_nobody_is_told_who_may_no_longer_search_and_trouble_is_kept_with_the_search(
    context: Context, search: SearchBackend, analyst: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = keep(analyst, search)
    arrive(search, 1, 2)
    monkeypatch.setattr(saved_searches, "MOST_WATCHED", 1)
    assert "2 hits within seven days" in go(context).errors[0]
    row.refresh_from_db()
    assert "narrow the search" in row.error
    monkeypatch.undo()
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    go(context)
    assert not Alert.objects.exists()


def test_what_is_old_is_forgotten(context: Context, search: SearchBackend, analyst: User) -> None:
    row = keep(analyst, search)
    SavedHit.objects.create(saved=row, document="x", moment=clock.now() - timedelta(days=31))
    go(context)
    assert not SavedHit.objects.exists()
