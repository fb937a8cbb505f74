"""Messages to the Zalo Official Account, as Zalo's webhook and as strangers send them."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core import clock, zalo
from index.models import Author, Document, Drop, Job
from review_ui.rates import RateLimit
from review_ui.views.public import hooks

pytestmark = pytest.mark.django_db
APP, SECRET = "360846524940903967", "khoa-bi-mat-cua-tai-khoan"
Send = Callable[..., HttpResponse]


@pytest.fixture
def configured(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {**settings.SOATIN.values, "zalo_app_id": APP, "zalo_oa_secret": SECRET}
    settings.SOATIN = replace(settings.SOATIN, values=values)
    for name, limit in (("ALL", RateLimit(50, 60)), ("BY_SENDER", RateLimit(5, 60)), ("REFUSED", RateLimit(4, 60))):
        monkeypatch.setattr(hooks, name, limit)


def event(text: str = "Có tin ăn tỏi khỏi covid", number: str = "96d3cdf3af150460909", **more: Any) -> dict[str, Any]:
    """An event as Zalo's documentation shows it."""
    return {
        "app_id": APP,
        "sender": {"id": "246845883529197922"},
        "user_id_by_app": "552177279717587730",
        "recipient": {"id": "388613280878808645"},
        "event_name": "user_send_text",
        "message": {"text": text, "msg_id": number},
        "timestamp": str(int(clock.now().timestamp() * 1000)),
    } | more


def send(body: dict[str, Any] | bytes, signature: str = "", **headers: str) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    stamp = str(body["timestamp"]) if isinstance(body, dict) else ""
    right = hashlib.sha256(APP.encode() + data + stamp.encode() + SECRET.encode()).hexdigest()
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(
        "/hooks/zalo/", data, content_type="application/json",
        headers={"X-ZEvent-Signature": signature or f"mac={right}", **headers},
    )  # fmt: skip
    assert answer.content == b""
    return int(answer.status_code)


@pytest.mark.usefixtures("configured")
def test_a_message_becomes_a_tip_once_however_often_it_is_sent() -> None:
    message = event()
    assert [send(message), send(message)] == [200, 200]
    tip = Document.objects.get()
    assert (tip.source, tip.source_kind, tip.kind, tip.text) == (
        "zalo-oa", "hotline", "tip", "Có tin ăn tỏi khỏi covid",
    )  # fmt: skip
    assert tip.published is not None
    assert list(Job.objects.values_list("queue", "key")) == [("classify", tip.pk)]
    exported = {"message_id": "96d3cdf3af150460909", "from_id": "246845883529197922", "message": tip.text, "src": 1}
    again = zalo.tip_of_message(exported, clock.now())
    assert getattr(again, "id", "") == tip.pk  # the export brings the same tip


@pytest.mark.usefixtures("configured")
def test_who_sent_it_is_kept_encrypted_and_written_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        send(event())
        send(event(), "mac=0")
    stored = json.dumps([list(Document.objects.values()), list(Drop.objects.values())], default=str)
    assert "246845883529197922" not in stored + caplog.text
    assert SECRET not in stored + caplog.text
    assert b"246845883529197922" not in bytes(Author.objects.get().name)


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    "signature", ["mac=" + "0" * 64, "0" * 64, "mac=", "mac=ký", "hmac=" + "0" * 64, "mac=" + "0" * 5000]
)
def test_a_wrong_signature_is_refused_without_a_word_and_counted(signature: str) -> None:
    message = event()
    assert [send(message, signature), send(message, signature)] == [403, 403]
    assert Document.objects.count() == 0
    assert list(Drop.objects.values_list("reason", "source", "detail")) == [("bad-signature", "zalo-oa", "")]


@pytest.mark.usefixtures("configured")
def test_the_signature_covers_every_byte_and_the_application() -> None:
    assert send(event(app_id="1")) == 403
    changed = json.dumps(event("Tin khác")).encode()
    right = hashlib.sha256(f"{APP}{json.dumps(event())}{event()['timestamp']}{SECRET}".encode()).hexdigest()
    assert send(changed, f"mac={right}") == 403


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 60_000, b'{"timestamp": []}', b"\xff\xfe", b"9" * 60_000])
def test_what_is_no_event_is_refused(body: bytes) -> None:
    assert send(body) == 403


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    ("ago", "status"),
    [
        (timedelta(hours=11), 200),
        (timedelta(hours=25), 403),
        (-timedelta(minutes=2), 200),
        (-timedelta(minutes=9), 403),
    ],
)
def test_a_message_that_was_recorded_cannot_be_sent_again_days_later(ago: timedelta, status: int) -> None:
    moment = clock.now() - ago
    assert send(event(timestamp=str(int(moment.timestamp() * 1000)))) == status
    assert Document.objects.count() == (status == 200)
    assert Drop.objects.filter(reason="replayed").count() == (status == 403)


@pytest.mark.usefixtures("configured")
def test_too_large_is_not_read_and_long_texts_are_cut() -> None:
    assert send(event("x" * 70_000)) == 413
    assert send(event("x" * 30_000)) == 200
    assert len(Document.objects.get().text) == 20_000


@pytest.mark.usefixtures("configured")
def test_one_person_cannot_flood_the_desk_and_nobody_else_is_kept_out() -> None:
    for number in range(8):
        assert send(event(f"Tin {number}", f"m{number}")) == 200
    assert (Document.objects.count(), Drop.objects.filter(reason="rate-limit").count()) == (5, 3)
    assert send(event("Tin của người khác", "m9", sender={"id": "7"})) == 200
    assert Document.objects.count() == 6


@pytest.mark.usefixtures("configured")
def test_when_too_much_comes_at_once_zalo_is_asked_to_send_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "ALL", RateLimit(1, 60))
    assert [send(event()), send(event("Tin sau", "m2"))] == [200, 429]
    assert Drop.objects.count() == 0


@pytest.mark.usefixtures("configured")
def test_strangers_cannot_fill_the_archive_with_refusals() -> None:
    for number in range(9):
        assert send(event(str(number)), "mac=0") == 403
    assert Drop.objects.count() == 4


@pytest.mark.usefixtures("configured")
def test_pictures_and_follows_are_no_tips_and_links_are() -> None:
    picture = {"msg_id": "a", "attachments": [{"type": "image", "payload": {"url": "https://f.example/1.jpg"}}]}
    link = {"type": "link", "payload": {"url": "https://ban-thuoc.example/", "description": "Thuốc chữa covid"}}
    place = {"msg_id": "c", "text": "ở đây", "attachments": [{"type": "location", "payload": {}}]}
    assert send(event(event_name="user_send_image", message=picture)) == 200
    assert send(event(event_name="user_send_link", message={"msg_id": "b", "attachments": [link]})) == 200
    assert send(event(event_name="user_send_location", message=place)) == 200
    assert send(event(event_name="follow", message=None)) == 200
    assert send(event(event_name="oa_send_text")) == 200
    assert Document.objects.get().text == "Thuốc chữa covid\nhttps://ban-thuoc.example/"
    assert list(Drop.objects.values_list("reason", "url")) == [("no-text", "zalo:a")]


def test_while_it_is_not_set_up_there_is_nothing_there() -> None:
    assert send(event()) == 404
    assert Drop.objects.count() == 0


@pytest.mark.usefixtures("configured")
def test_only_posts_are_taken_and_other_forms_still_need_their_token(client: Client) -> None:
    assert client.get("/hooks/zalo/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/language/", {"language": "en"}).status_code in {302, 403}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@hypothesis_settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(event(), JSON) | {"src": JSON, "links": JSON}))
def test_no_event_or_message_breaks_the_reading(data: dict[str, Any]) -> None:
    data["event_name"] = "user_send_text"
    zalo.tip_of_event(data, clock.now())
    zalo.tip_of_message({**data, "message_id": "1"}, clock.now())
    list(zalo.tips([data, [data], {"data": [data]}], clock.now(), "a.json"))
    zalo.is_signed(b"x", "mac=1", {**data, "app_id": APP}, APP, SECRET)
