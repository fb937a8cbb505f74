"""Messages to a Zalo Official Account as citizens' tips: from its webhook, and from what its API exports.

Formats by Zalo's public documentation, https://developers.zalo.me/docs/official-account/: events of the webhook
(``user_send_text`` and its like, with ``sender.id``, ``message.msg_id``, ``message.text``, ``timestamp`` in
milliseconds; header ``X-ZEvent-Signature: mac=`` SHA-256 of application id, body, timestamp and the account's secret
key), and the messages of ``/oa/conversation`` and ``/oa/listrecentchat`` (``message_id``, ``from_id``, ``src``: 0 sent
by the account, 1 by the citizen). A message has the same id in both, so it is one tip however it comes. Nothing else of
Zalo is read.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from core.codes.texts import DocumentKind, OwnSource
from core.model.documents import LONGEST_TIP, Document, document_id, sha256_hex
from core.model.drops import Drop

SOURCE = str(OwnSource.ZALO)
"""The source's name in the archive."""
_FROM_CITIZENS = ("user_send_", "anonymous_send_")
_PRIVATE = frozenset({"user_send_location", "user_send_business_card", "anonymous_send_location"})
"""Where somebody is, and other people's telephone numbers, are not asked for and not kept."""
_ID = re.compile(r"[\w.:-]{1,100}")
_MOST_LINKS = 5
_DEEPEST = 4


def is_signed(body: bytes, header: str, event: dict[str, Any], app_id: str, secret: str) -> bool:
    """Whether a webhook's body is from Zalo and for our application: ``mac=sha256(appId + data + timeStamp +
    OAsecretKey)``, compared in constant time.
    """
    timestamp = event.get("timestamp")
    if str(event.get("app_id", "")) != app_id or not isinstance(timestamp, str | int) or not secret:
        return False
    wanted = hashlib.sha256(app_id.encode() + body + str(timestamp).encode() + secret.encode()).hexdigest()
    name, _, given = header.partition("=")
    return name.strip().lower() == "mac" and hmac.compare_digest(wanted.encode(), given.strip().lower().encode())


def moment_of(timestamp: object) -> datetime | None:
    """The time of an event (milliseconds since 1970, as a number or a string); None when it is no such time."""
    text = str(timestamp).strip()
    if not re.fullmatch(r"\d{12,14}", text):
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC)


def sender_of(event: dict[str, Any]) -> str:
    """Who sent it: an id of Zalo's, personal data. Empty when it does not say."""
    sender = event.get("sender")
    return str(sender.get("id") or "")[:200] if isinstance(sender, dict) else ""


def tip_of_event(event: dict[str, Any], fetched: datetime) -> Document | Drop | None:
    """The tip that a webhook's event brings; a Drop when it has no text; None when it is no message of a citizen."""
    name = str(event.get("event_name", ""))
    message = event.get("message")
    if not name.startswith(_FROM_CITIZENS) or name in _PRIVATE or not isinstance(message, dict):
        return None
    text = _joined(_text(message.get("text")), _linked(message.get("attachments")))
    return _tip(_text(message.get("msg_id")), text, sender_of(event), moment_of(event.get("timestamp")), fetched)


def tip_of_message(message: dict[str, Any], fetched: datetime) -> Document | Drop | None:
    """The same for a message as the conversation API gives it; None when the account itself wrote it."""
    if str(message.get("src", "1")) == "0" or message.get("type") == "location":
        return None
    text = _joined(_text(message.get("message")), _linked_messages(message))
    moment = moment_of(message.get("time"))
    return _tip(_text(message.get("message_id")), text, _text(message.get("from_id")), moment, fetched)


def is_ours(row: object) -> bool:
    """Whether an object of a JSON file is an event or a message of Zalo."""
    return isinstance(row, dict) and ("event_name" in row or {"message_id", "from_id"} <= row.keys())


def tips(data: object, fetched: datetime, where: str) -> Iterator[Document | Drop]:
    """All tips of an exported file: one answer of the API (``{"data": […]}``), a list of them, of messages, of events.
    What is neither is a Drop ``bad-row`` that names its place in the file.
    """
    for place, row in _rows(data, where, 0):
        if not is_ours(row) or not isinstance(row, dict):
            yield Drop("read", "bad-row", SOURCE, place, "neither an event nor a message of Zalo")
            continue
        tip = tip_of_event(row, fetched) if "event_name" in row else tip_of_message(row, fetched)
        if tip is not None:
            yield tip


def _rows(data: object, where: str, depth: int) -> Iterator[tuple[str, object]]:
    if isinstance(data, dict) and isinstance(data.get("data"), list):
        data = data["data"]
    if isinstance(data, list) and depth < _DEEPEST:
        for number, row in enumerate(data, 1):
            yield from _rows(row, f"{where}#{number}" if not depth else f"{where}.{number}", depth + 1)
    else:
        yield where, data


def _tip(number: str, text: str, sender: str, moment: datetime | None, fetched: datetime) -> Document | Drop:
    if not _ID.fullmatch(number):
        return Drop("read", "bad-row", SOURCE, "", "a message of Zalo without its id")
    url = f"zalo:{number}"
    if not text:
        return Drop("read", "no-text", SOURCE, url, "a picture, a file or a sticker without words")
    text = text[:LONGEST_TIP]
    return Document(
        id=document_id(url),
        source=SOURCE,
        kind=DocumentKind.TIP,
        url=url,
        canonical_url=url,
        title="",
        text=text,
        published=moment if moment and moment <= fetched else None,
        fetched=fetched,
        author=sender,
        sha256=sha256_hex(f"\n{text}"),
    )


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _joined(*texts: str) -> str:
    return "\n".join(dict.fromkeys(filter(None, texts)))


def _linked(attachments: object) -> str:
    """Address and description of the pages that a message points to: what a citizen wants looked at."""
    found = []
    for one in attachments[:_MOST_LINKS] if isinstance(attachments, list) else ():
        payload = one.get("payload") if isinstance(one, dict) and one.get("type") == "link" else None
        if isinstance(payload, dict):
            found.append(_joined(_text(payload.get("description")), _text(payload.get("url"))))
    return _joined(*found)


def _linked_messages(message: dict[str, Any]) -> str:
    links = message.get("links")
    found = [
        _joined(_text(one.get("title")), _text(one.get("description")), _text(one.get("url")))
        for one in (links[:_MOST_LINKS] if isinstance(links, list) else ())
        if isinstance(one, dict)
    ]
    return _joined(*found)
