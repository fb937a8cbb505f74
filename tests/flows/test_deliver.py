"""Deliveries as recipients see them: one mail, whatever happens to the sender."""

from __future__ import annotations

import email
import email.policy
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest

from core import clock
from core.errors import UsageError
from core.plans import load_plan
from core.settings import Settings, load
from flows.papers.report.make import make_report
from flows.tell.port import MailRefusedError, NotSentError, UncertainError, open_mailer
from flows.tell.reports import deliver_due
from index.models import Delivery, Job
from tests.flows.report_archive import SINCE, SLOT

OWNER = "máy-thử"
PROGRAM = [
    sys.executable,
    "-c",
    """
import sys
from datetime import timedelta
from flows.context import migrate, open_context
context = open_context()
migrate()
from core import clock
from flows.tell.reports import deliver_due
from flows.papers.report.make import make_report
from index.models import Delivery
if sys.argv[1] == "make":
    slot = clock.now()
    make_report(context.settings, context.plan, slot=slot, since=slot - timedelta(hours=9), until=slot)
else:
    deliver_due(context.settings, context.owner)
    print(*Delivery.objects.values_list("state", flat=True))
""",
]
"""Makes a report of the last nine hours, or delivers what is due and prints the states."""


class Inbox:
    """A mail server's handler. ``replies``: answers to DATA in turn; afterwards it accepts."""

    def __init__(self, *replies: str) -> None:
        self.received: list[EmailMessage] = []
        self.replies = list(replies)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- aiosmtpd's name
        if self.replies and (reply := self.replies.pop(0)):
            return reply
        self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@contextmanager
def mail_server(inbox: Inbox) -> Iterator[str]:
    """A real SMTP server on loopback; gives its address."""
    from aiosmtpd.controller import Controller

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        server.stop()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(clock, "now", lambda: SLOT + timedelta(minutes=1))
    given = {
        "SOATIN_SHIPPED_SOURCES": "false",
        "SOATIN_MAIL_TO": "thanh-tra@so.example",
        "SOATIN_MAIL_FROM": "soatin@so.example",
    }
    return load(tmp_path, given)


def with_url(settings: Settings, url: str, **more) -> Settings:
    return replace(settings, values={**settings.values, "smtp_url": url, **more})


def due(settings: Settings) -> Delivery:
    report = make_report(settings, load_plan("vinh-phuc"), slot=SLOT, since=SINCE, until=SLOT)
    return report.deliveries.get()


def pass_time(monkeypatch: pytest.MonkeyPatch, **duration: float) -> None:
    """Let every lease run out."""
    later = clock.now() + timedelta(**duration)
    monkeypatch.setattr(clock, "now", lambda: later)


@pytest.mark.django_db
def test_without_a_mail_server_the_report_lies_in_the_mail_folder_once(settings):
    delivery = due(settings)
    assert deliver_due(settings, OWNER).sent == 1
    due(settings)
    assert deliver_due(settings, OWNER).sent == 0
    (file,) = (settings.data / "mail").iterdir()
    assert file.name == delivery.message_id.strip("<>") + ".eml"
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert message["Subject"] == "Báo cáo tình hình thông tin về dịch bệnh kỳ 07:00 ngày 25/8/2021"
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in message.get_body(("plain",)).get_content()
    assert "<main>" in message.get_body(("html",)).get_content()
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == ["bao-cao-vinh-phuc-2021-08-25-0700.docx", "bao-cao-vinh-phuc-2021-08-25-0700.pdf"]
    assert Delivery.objects.get().state == "sent"
    assert not Job.objects.filter(queue="deliver").exists()


def test_three_workers_at_once_send_exactly_one_message(home: Path):
    inbox = Inbox()
    with mail_server(inbox) as url:
        environ = environment(home, url)
        subprocess.run([*PROGRAM, "make"], env=environ, check=True, timeout=60)
        workers = [subprocess.Popen([*PROGRAM, "deliver"], env=environ, stdout=subprocess.DEVNULL) for _ in range(3)]
        assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    assert [message["To"] for message in inbox.received] == ["thanh-tra@so.example"]
    assert list(inbox.received[0].iter_attachments())[1].get_content().startswith(b"%PDF")


def environment(home: Path, url: str) -> dict[str, str]:
    """What an installation of its own with this mail server is started with."""
    return {
        **os.environ,
        "SOATIN_HOME": str(home),
        "SOATIN_SHIPPED_SOURCES": "false",
        "SOATIN_LEASE_SECONDS": "1",
        "SOATIN_MAIL_TO": "thanh-tra@so.example",
        "SOATIN_SMTP_URL": url,
    }


@pytest.mark.django_db
def test_a_busy_server_is_asked_again_and_a_refusal_is_final(settings, monkeypatch):
    inbox = Inbox("451 try again later", "554 no such thing here")
    with mail_server(inbox) as url:
        there = with_url(settings, url)
        due(there)
        assert deliver_due(there, OWNER).waiting == 1
        assert "451" in Delivery.objects.get().error
        assert deliver_due(there, OWNER).waiting == 0  # its pause has not passed
        pass_time(monkeypatch, minutes=10)
        assert deliver_due(there, OWNER).failed == 1
    assert Delivery.objects.get().state == "failed"
    assert not Job.objects.exists()
    assert inbox.received == []


@pytest.mark.django_db
def test_a_server_that_is_down_for_a_day_ends_in_a_failed_delivery(settings, monkeypatch):
    there = with_url(settings, "smtp://127.0.0.1:9")
    due(there)
    assert deliver_due(there, OWNER).waiting == 1
    assert "127.0.0.1:9" in Delivery.objects.get().error
    pass_time(monkeypatch, hours=25)
    assert deliver_due(there, OWNER).failed == 1


@pytest.mark.django_db
def test_a_server_that_falls_silent_after_the_message_leaves_it_in_doubt(settings, monkeypatch):
    monkeypatch.setattr("flows.tell.smtp.TIMEOUT", 1.0)
    received: list[bytes] = []
    with silent_server(received) as url:
        there = with_url(settings, url)
        due(there)
        assert deliver_due(there, OWNER).in_doubt == 1
        pass_time(monkeypatch, hours=1)
        assert deliver_due(there, OWNER).sent == 0
    assert Delivery.objects.get().state == "in-doubt"
    assert sum(b"Subject:" in body for body in received) == 1


@contextmanager
def silent_server(received: list[bytes]) -> Iterator[str]:
    """Speaks SMTP up to the final dot, then never answers and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line, line.makefile("rb") as lines:
                line.sendall(b"220 here\r\n")
                for command in lines:
                    verb = command[:4].upper()
                    line.sendall(b"354 go\r\n" if verb == b"DATA" else b"250 ok\r\n")
                    if verb == b"DATA":
                        body = b""
                        while not body.endswith(b"\r\n.\r\n"):
                            body += lines.readline()
                        received.append(body)
                        break

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


@pytest.mark.django_db
@pytest.mark.parametrize(("written", "state"), [(True, "sent"), (False, "sent")])
def test_with_the_mail_folder_a_killed_delivery_is_settled_by_looking(settings, monkeypatch, written, state):
    delivery = due(settings)
    if written:
        deliver_due(settings, OWNER)
        Job.objects.create(queue="deliver", key=str(delivery.pk), created=clock.now())
    Delivery.objects.update(state="sending")
    deliver_due(settings, OWNER)
    assert Delivery.objects.get().state == state
    assert len(list((settings.data / "mail").iterdir())) == 1


def test_a_sender_killed_while_handing_over_never_sends_twice(home: Path):
    """SIGKILL while the server holds the message back: the next worker leaves it in doubt; the server saw one."""
    accepted = threading.Event()
    count: list[int] = []

    class Slow:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- aiosmtpd's name
            import asyncio

            count.append(1)
            accepted.set()
            await asyncio.sleep(3)
            return "250 OK"

    with mail_server(Slow()) as url:  # type: ignore[arg-type]
        environ = environment(home, url)
        subprocess.run([*PROGRAM, "make"], env=environ, check=True, timeout=60)
        first = subprocess.Popen([*PROGRAM, "deliver"], env=environ)
        assert accepted.wait(30)
        first.send_signal(signal.SIGKILL)
        first.wait()
        time.sleep(1.2)
        second = subprocess.run(
            [*PROGRAM, "deliver"], env=environ, check=True, capture_output=True, text=True, timeout=60
        )
    assert second.stdout.split() == ["in-doubt"]
    assert len(count) == 1


class TestMailers:
    """What every mailer promises."""

    @staticmethod
    def message() -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "a@x.example", "b@x.example", "Thử"
        message["Message-ID"] = "<thu-1@x.example>"
        message.set_content("Dòng đầu\n.dòng có dấu chấm\n")
        return message

    def test_the_folder_keeps_one_file_a_message(self, settings):
        mailer = open_mailer(settings)
        assert mailer.was_sent("<thu-1@x.example>") is False
        mailer.send(self.message())
        mailer.send(self.message())
        assert mailer.was_sent("<thu-1@x.example>") is True
        assert len(list((settings.data / "mail").iterdir())) == 1

    def test_a_folder_that_cannot_be_written_is_a_passing_failure(self, settings, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(NotSentError):
            open_mailer(with_url(settings, f"file://{tmp_path}/file/mail")).send(self.message())

    def test_smtp_carries_the_text_unchanged(self, settings):
        inbox = Inbox()
        with mail_server(inbox) as url:
            mailer = open_mailer(with_url(settings, url))
            mailer.send(self.message())
            assert mailer.was_sent("<thu-1@x.example>") is None
        assert inbox.received[0].get_content().splitlines() == ["Dòng đầu", ".dòng có dấu chấm"]

    def test_smtp_tells_a_refusal_from_a_pause(self, settings):
        with mail_server(Inbox("550 no", "450 later")) as url:
            mailer = open_mailer(with_url(settings, url))
            with pytest.raises(MailRefusedError):
                mailer.send(self.message())
            with pytest.raises(NotSentError):
                mailer.send(self.message())

    def test_smtp_without_an_answer_is_uncertain(self, settings):
        with silent_server([]) as url, pytest.raises(UncertainError):
            open_mailer(with_url(settings, url)).send(self.message())

    @pytest.mark.parametrize("url", ["ftp://x", "smtp://", "smtp://host:port"])
    def test_a_wrong_address_is_named_with_its_cure(self, settings, url):
        with pytest.raises(UsageError, match="smtp_url"):
            open_mailer(with_url(settings, url))


def test_the_message_id_follows_from_report_and_recipient(settings):
    from flows.tell.message import message_id

    report = SimpleNamespace(province="vinh-phuc", slot=SLOT, since=SINCE, on_demand=False)
    same = message_id(settings, report, "a@x")  # type: ignore[arg-type]
    assert same == message_id(settings, report, "a@x")  # type: ignore[arg-type]
    assert same != message_id(settings, report, "b@x")  # type: ignore[arg-type]
    assert same.endswith("@so.example>")
