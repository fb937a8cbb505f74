"""A small archive at a fixed time: what the report of 25 August 2021, 07:00, is made from in tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.clock import VIETNAM
from core.model.documents import document_id, sha256_hex
from index.models import Claim, ClaimFacet, Document, Drop, Flag, Place, SourceState, WarcFile

SLOT = datetime(2021, 8, 25, 7, 0, tzinfo=VIETNAM)
SINCE = datetime(2021, 8, 24, 16, 0, tzinfo=VIETNAM)
BEFORE = datetime(2021, 8, 24, 7, 0, tzinfo=VIETNAM)

SOURCES = {
    "bao-vi-du": ("Báo Ví Dụ", "press"),
    "so-y-te": ("Sở Y tế Ví Dụ", "official"),
    "kenh-hoi-dap": ("Kênh Hỏi đáp", "channel"),
    "dien-dan": ("Diễn đàn Ví Dụ", "forum"),
}


def source_toml(name: str) -> str:
    """A source file for one of the archive's sources."""
    title, kind = SOURCES[name]
    platform = {"channel": "telegram", "forum": "xenforo"}.get(kind, "press")
    start = {"channel": "channel", "forum": "thread"}.get(kind, "feed")
    return (
        f'title = "{title}"\nkind = "{kind}"\nplatform = "{platform}"\nhosts = ["{name}.example"]\n'
        f'starts = [{{ url = "https://{name}.example/start", as = "{start}" }}]\ninterval = 30\n'
    )


def add_document(
    number: int,
    source: str,
    taken_in: datetime,
    text: str,
    *,
    title: str = "",
    text_kind: str = "claim",
    districts: tuple[str, ...] = (),
    claim: Claim | None = None,
    probability: float = 0.02,
) -> Document:
    """One classified document on the topic, with its places and, given a probability, its flag."""
    url = f"https://{source}.example/{number}"
    document = Document.objects.create(
        id=document_id(url),
        source=source,
        source_kind=SOURCES[source][1],
        kind="post",
        url=url,
        canonical_url=url,
        title=title,
        text=text,
        published=taken_in - timedelta(minutes=20),
        fetched=taken_in,
        moment=taken_in - timedelta(minutes=20),
        first_seen=taken_in,
        sha256=sha256_hex(text),
        topic="covid",
        text_kind=text_kind,
        classified_at=taken_in,
        claim=claim,
    )
    for district in districts:
        Place.objects.create(document=document, province="Vĩnh Phúc", district=district)
        if claim:
            ClaimFacet.objects.get_or_create(claim=claim, name=ClaimFacet.PLACE, value=f"Vĩnh Phúc/{district}")
    Flag.objects.create(
        document=document,
        version=1,
        probability=probability,
        kind=text_kind,
        flagged=probability >= 0.5,
        model="mẫu thử",
        created=taken_in,
    )
    return document


def add_claim(
    headline: str, first: datetime, *, probability: float, urgency: float, documents: int, sources: int
) -> Claim:
    """One claim with its derived columns."""
    return Claim.objects.create(
        headline=headline,
        first_seen=first,
        last_seen=first,
        probability=probability,
        urgency=urgency,
        documents_count=documents,
        sources_count=sources,
    )


def fill() -> list[Claim]:
    """Claims, questions, opinions, official notices, of this period and the one before; a silent source; drops."""
    at = SINCE
    WarcFile.objects.create(name="a.warc.gz", sha256="0" * 64, size=1, found_at=at + timedelta(minutes=5), read_at=at)
    garlic = add_claim(
        "Ăn tỏi sống mỗi sáng giúp diệt sạch vi-rút, không cần tiêm vắc xin",
        at + timedelta(hours=1),
        probability=0.94,
        urgency=0.9,
        documents=4,
        sources=2,
    )
    market = add_claim(
        "Chợ Vĩnh Yên đóng cửa từ ngày mai vì có 50 ca nhiễm",
        at + timedelta(hours=3),
        probability=0.81,
        urgency=0.7,
        documents=1,
        sources=1,
    )
    tea = add_claim(
        "Trà thảo mộc gia truyền chữa khỏi F0 sau ba ngày",
        at + timedelta(hours=6),
        probability=0.62,
        urgency=0.4,
        documents=1,
        sources=1,
    )
    rows = [
        ("kenh-hoi-dap", 1, "claim", ("Tam Đảo",), garlic, 0.94),
        ("dien-dan", 2, "claim", ("Tam Đảo", "Lập Thạch"), garlic, 0.9),
        ("dien-dan", 4, "claim", (), garlic, 0.88),
        ("kenh-hoi-dap", 3, "claim", ("Vĩnh Yên",), market, 0.81),
        ("dien-dan", 6, "advertisement", (), tea, 0.62),
        ("bao-vi-du", 2, "claim", ("Vĩnh Yên",), None, 0.1),
        ("bao-vi-du", 7, "official", ("Phúc Yên",), None, 0.02),
        ("so-y-te", 9, "official", ("Vĩnh Yên",), None, 0.01),
        ("so-y-te", 14, "official", (), None, 0.01),
    ]
    for number, (source, hour, kind, districts, claim, probability) in enumerate(rows):
        text = claim.headline if claim else f"Thông tin số {number} về phòng, chống dịch."
        add_document(
            number,
            source,
            at + timedelta(hours=hour),
            text,
            text_kind=kind,
            districts=districts,
            claim=claim,
            probability=probability,
        )
    asked = [
        ("question", "Cho em hỏi bao giờ xã mình được tiêm vắc xin mũi 2 ạ?"),
        ("question", "Đi tiêm có cần đăng ký không?"),
        ("question", "Qua chốt kiểm dịch cần giấy gì?"),
        ("opinion", "Giá cả thực phẩm tăng giá quá, bà con khổ."),
        ("opinion", "Loa phường nói to quá."),
    ]
    for number, (kind, text) in enumerate(asked, 20):
        add_document(number, "dien-dan", at + timedelta(hours=5, minutes=number), text, text_kind=kind, probability=0.2)
    for number in range(40, 46):
        add_document(
            number,
            "bao-vi-du",
            at - timedelta(hours=2),
            f"Tin kỳ trước {number}",
            text_kind="official",
            districts=("Vĩnh Yên",),
        )
    add_document(50, "dien-dan", at - timedelta(hours=3), "Xét nghiệm ở đâu?", text_kind="question")
    for name in SOURCES:
        fine = name != "so-y-te"
        SourceState.objects.create(
            name=name,
            last_polled=SLOT,
            last_success=SLOT - timedelta(minutes=10 if fine else 900),
            failures=0 if fine else 12,
            last_error="" if fine else "HTTP 503",
        )
    for number, (stage, reason) in enumerate(
        [("crawl", "robots"), ("crawl", "timeout"), ("classify", "off-topic"), ("classify", "off-topic")]
    ):
        Drop.objects.create(
            key=f"drop-{number}", stage=stage, reason=reason, source="bao-vi-du", at=at + timedelta(hours=2)
        )
    return [garlic, market, tea]
