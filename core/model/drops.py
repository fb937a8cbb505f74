"""What became of what was asked: dropped, fetched, polled, looked at again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """Something that was received or due and not kept; every drop is counted with its reason.

    ``stage``: ``crawl``, ``read`` or ``classify``. ``reason`` is one of a fixed set of short codes
    (``robots``, ``too-large``, ``timeout``, ``off-host``, ``redirects``, ``http-4xx``, ``http-5xx``,
    ``http-429``, ``network``, ``bad-certificate``, ``undecodable``, ``no-text``, ``truncated-warc``, ``off-topic``,
    ``depth`` ...).
    """

    stage: str
    reason: str
    source: str
    url: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An article page that need not be asked for again. ``url_hash`` is ``document_id`` of its address."""

    source: str
    url_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Polled:
    """The outcome of one poll of one source; ``error`` empty: every start address answered.

    ``validators``: for a start address the ``etag`` and ``modified`` of its answer, to be sent with the next question
    (none when something that the answer led to has to be asked again). ``not_before``: the source asked for a pause.
    """

    source: str
    at: datetime
    requests: int
    error: str = ""
    validators: dict[str, dict[str, str]] = field(default_factory=dict)
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a second look at a flagged document found; ``outcome`` is a core.codes.sources.LookOutcome,
    ``status`` the answer's status or why there was none.
    """

    source: str
    document_id: str
    at: datetime
    outcome: str
    status: str = ""
