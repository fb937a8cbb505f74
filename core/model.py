"""The nouns that rooms hand to one another (glossary: docs/glossary.md)."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class SourceKind(StrEnum):
    """What sort of place a source is; reports count by it."""

    PRESS = "press"
    OFFICIAL = "official"
    CHANNEL = "channel"
    FORUM = "forum"
    PAGE = "page"
    HOTLINE = "hotline"


class DocumentKind(StrEnum):
    """What a document is in its source."""

    ARTICLE = "article"
    POST = "post"
    COMMENT = "comment"
    TIP = "tip"


class TextKind(StrEnum):
    """What sort of speech a text is. Only claims (and advertisements that claim a cure) can be flagged."""

    CLAIM = "claim"
    QUESTION = "question"
    OPINION = "opinion"
    OFFICIAL = "official"
    ADVERTISEMENT = "advertisement"
    OTHER = "other"


FLAGGABLE = frozenset({TextKind.CLAIM, TextKind.ADVERTISEMENT})
LONGEST_TIP = 20_000
"""Characters of a citizen's tip that are kept."""


class VerdictValue(StrEnum):
    """An inspector's finding (Gia Lai and Quảng Ninh's plans name those beyond true and false)."""

    FAKE = "fake"
    FALSE = "false"
    MISLEADING = "misleading"
    UNCONFIRMED = "unconfirmed"
    TRUE = "true"
    OPINION = "opinion"
    IRRELEVANT = "irrelevant"


class ActionKind(StrEnum):
    """What followed a verdict (the five plans' own list)."""

    CORRECTION_ASKED = "correction_asked"
    WARNING = "warning"
    REBUKE = "rebuke"
    BLOCK_ASKED = "block_asked"
    TRACING_ASKED = "tracing_asked"
    JOINT_INSPECTION = "joint_inspection"
    REFERRED = "referred"
    SANCTION = "sanction"
    REBUTTAL_PUBLISHED = "rebuttal_published"
    COMMENDATION = "commendation"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Source:
    """A site, channel, page, forum or hotline that is watched (one TOML file).

    ``starts`` are addresses to poll, each ``{"url": ..., "as": "feed" | "listing" | "channel" |
    "thread"}``. ``hosts`` are the only network locations (``host`` or ``host:port``) that may be
    asked. ``interval`` is minutes between polls, ``delay`` seconds between requests to one host.
    """

    name: str
    title: str
    kind: SourceKind
    platform: str
    starts: tuple[dict[str, str], ...]
    hosts: tuple[str, ...]
    official: bool = False
    province: str = ""
    district: str = ""
    interval: int = 30
    delay: float = 5.0
    enabled: bool = True
    hints: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WarcRef:
    """Where the received bytes lie: file name inside the evidence folder, byte offset of the record."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class PlaceMention:
    r"""A place that a text names. ``start``/``end`` are character offsets in ``title + "\\n" + text``."""

    province: str
    district: str = ""
    commune: str = ""
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Document:
    """One article, post, comment or tip as read. Times are aware. ``author`` never leaves the reader
    except through :mod:`index.archive.authors`, which keeps it encrypted; everyone else sees ``author_key``.
    """

    id: str
    source: str
    kind: DocumentKind
    url: str
    canonical_url: str
    title: str
    text: str
    published: datetime | None
    fetched: datetime
    author: str = ""
    author_key: str = ""
    places: tuple[PlaceMention, ...] = ()
    engagement: dict[str, int] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    language: str = "vi"
    warc: WarcRef | None = None
    sha256: str = ""
    doubt: str = ""

    @property
    def full_text(self) -> str:
        """Title and text in one string: the string that place and reason offsets refer to."""
        return f"{self.title}\n{self.text}"

    def to_json(self) -> dict[str, Any]:
        """The document as the command line prints it: no author name, ISO times."""
        data = asdict(self)
        del data["author"]
        data["published"] = self.published.isoformat() if self.published else None
        data["fetched"] = self.fetched.isoformat()
        data["warc"] = {"file": self.warc.file, "offset": self.warc.offset} if self.warc else None
        return data


@dataclass(frozen=True, slots=True)
class Reason:
    """A stretch of the original text with its weight in log-odds (positive: towards unreliable)."""

    text: str
    weight: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FlagResult:
    """The machine's opinion of one document. ``flagged`` applies threshold and kind (house: rights). ``unsure``:
    far from everything that the model learnt from, so that the probability says little.
    """

    probability: float
    kind: TextKind
    flagged: bool
    reasons: tuple[Reason, ...]
    model: str
    nearest: tuple[dict[str, Any], ...] = ()
    unsure: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON columns and the command line."""
        return asdict(self)


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
    """What a second look at a flagged document found; ``outcome`` is a core.relook.LookOutcome, ``status`` the answer's
    status or why there was none.
    """

    source: str
    document_id: str
    at: datetime
    outcome: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What classification found in one version of a document; written to the archive in one transaction.

    ``topic`` empty: off the topic (then ``flag`` is None). ``bands`` are MinHash bands; ``claim_id`` is the
    claim that the document repeats. Else ``same_as`` names a document judged earlier in the same batch whose
    claim it repeats. Else a ``headline`` founds a new claim; without one the document belongs to none
    (questions and opinions). ``sense`` is the vector of what a suspect text says, where an encoder made one.
    """

    document_id: str
    version: int
    topic: str
    kind: TextKind
    places: tuple[PlaceMention, ...] = ()
    bands: tuple[str, ...] = ()
    claim_id: int | None = None
    headline: str = ""
    flag: FlagResult | None = None
    same_as: str = ""
    sense: bytes = b""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What a search engine is given of one document. ``moment`` is published, else fetched; ``verdict`` is the
    claim's current one or empty; ``places`` are ``"province"`` and ``"province/district"`` strings. ``revision`` grows
    with every change; 0: none is kept.
    """

    id: str
    title: str
    text: str
    source: str
    source_kind: str
    kind: str
    text_kind: str
    places: tuple[str, ...]
    moment: datetime
    verdict: str = ""
    probability: float = 0.0
    claim_id: int | None = None
    revision: int = 0


def own_words(kind: str, title: str, text: str) -> str:
    """What a document itself states: title and text; of a comment the text alone, since its title is another person's.
    A title that the text begins with is not said twice.
    """
    alone = kind == DocumentKind.COMMENT or text.startswith(title)
    return text if alone and text.strip() else f"{title}\n{text}"


def sha256_hex(data: bytes | str) -> str:
    """SHA-256 in lower-case hex; strings are hashed as UTF-8."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def document_id(canonical_url: str, part: str = "") -> str:
    """Identity of a document: 20 hex digits over canonical URL and, on pages with many, the part's own id."""
    return sha256_hex(f"{canonical_url}#{part}" if part else canonical_url)[:20]
