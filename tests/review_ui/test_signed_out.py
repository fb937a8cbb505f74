"""Sessions last while a person works; what was typed after one ended comes back; no kept address ends in an error."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from core.model.documents import Document
from index.models import Verdict
from tests.review_ui.test_desk import item_of

pytestmark = pytest.mark.django_db


def addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """One address for each line of the desk's table, with numbers and names filled in."""
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if text not in {"/accounts/", "/api/"}:
                yield from addresses(pattern.url_patterns, text)
        else:
            yield re.sub(r"<str:\w+>|<slug:\w+>", "x", re.sub(r"<int:\w+>", "1", text))


@pytest.mark.parametrize("address", list(addresses(get_resolver().url_patterns)))
def test_no_address_that_takes_only_forms_ends_in_an_error(address: str, person: Callable[[str], User]) -> None:
    client = Client(raise_request_exception=True)
    client.force_login(person("lead"), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address)
    assert answer.status_code != 405 or address.startswith("/hooks/")


def test_what_was_typed_after_the_session_ended_comes_back_and_is_sent_on_by_hand(
    seeded: list[Document], person: Callable[[str], User]
) -> None:
    user = person("inspector")
    client = Client()
    claim = item_of(seeded[0])
    typed = {"document": seeded[0].id, "seen": "", "value": "misleading", "note": 'đã hỏi "Sở" & Bộ <b>'}
    asked = client.post(f"/claims/{claim.pk}/verdict/?hours=24", typed)
    said = asked.content.decode()
    assert "CHƯA được ghi" in said
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="([\w_]+)" value="([^"]*)"', said)}
    wrong = client.post("/signin/", fields | {"username": user.username, "password": "khong-phai"}).content.decode()
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="([\w_]+)" value="([^"]*)"', wrong)}
    back = client.post("/signin/", fields | {"username": user.username, "password": "mat-khau-dai-1"}).content.decode()
    assert "Đã đăng nhập lại. Nội dung dưới đây CHƯA được ghi." in back
    assert not Verdict.objects.exists()
    form = back.split("<main", 1)[1]
    action = html.unescape(re.findall(r'action="([^"]*)"', form)[0])
    again = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
    assert action == f"/claims/{claim.pk}/verdict/?hours=24"
    client.post(action, again)
    assert list(Verdict.objects.values_list("value", "note")) == [("misleading", 'đã hỏi "Sở" & Bộ <b>')]


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)"])
def test_what_was_typed_goes_nowhere_else(to: str, person: Callable[[str], User]) -> None:
    user = person("inspector")
    fields = {"username": user.username, "password": "mat-khau-dai-1", "typed_to": to, "typed": '[["a", "b"]]'}
    assert Client().post("/signin/", fields)["Location"] == "/"


def test_a_script_hears_that_the_session_ended(seeded: list[Document]) -> None:
    answer = Client().post(
        f"/claims/{item_of(seeded[0]).pk}/verdict/", {"value": "fake"}, headers={"accept": "application/json"}
    )
    assert answer.status_code == 401
    assert answer.json() == {"error": "Phiên làm việc đã hết. Đăng nhập lại để tiếp tục.", "signed_out": True}


def test_a_session_is_prolonged_while_somebody_works(inspector: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Session.objects.get().expire_date
    inspector.get("/help/")
    assert Session.objects.get().expire_date == before, "not written with every page"
    later = time.time() + 660
    monkeypatch.setattr(time, "time", lambda: later)
    assert inspector.get("/help/").cookies["sessionid"]["max-age"] == 12 * 3600
    assert Session.objects.get().expire_date > before
