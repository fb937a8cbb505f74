"""Saved searches and API tokens at the desk: one's own only, secrets shown once or never."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.channels import SCHEMES
from core.model.documents import Document
from core.settings import Settings
from index.archive import reading, saved_searches
from index.models import ApiToken, AuditEntry, SavedHit, SavedSearch
from index.office import tokens
from index.proof import audit
from index.search import open_search
from review_ui.views.search.channels import acceptable

pytestmark = pytest.mark.django_db
CHANNEL = "json://127.0.0.1:9/bi-mat-cua-kenh"


@pytest.fixture(autouse=True)
def search(seeded: list[Document]) -> Iterator[None]:
    backend = open_search(settings.SOATIN)
    backend.reset()
    backend.index(reading.search_documents([document.id for document in seeded]))
    yield
    backend.reset()


@pytest.fixture(autouse=True)
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An admin has allowed two kinds of channels."""
    values = {**settings.SOATIN.values, "alert_channels": ["json", "tgram"]}
    monkeypatch.setattr(settings, "SOATIN", Settings(settings.SOATIN.home, values))


@pytest.fixture
def browser(person: Callable[[str], User]) -> Callable[[str], Client]:
    def make(group: str) -> Client:
        client = Client()
        client.force_login(person(group), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


def save(client: Client, **fields: str):
    data = {"name": "Tỏi", "alert": "now", "mail_to": "pt@example.vn", **fields}
    return client.post("/saved/new/?q=tỏi&place=Vĩnh Phúc&page=3&x=y", data)


def test_a_search_is_saved_from_its_page_and_opened_again(browser: Callable[[str], Client]) -> None:
    client = browser("analyst")
    html = client.get("/search/?q=tỏi").content.decode()
    address = re.search(r'href="(/saved/new/[^"]*)"', html)
    assert address
    assert 'name="name" required maxlength="120" value="tỏi"' in client.get(address[1]).content.decode()
    assert save(client)["Location"] == "/saved/"
    row = SavedSearch.objects.get()
    assert row.query == "q=t%E1%BB%8Fi&place=V%C4%A9nh+Ph%C3%BAc"
    html = client.get("/saved/").content.decode()
    assert "Tỏi" in html
    assert "cảnh báo ngay khi có tin mới" in html
    assert f"/search/?{row.query}".replace("&", "&amp;") in html
    assert SavedHit.objects.count() == 1  # what is there already is no news
    assert AuditEntry.objects.filter(action="saved.set").exists()


def test_channels_are_never_shown_again_and_stay_until_replaced(browser: Callable[[str], Client]) -> None:
    client = browser("analyst")
    save(client, channels=f"{CHANNEL}\n", mail_to="")
    row = SavedSearch.objects.get()
    edit = f"/saved/{row.pk}/"
    assert "bi-mat-cua-kenh" not in client.get(edit).content.decode() + client.get("/saved/").content.decode()
    assert "Đang có 1 kênh" in client.get(edit).content.decode()
    client.post(edit, {"name": "Tên mới", "alert": "daily", "mail_to": "", "channels": ""})
    row.refresh_from_db()
    assert (row.name, row.alert, saved_searches.channels_of(row)) == ("Tên mới", "daily", [CHANNEL])
    assert (
        "Cần địa chỉ thư hoặc kênh"
        in client.post(edit, {"name": "a", "alert": "now", "no_channels": "on"}).content.decode()
    )
    client.post(edit, {"name": "a", "alert": "", "no_channels": "on"})
    row.refresh_from_db()
    assert saved_searches.channels_of(row) == []
    assert "bi-mat" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        (CHANNEL, True),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", True),
        ("json://host.example/x?+X-Token=abc", False),
        ("json://host.example/x?%2BX-Token=abc", False),
        ("json://host.example/x?-a=b", False),
        ("json://host.example/x?:a=b", False),
        ("json://host.example/x?method=PUT", False),
        ("json://host.example/x?redirect=yes", False),
        ("json://host.example/x?verify=no", False),
        ("ntfys://ntfy.example/kenh", False),
        ("tgram://123456789:abcdefg_hijklmnop/1/?template=/etc/passwd", False),
        ("json://host.example/?attach=/etc/passwd", False),
        ("json://host.example/?%74emplate=/etc/passwd", False),
        ("file:///etc/passwd", False),
        ("dbus://", False),
        ("syslog://", False),
        ("https://example.vn/", False),
        ("json://a b", False),
        ("json://[::1", False),
    ],
)
def test_only_services_are_taken_and_nothing_that_reads_files(address: str, *, taken: bool) -> None:
    assert acceptable(address, ["json", "tgram"]) is taken


@given(st.text())
def test_any_text_may_be_entered_as_a_channel(text: str) -> None:
    assert acceptable(text, SCHEMES) in {True, False}


def test_without_the_admins_leave_there_is_mail_only(
    browser: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {**settings.SOATIN.values, "alert_channels": []}
    monkeypatch.setattr(settings, "SOATIN", Settings(settings.SOATIN.home, values))
    client = browser("analyst")
    assert 'name="channels"' not in client.get("/saved/new/?q=tỏi").content.decode()
    assert save(client, channels=CHANNEL).status_code == 400
    assert not SavedSearch.objects.exists()


def test_wrong_entries_are_explained_and_not_repeated(browser: Callable[[str], Client]) -> None:
    client = browser("analyst")
    answer = save(client, channels=f"{CHANNEL}\nfile:///etc/passwd?mat-khau-lo")
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "ở dòng: 2" in html
    assert "mat-khau-lo" not in html
    assert save(client, mail_to="không phải thư").status_code == 400
    assert save(client, name=" ").status_code == 400
    assert save(client, alert="hourly").status_code == 400
    assert client.post('/saved/new/?q="tỏi', {"name": "x"}).status_code == 400
    assert not SavedSearch.objects.exists()
    save(client)
    assert "Đã có tìm kiếm mang tên này" in save(client).content.decode()


def test_nobody_sees_or_changes_what_is_anothers(browser: Callable[[str], Client]) -> None:
    mine, other = browser("analyst"), browser("inspector")
    save(mine)
    row = SavedSearch.objects.get()
    assert "Tỏi" not in other.get("/saved/").content.decode()
    assert other.get(f"/saved/{row.pk}/").status_code == 404
    assert other.post(f"/saved/{row.pk}/remove/").status_code == 404
    mine.post("/tokens/", {"name": "máy", "scopes": ["search"], "days": "30"})
    token = ApiToken.objects.get()
    assert other.post(f"/tokens/{token.pk}/revoke/").status_code == 404
    assert mine.get(f"/saved/{row.pk}/remove/")["Location"] == f"/saved/{row.pk}/", "nothing is removed by an address"
    assert SavedSearch.objects.exists()
    assert mine.post(f"/saved/{row.pk}/remove/")["Location"] == "/saved/"
    assert not SavedSearch.objects.exists()


def test_a_token_is_shown_once_kept_as_a_hash_and_ends_when_revoked(browser: Callable[[str], Client]) -> None:
    client = browser("analyst")
    made = client.post("/tokens/", {"name": "bảng theo dõi", "scopes": ["search", "read"], "days": "30"})
    found = re.search(r"soatin_[\w-]{43}", made.content.decode())
    assert found
    text = found[0]
    assert made["Cache-Control"] == "private, no-store"
    assert text not in client.get("/tokens/").content.decode()
    token = ApiToken.objects.get()
    assert text not in token.hash + token.shown
    assert tokens.find(text) == token
    assert tokens.find(text, token.expires) is None
    assert tokens.find(text[:-1] + "~") is None
    client.post(f"/tokens/{token.pk}/revoke/")
    assert tokens.find(text) is None
    assert "đã thu hồi" in client.get("/tokens/").content.decode()
    assert {"token.make", "token.revoke"} <= set(AuditEntry.objects.values_list("action", flat=True))
    assert audit.verify() == []


def test_a_token_of_a_closed_account_is_worth_nothing(person: Callable[[str], User]) -> None:
    user = person("analyst")
    _, text = tokens.make(user, "máy", ["read"], 7)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert tokens.find(text) is None


def test_a_token_needs_name_scope_and_duration(browser: Callable[[str], Client]) -> None:
    client = browser("analyst")
    for data in (
        {"name": "a", "days": "30"},
        {"scopes": ["read"], "days": "30"},
        {"name": "a", "scopes": ["read"], "days": "9"},
    ):
        assert client.post("/tokens/", data).status_code == 400
    assert not ApiToken.objects.exists()
