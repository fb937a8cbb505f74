"""Documents: what one article, post, comment or tip says, where and when."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from core.codes.texts import DocumentKind

LONGEST_TIP = 20_000
"""Characters of a citizen's tip that are kept."""


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
    ``foreign_id``: what another system calls it. ``doubt``: why the text may be cut or hold what is not its own, as the
    reader saw it; '' for none.
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
    foreign_id: str = ""

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
