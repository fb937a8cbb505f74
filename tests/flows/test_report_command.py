"""`soatin report --send` says who did not get the report; nobody gets another province's."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from core.errors import DataError
from core.settings import load
from flows.tell.message import address
from tests.flows.test_deliver import Inbox, mail_server
from tests.flows.world import done, json_of, make_home, one, rows, soatin

GOOD = "thanh-tra@so.example"


@pytest.fixture
def office(tmp_path: Path) -> Callable[..., Path]:
    """An installation with these settings; called again, with changed ones."""

    def made(**settings: Any) -> Path:
        return make_home(tmp_path / "home", mail_from="soatin@so.example", **{"mail_to": [GOOD], **settings})

    return made


def test_another_provinces_paper_is_never_mailed(office: Callable[..., Path]) -> None:
    home = office()
    done(soatin(home, "report", "--province", "gia-lai"))
    assert one(home, "SELECT count(*) FROM archive_delivery") == 0
    done(soatin(home, "report", "--send"))
    sent = rows(
        home,
        "SELECT province, state FROM archive_delivery d JOIN archive_report r ON d.report_id = r.id",
    )
    assert sent == [("vinh-phuc", "sent")]
    refused = soatin(home, "report", "--province", "gia-lai", "--send")
    assert refused.returncode == 2
    assert "--province" in refused.stderr
    assert len(list((home / "soatin-data" / "mail").glob("*.eml"))) == 1


@pytest.mark.parametrize(("answer", "said"), [("451 later", "waiting, tried again at "), ("550 no", "not tried again")])
def test_what_the_server_did_not_take_ends_in_a_line_and_exit_1(
    office: Callable[..., Path], answer: str, said: str
) -> None:
    inbox = Inbox(answer)
    with mail_server(inbox) as url:
        home = office(smtp_url=url)
        for _ in range(2):  # asked again while it waits, or after it failed, it says so again
            result = soatin(home, "report", "--send")
            assert result.returncode == 1
            [line] = result.stderr.strip().splitlines()
            assert line.startswith(f"{GOOD}: ")
            assert said in line
            assert answer[:3] in line
    assert inbox.received == []


def test_a_report_that_everyone_got_ends_with_0(office: Callable[..., Path]) -> None:
    inbox = Inbox()
    with mail_server(inbox) as url:
        assert json_of(soatin(office(smtp_url=url), "report", "--send", "--json"))["sent"] == 1
    assert [message["To"] for message in inbox.received] == [GOOD]


def test_a_period_that_has_not_ended_is_refused(office: Callable[..., Path]) -> None:
    refused = soatin(office(), "report", "--from", "2021-08-01T00:00", "--to", "2999-01-01T00:00")
    assert refused.returncode == 2
    assert "--to: 2999-01-01T00:00 has not come yet" in refused.stderr


def test_a_recipient_that_was_corrected_gets_the_report_and_the_wrong_one_is_withdrawn(
    office: Callable[..., Path],
) -> None:
    wrong, kept = "khong-con-ai@so.example", "chanh@so.example"
    inbox = Inbox("550 no such person here")
    with mail_server(inbox) as url:
        home = office(smtp_url=url, mail_to=[wrong, kept])
        said = soatin(home, "report", "--send")
        assert said.returncode == 1
        assert [line.partition(":")[0] for line in said.stderr.strip().splitlines()] == [wrong]
        office(smtp_url=url, mail_to=[GOOD, kept])
        done(soatin(home, "report", "--send"))
        done(soatin(home, "report", "--send"))
    assert [message["To"] for message in inbox.received] == [kept, GOOD]
    assert sorted(rows(home, "SELECT recipient, state FROM archive_delivery")) == [(kept, "sent"), (GOOD, "sent")]
    assert one(home, "SELECT count(*) FROM archive_job WHERE queue = 'deliver'") == 0


def test_a_recipient_corrected_while_the_server_is_busy_is_not_written_to(office: Callable[..., Path]) -> None:
    inbox = Inbox("451 later")
    with mail_server(inbox) as url:
        home = office(smtp_url=url, mail_to=["sai@so.example"])
        assert soatin(home, "report", "--send").returncode == 1
        office(smtp_url=url)
        done(soatin(home, "report", "--send"))
    assert [message["To"] for message in inbox.received] == [GOOD]
    assert one(home, "SELECT count(*) FROM archive_job WHERE queue = 'deliver'") == 0


@pytest.mark.parametrize("wrong", ["a@[", "@", "<>", '"', "Sở Y tế", "a@b@c", "thanh-tra@", "x@y.example, hỏng"])
def test_a_word_that_is_no_address_is_not_taken(tmp_path: Path, wrong: str) -> None:
    message = EmailMessage()
    with pytest.raises(DataError, match="not a mail address"):
        address(message, load(tmp_path, {}), wrong, where="mail_to")


@pytest.mark.parametrize("good", [GOOD, "Sở Y tế <syt@so.example>", "a@x.example, b@x.example"])
def test_addresses_are_taken(tmp_path: Path, good: str) -> None:
    message = EmailMessage()
    address(message, load(tmp_path, {}), good, where="mail_to")
    assert message["To"]
