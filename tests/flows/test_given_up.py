"""Work that cannot be done is given up, shown everywhere, and tried again when a person says so."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from core.codes.work import WorkEnd
from flows.cli import main
from flows.context import Context
from flows.upkeep.missed import check
from index.work import leases

pytestmark = pytest.mark.django_db


@pytest.fixture
def given_up() -> None:
    leases.put("read", ["hong.warc.gz", "chet.warc.gz", "tot.warc.gz"])
    leases.claim("read", "w", 3, 60)
    leases.bury("read", {"hong.warc.gz": "tệp hỏng từ byte 7", "chet.warc.gz": ""}, "w")


def test_the_desk_the_guard_and_the_command_line_show_it(
    given_up: None, inspector: Client, here: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    page = inspector.get("/sources/").content.decode()  # before any source was ever polled, too
    for seen in ("Việc bị dừng sau nhiều lần thử", "hong.warc.gz", "tệp hỏng từ byte 7", WorkEnd.WORKER_DIED.vi):
        assert seen in page
    found = [finding for finding in check(here) if finding.code == "work-given-up"]
    assert {finding.subject for finding in found} == {"read hong.warc.gz", "read chet.warc.gz"}
    main(["status"])
    assert "given_up: 2" in capsys.readouterr().out

    assert main(["retry", "--queue", "index"]) == 0
    assert leases.stuck() == 2
    assert main(["retry", "--json"]) == 0
    assert '{"due_again": 2}' in capsys.readouterr().out
    assert "hong.warc.gz" not in inspector.get("/sources/").content.decode()
    assert leases.claim("read", "v", 9, 60) == ["hong.warc.gz", "chet.warc.gz"]


@pytest.fixture
def here() -> Context:
    from flows.context import open_context

    return open_context()


@pytest.fixture
def inspector() -> Client:
    user = User.objects.create_user("thanh-tra-1")
    user.groups.add(Group.objects.get(name="inspector"))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
