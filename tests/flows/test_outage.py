"""People hear once that the archive is away and once that it is back, whatever happens to who tells them."""

from __future__ import annotations

import email
import os
import time
from email import policy
from pathlib import Path

import pytest

from core.settings import load
from flows.context import Context
from flows.tell.outage import announce
from tests.flows.test_deliver import Inbox, mail_server, silent_server

SAID = "connection refused"
AWAY, BACK = "soatin: kho lưu trữ không truy cập được", "soatin: kho lưu trữ đã hoạt động trở lại"


def context(home: Path, **more: str) -> Context:
    given = {"SOATIN_ALARM_TO": "truc@so.example", "SOATIN_SHIPPED_SOURCES": "false"}
    return Context(load(home, given | {f"SOATIN_{name.upper()}": value for name, value in more.items()}), "máy-thử")


def subjects(home: Path) -> list[str]:
    files = (home / "soatin-data" / "mail").glob("*.eml")
    return sorted(str(email.message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"]) for file in files)


def killed(home: Path, identity: str, said: str, minutes: float) -> Path:
    """What a sender leaves that is killed on the way, so many minutes ago."""
    file = home / "soatin-data" / "archive-away.sending"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{identity}\n{said}" if identity else "", "utf-8")
    then = time.time() - 60 * minutes
    os.utime(file, (then, then))
    return file


def test_away_and_back_are_told_once_each(tmp_path: Path) -> None:
    there = context(tmp_path)
    assert not announce(there, ""), "nothing happened yet"
    assert [announce(there, said) for said in (SAID, SAID, "", "")] == [True, False, True, False]
    assert subjects(tmp_path) == [AWAY, BACK]


def test_what_cannot_leave_is_tried_again(tmp_path: Path) -> None:
    with mail_server(Inbox()) as url:
        pass  # it is gone again
    assert not announce(context(tmp_path, smtp_url=url), SAID)
    assert announce(context(tmp_path), SAID)
    assert subjects(tmp_path) == [AWAY]


@pytest.mark.parametrize("code", ["451 later", "550 no"])
def test_what_the_server_refuses_is_tried_again(tmp_path: Path, code: str) -> None:
    inbox = Inbox(code)
    with mail_server(inbox) as url:
        there = context(tmp_path, smtp_url=url)
        assert [announce(there, SAID) for _ in range(3)] == [False, True, False]
    assert [str(mail["Subject"]) for mail in inbox.received] == [AWAY]


def test_what_may_have_arrived_is_not_sent_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.tell.smtp.TIMEOUT", 1.0)
    received: list[bytes] = []
    with silent_server(received) as url:
        there = context(tmp_path, smtp_url=url)
        announce(there, SAID)
        announce(there, SAID)
    assert len(received) == 1


def test_a_mail_whose_sender_may_be_alive_is_left_alone(tmp_path: Path) -> None:
    killed(tmp_path, "<1@soatin>", SAID, minutes=1)
    assert not announce(context(tmp_path), SAID)
    assert subjects(tmp_path) == []


@pytest.mark.parametrize("identity", ["<never-left@soatin>", ""])
def test_a_sender_killed_before_the_mail_left_is_made_up_for(tmp_path: Path, identity: str) -> None:
    killed(tmp_path, identity, SAID, minutes=30)
    there = context(tmp_path)
    assert [announce(there, SAID), announce(there, SAID)] == [True, False]
    assert subjects(tmp_path) == [AWAY]


def test_a_sender_killed_after_the_mail_left_is_not_repeated(tmp_path: Path) -> None:
    there = context(tmp_path)
    announce(there, SAID)
    [file] = (tmp_path / "soatin-data" / "mail").glob("*.eml")
    identity = str(email.message_from_bytes(file.read_bytes(), policy=policy.default)["Message-ID"])
    (tmp_path / "soatin-data" / "archive-away").unlink()
    mark = killed(tmp_path, identity, SAID, minutes=30)
    announce(there, SAID)
    announce(there, SAID)
    assert subjects(tmp_path) == [AWAY]
    assert not mark.exists()
    assert announce(there, "")
    assert subjects(tmp_path) == [AWAY, BACK]
