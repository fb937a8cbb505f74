"""What sorts of sources, documents and texts there are, and how sure the machine is of one."""

from __future__ import annotations

from dataclasses import dataclass

from core.codes.code import Code, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKindRow(Row):
    """``asked``: its sources are asked by us; the others send to us and cannot be added at the desk."""

    asked: bool = True


class SourceKind(Code):
    """What sort of place a source is; reports count by it."""

    asked: bool

    PRESS = SourceKindRow("press", "Báo chí", "Press")
    OFFICIAL = SourceKindRow("official", "Cơ quan nhà nước", "Official site")
    CHANNEL = SourceKindRow("channel", "Kênh mạng xã hội", "Social channel", ("kênh",))
    FORUM = SourceKindRow("forum", "Diễn đàn", "Forum")
    PAGE = SourceKindRow("page", "Trang thông tin khác", "Other page", ("trang",))
    HOTLINE = SourceKindRow("hotline", "Đường dây nóng, phản ánh", "Hotline, tips", ("đường dây nóng",), asked=False)


class OwnSource(Code):
    """Sources that have no file: what comes in is sent to us. Its word is the source's title."""

    ZALO = Row("zalo-oa", "Zalo Official Account", "Zalo Official Account")
    HOTLINE = Row("hotline", "Đường dây nóng", "Hotline")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKindRow(Row):
    """``own``: what a source publishes itself; the others are other people's words under it."""

    own: bool = False


class DocumentKind(Code):
    """What a document is in its source."""

    own: bool

    ARTICLE = DocumentKindRow("article", "Bài báo", "Article", own=True)
    POST = DocumentKindRow("post", "Bài đăng", "Post", own=True)
    COMMENT = DocumentKindRow("comment", "Bình luận", "Comment")
    TIP = DocumentKindRow("tip", "Phản ánh", "Tip")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextKindRow(Row):
    """``flaggable``: it can be flagged. ``matched``: it is compared with findings. ``founds``: it can found a claim."""

    flaggable: bool = False
    matched: bool = False
    founds: bool = False


class TextKind(Code):
    """What sort of speech a text is. Only claims (and advertisements that claim a cure) can be flagged."""

    flaggable: bool
    matched: bool
    founds: bool

    CLAIM = TextKindRow("claim", "Luận điểm", "Claim", ("nội dung",), flaggable=True, matched=True, founds=True)
    QUESTION = TextKindRow("question", "Câu hỏi", "Question", matched=True)
    OPINION = TextKindRow("opinion", "Ý kiến", "Opinion")
    OFFICIAL = TextKindRow(
        "official", "Thông báo chính thức", "Official notice", ("chính thống",), matched=True, founds=True
    )
    ADVERTISEMENT = TextKindRow(
        "advertisement", "Quảng cáo", "Advertisement", flaggable=True, matched=True, founds=True
    )
    OTHER = TextKindRow("other", "Khác", "Other")


FLAGGABLE = frozenset(kind for kind in TextKind if kind.flaggable)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineSignRow(Row):
    """Its words are the line that people read, with the headline's words (``said``) and the article's (``against``).
    ``weight``: what it adds to the score of a headline, 0 to 1.
    """

    weight: float


class HeadlineSign(Code):
    """Ways in which a headline goes beyond its article (core.wording.overstated)."""

    weight: float

    CERTAIN = HeadlineSignRow(
        "certain", "Tít khẳng định “%(said)s”, còn bài viết “%(against)s”.",
        "The headline states “%(said)s”; the article says “%(against)s”.", weight=0.5,
    )  # fmt: skip
    UNVERIFIED = HeadlineSignRow(
        "unverified", "Điều nêu trong tít được bài cho là “%(against)s”.",
        "What the headline states the article calls “%(against)s”.", weight=0.5,
    )  # fmt: skip
    UNCOVERED = HeadlineSignRow(
        "uncovered", "Phần lớn từ ngữ của tít không có trong bài: “%(said)s”.",
        "Most of the headline's words are not in the article: “%(said)s”.", weight=0.5,
    )  # fmt: skip
    NUMBER = HeadlineSignRow(
        "number", "Số %(said)s trong tít không có trong bài.",
        "The number %(said)s of the headline is not in the article.", weight=0.3,
    )  # fmt: skip
    ALARM = HeadlineSignRow(
        "alarm", "Từ gây sốc “%(said)s” chỉ có trong tít.",
        "The alarming word “%(said)s” is in the headline only.", weight=0.2,
    )  # fmt: skip
    WITHHELD = HeadlineSignRow(
        "withheld", "Tít úp mở “%(said)s” để gợi tò mò.", "The headline holds back: “%(said)s”.", weight=0.2,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRow(Row):
    """``least``: the probability from which on the word is used."""

    least: float


class Likelihood(Code):
    """A probability in words, the highest first; the bounds are ours and stated in the guide for inspectors."""

    least: float

    VERY_HIGH = LikelihoodRow("very_high", "rất cao", "very high", least=0.9)
    HIGH = LikelihoodRow("high", "cao", "high", least=0.7)
    MEDIUM = LikelihoodRow("medium", "vừa", "medium", least=0.4)
    LOW = LikelihoodRow("low", "thấp", "low", least=0.0)

    @classmethod
    def of(cls, probability: float) -> Likelihood:
        """The word for a probability of 0 to 1."""
        return next(one for one in cls if probability >= one.least or one is cls.LOW)
