"""The report as its readers meet it: asked for, opened in Word, printed, previewed, mailed."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model

from core import clock
from core.errors import UsageError
from core.plans import load_plan
from core.settings import Settings, load
from flows.context import Context
from flows.papers.forms.blocks import tidy
from flows.papers.report.due import make_due, make_slot
from flows.papers.report.make import make_report, render_all
from flows.papers.report.sections import concerns
from index.models import Action, Case, Claim, Delivery, Document, Flag, Job, LevelDecision, Report, Verdict, WarcFile
from tests.flows import report_archive
from tests.flows.report_archive import SINCE, SLOT

GOLDEN = Path(__file__).parent / "golden" / "report.txt"
HOSTILE = '#panic("x") $x$ *b* <script>alert(1)</script> \x00\x0b\u202e&amp; \\ #include "/etc/passwd"'


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation with four sources of its own and two recipients, at one minute past the slot."""
    monkeypatch.setattr(clock, "now", lambda: SLOT + timedelta(minutes=1))
    made = load(
        tmp_path,
        {
            "SOATIN_SHIPPED_SOURCES": "false",
            "SOATIN_MAIL_TO": "thanh-tra@so.example,van-phong@so.example",
            "SOATIN_PUBLIC_URL": "https://soatin.so.example",
            "SOATIN_SIGNER_TITLE": "Giám đốc",
            "SOATIN_SIGNER_NAME": "Nguyễn Văn A",
        },
    )
    made.sources_dir.mkdir(parents=True)
    for name in report_archive.SOURCES:
        (made.sources_dir / f"{name}.toml").write_text(report_archive.source_toml(name), "utf-8")
    return made


def ask(settings: Settings, **changes) -> Report:
    wanted = {"slot": SLOT, "since": SINCE, "until": SLOT} | changes
    return make_report(settings, load_plan("vinh-phuc"), **wanted)


def text_of(settings: Settings, report: Report) -> str:
    return (settings.report_dir / report.docx.replace(".docx", ".txt")).read_text("utf-8")


def pdf_text(content: bytes) -> str:
    from pypdf import PdfReader

    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def docx_text(content: bytes) -> str:
    import docx

    paper = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def count_anew(*models: type[Model]) -> None:
    """Rows of these tables are numbered from one: numbers wrap with the text, and other tests have used some up."""
    tables = [{"table": model._meta.db_table, "column": "id"} for model in models]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_by_name_sql(no_style(), tables):
            cursor.execute(statement)


@pytest.mark.django_db
def test_the_report_of_a_slot_reads_as_the_golden_one(settings):
    count_anew(Claim)
    report_archive.fill()
    found = text_of(settings, ask(settings))
    if not GOLDEN.exists():
        GOLDEN.write_text(found, "utf-8")
        pytest.fail(f"{GOLDEN} was missing and has been written: read it, then run again")
    assert found == GOLDEN.read_text("utf-8")


@pytest.mark.django_db
def test_asked_twice_it_is_one_report_with_one_delivery_a_recipient(settings):
    report_archive.fill()
    first, second = ask(settings), ask(settings)
    assert first.pk == second.pk
    assert sorted(Delivery.objects.values_list("recipient", "state")) == [
        ("thanh-tra@so.example", "due"),
        ("van-phong@so.example", "due"),
    ]
    assert Job.objects.filter(queue="deliver").count() == 2
    assert not list(settings.report_dir.glob("tmp-*"))
    next_slot = ask(settings, slot=SLOT + timedelta(hours=9), since=SLOT, until=SLOT + timedelta(hours=9))
    assert (first.number, next_slot.number) == (1, 2)


def test_a_run_killed_while_publishing_leaves_no_half_report(home: Path):
    """SIGKILL after the second of four files is in place; the next run makes the one report, as number 1."""
    environ = {**os.environ, "SOATIN_SHIPPED_SOURCES": "false", "SOATIN_MAIL_TO": "thanh-tra@so.example"}
    killed = subprocess.run(
        [sys.executable, "-c", PROGRAM, "2"], env=environ, check=False, capture_output=True, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "0"], env=environ, check=True, capture_output=True, timeout=60
    )
    assert json.loads(done.stdout) == {"before": 0, "numbers": [1], "deliveries": 1, "jobs": 1}


PROGRAM = """
import json, os, signal, sys
from datetime import datetime
from pathlib import Path
from flows.context import migrate, open_context
context = open_context()
migrate()
from flows.papers.report.make import make_report
from index.models import Delivery, Job, Report
before, moves, replace = Report.objects.count(), [], Path.replace
def counted(path, target):
    done = replace(path, target)
    moves.append(target)
    if len(moves) == int(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
    return done
Path.replace = counted
slot = datetime.fromisoformat("2021-08-25T07:00+07:00")
since = datetime.fromisoformat("2021-08-24T16:00+07:00")
make_report(context.settings, context.plan, slot=slot, since=since, until=slot)
print(json.dumps({"before": before, "numbers": list(Report.objects.values_list("number", flat=True)),
    "deliveries": Delivery.objects.count(), "jobs": Job.objects.filter(queue="deliver").count()}))
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "link"),
    [
        ("public_url", "https://soatin.so.example", "https://soatin.so.example/claims/"),
        ("allowed_hosts", ["soatin.example"], "http://soatin.example/claims/"),
        ("public_url", "http://localhost:8765", ""),
        ("public_url", "http://[::1]:8765", ""),
        ("host", "127.0.0.1", ""),
    ],
)
def test_links_lead_where_readers_get_or_are_left_out(settings, name, value, link):
    """A paper is read on other machines: an address of this one alone leads nowhere there."""
    report_archive.fill()
    settings = replace(settings, values={**settings.values, "public_url": "", name: value})
    text = "".join(text_of(settings, ask(settings)).split())
    assert ("hồsơtrênhệthống" in text) is bool(link)
    assert link in text
    assert not any(own in text for own in ("127.0.0.1", "localhost", "[::1]"))


@pytest.mark.django_db
def test_a_report_on_demand_is_not_mailed_unless_it_is_asked_to_be(settings):
    report = ask(settings, on_demand=True)
    assert report.deliveries.count() == 0
    assert ask(settings, on_demand=True, send=True).pk == report.pk
    ask(settings, on_demand=True, send=True)
    assert report.deliveries.count() == 2


@pytest.mark.django_db
def test_files_that_somebody_deleted_come_back_from_the_data(settings):
    report_archive.fill()
    report = ask(settings)
    before = text_of(settings, report)
    Claim.objects.update(headline="khác")
    for file in settings.report_dir.iterdir():
        file.unlink()
    assert text_of(settings, ask(settings)) == before
    assert sorted(path.suffix for path in settings.report_dir.iterdir()) == [".docx", ".html", ".pdf", ".txt"]


@pytest.mark.django_db
def test_the_docx_is_laid_out_as_the_decree_says(settings):
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    report_archive.fill()
    paper = docx.Document(str(settings.report_dir / ask(settings).docx))
    page = paper.sections[0]
    near = lambda length, millimetres: abs(length - Mm(millimetres)) < Mm(0.1)  # noqa: E731
    assert near(page.page_width, 210)
    assert near(page.page_height, 297)
    assert near(page.top_margin, 20)
    assert near(page.bottom_margin, 20)
    assert near(page.left_margin, 30)
    assert near(page.right_margin, 15)
    assert page.different_first_page_header_footer
    assert "PAGE" in page.header._element.xml
    assert "PAGE" not in page.first_page_header._element.xml
    assert paper.styles["Normal"].font.name == "Times New Roman"
    left, right = paper.tables[0].rows[0].cells
    lines = [paragraph for paragraph in left.paragraphs if paragraph.text]
    assert [line.text for line in lines] == [
        "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
        "TRUNG TÂM HẠ TẦNG THÔNG TIN",
        "Số: 01/BC-TTHTTT",
    ]
    assert [bool(line.runs[0].bold) for line in lines] == [False, True, False]
    lines = [paragraph for paragraph in right.paragraphs if paragraph.text]
    assert [line.text for line in lines] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Vĩnh Phúc, ngày 25 tháng 8 năm 2021",
    ]
    assert lines[2].runs[0].italic
    assert (
        sum("w:pBdr" in paragraph._p.xml for paragraph in (*left.paragraphs, *right.paragraphs, *paper.paragraphs)) == 3
    )
    kind = next(paragraph for paragraph in paper.paragraphs if paragraph.text == "BÁO CÁO")
    assert kind.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert kind.runs[0].bold
    body = next(paragraph for paragraph in paper.paragraphs if paragraph.text.startswith("Thực hiện"))
    assert body.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert near(body.paragraph_format.first_line_indent, 12.7)
    assert body.runs[0].font.size == Pt(14)
    assert paper.styles["Normal"].paragraph_format.space_after == Pt(6)
    foot = paper.tables[-1].rows[0].cells
    assert foot[0].text.startswith("Nơi nhận:\n- Thanh tra Sở;")
    assert "Lưu: VT." in foot[0].text
    assert foot[1].text.split() == ["GIÁM", "ĐỐC", "Nguyễn", "Văn", "A"]
    assert len(paper.inline_shapes) == 2


@pytest.mark.django_db
def test_pdf_and_preview_say_the_same_in_vietnamese(settings):
    report_archive.fill()
    report = ask(settings)
    pdf = pdf_text((settings.report_dir / report.pdf).read_bytes())
    page = (settings.report_dir / report.pdf.replace(".pdf", ".html")).read_text("utf-8")
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Ăn tỏi sống mỗi sáng giúp diệt sạch vi-rút",
        "Nguồn không cho phép thu thập tự động",
        "Vĩnh Yên",
    ):
        assert words in pdf
        assert words in page
    assert "<script" not in page
    assert "http-equiv" not in page


@pytest.mark.django_db
def test_hostile_text_is_shown_as_text_in_every_form(settings):
    claim = report_archive.fill()[0]
    Claim.objects.filter(pk=claim.pk).update(headline=HOSTILE)
    claim.documents.update(url="javascript:alert(1)")
    forms = render_all(ask(settings).data)
    shown = tidy(HOSTILE)
    assert '#panic("x") $x$ *b* <script>alert(1)</script>' in shown
    assert "\u202e" not in shown
    assert "<script" not in forms["html"].decode()
    assert "&lt;script&gt;alert(1)" in forms["html"].decode()
    assert "javascript:" not in forms["html"].decode()
    assert shown in docx_text(forms["docx"])
    assert '#panic("x") $x$ *b* <script>alert(1)</script>' in pdf_text(forms["pdf"])
    assert shown.split("\\")[0] in " ".join(forms["txt"].decode().split())


@pytest.mark.django_db
def test_a_huge_headline_is_cut(settings):
    claim = report_archive.fill()[0]
    Claim.objects.filter(pk=claim.pk).update(headline="dài" * 100_000)
    text = text_of(settings, ask(settings))
    assert "dàidà…”" in "".join(text.split())
    assert len(text) < 20_000


@pytest.mark.django_db
def test_an_empty_period_says_so_and_why_it_may_be_wrong(settings):
    report = ask(settings, late=True)
    text = " ".join(text_of(settings, report).split())
    assert "Trong kỳ không ghi nhận tin, bài nào về dịch bệnh" in text
    assert "số liệu của kỳ này không phản ánh đầy đủ tình hình" in text
    assert "4 nguồn không phản hồi" in text
    assert "(gửi muộn)" in text
    assert not report.data["incomplete"]
    with pytest.raises(UsageError, match="the period is empty"):
        ask(settings, since=SLOT)


@pytest.mark.django_db
def test_a_section_that_fails_does_not_cost_the_report(settings, monkeypatch):
    report_archive.fill()
    Claim.objects.update(verdict="")
    monkeypatch.setattr(concerns, "_PATTERNS", {})  # max() of nothing: as a real mistake in a section would raise
    report = ask(settings)
    text = " ".join(text_of(settings, report).split())
    assert report.data["incomplete"]
    assert "Báo cáo chưa đầy đủ" in text
    assert "Không lập được mục “Câu hỏi, ý kiến của người dân” do lỗi kỹ thuật (ValueError)" in text
    assert "VII. PHẠM VI" in text


@pytest.mark.django_db
def test_what_inspectors_found_and_did_is_counted_with_what_they_took_back(settings):
    garlic, market, tea = report_archive.fill()
    person = User.objects.create(username="lan")
    at = SINCE + timedelta(hours=8)

    def give(claim, value, **more):
        return Verdict.objects.create(
            claim=claim, document=claim.documents.first(), value=value, by=person, at=at, **more
        )

    give(garlic, "false")
    give(tea, "opinion")
    give(market, "", retracts=give(market, "fake"))
    case = Case.objects.create(claim=garlic, opened_by=person, opened_at=at)
    Action.objects.create(case=case, kind="rebuttal_published", by=person, at=at)
    text = " ".join(text_of(settings, ask(settings)).split())
    assert "2 kết luận đối với 2 nội dung" in text
    assert "Đã đăng thông tin phản bác 1" in text
    assert "Có 1 kết luận được thu hồi so với 3 kết luận đã đưa ra trong kỳ (33,3%)" in text
    assert "Cảnh báo nhầm của hệ thống: 1 trong số 2 nội dung (50%)" in text
    assert "đã kết luận, đã xử lý (tin sai sự thật): đã đăng thông tin phản bác" in text
    assert "Còn 1 nội dung được cảnh báo chưa có người xem" in text


@pytest.mark.django_db
def test_changed_verdicts_are_told_and_only_the_one_that_stands_is_counted(settings):
    """False, true and false again; false, then true: five were given, three replaced another, two stand."""
    garlic, market, _ = report_archive.fill()
    person = User.objects.create(username="lan")
    given = [(garlic, "false"), (garlic, "true"), (garlic, "false"), (market, "false"), (market, "true")]
    for hour, (claim, value) in enumerate(given, 7):
        Verdict.objects.create(
            claim=claim, document=claim.documents.first(), value=value, by=person, at=SINCE + timedelta(hours=hour)
        )
    text = " ".join(text_of(settings, ask(settings)).split())
    assert "đã đưa ra 5 kết luận; cuối kỳ còn hiệu lực 2 kết luận đối với 2 nội dung" in text
    assert "Tin sai sự thật 1 Tin xác thực 1" in text
    assert "Có 3 kết luận được sửa lại so với 5 kết luận đã đưa ra trong kỳ (60%)" in text
    assert "Không có kết luận nào bị thu hồi" not in text


@pytest.mark.django_db
def test_a_measure_is_told_as_what_it_is(settings):
    """What was only asked is in hand, a commendation handles nothing: neither is told as done."""
    garlic, market, tea = report_archive.fill()
    person = User.objects.create(username="lan")
    at = SINCE + timedelta(hours=8)
    for claim, kind in ((garlic, "correction_asked"), (market, "commendation"), (tea, "none")):
        Verdict.objects.create(claim=claim, document=claim.documents.first(), value="false", by=person, at=at)
        case = Case.objects.create(claim=claim, opened_by=person, opened_at=at)
        Action.objects.create(case=case, kind=kind, by=person, at=at)
    text = " ".join(text_of(settings, ask(settings)).split())
    assert "đã xử lý" not in text
    assert "đã kết luận, đang xử lý (tin sai sự thật): đã yêu cầu cải chính, đính chính." in text
    assert "đã kết luận, chưa xử lý (tin sai sự thật): đã biểu dương." in text
    assert "đã kết luận, không phải xử lý (tin sai sự thật): đã xác định không phải xử lý." in text
    assert "Đã yêu cầu cải chính, đính chính 1" in text


@pytest.mark.django_db
def test_a_decided_level_brings_its_duties(settings):
    person = User.objects.create(username="lead")
    LevelDecision.objects.create(
        province="vinh-phuc",
        level="3",
        number="12/QĐ-UBND",
        decided_on=clock.day(SLOT),
        by=person,
        at=SLOT - timedelta(hours=1),
    )
    text = " ".join(text_of(settings, ask(settings)).split())
    assert "Cấp độ dịch của tỉnh: Cấp độ 3 (theo 12/QĐ-UBND ngày 25/8/2021)" in text
    assert "Nhiệm vụ ở cấp độ hiện tại" in text
    assert "Giờ báo cáo: Kế hoạch quy định báo cáo ngày 2 lần nhưng không ghi giờ" in text


@pytest.mark.django_db
def test_what_is_classified_after_the_slot_is_in_the_next_report_and_in_no_other(settings):
    report_archive.fill()
    late = report_archive.add_document(
        90, "bao-vi-du", SLOT - timedelta(minutes=2), "Tin sát giờ", text_kind="official"
    )
    moved = SLOT + timedelta(seconds=30)
    Flag.objects.create(
        document=late, version=2, probability=0.1, kind="official", flagged=False, model="m", created=moved
    )
    straggler = report_archive.add_document(91, "bao-vi-du", SLOT + timedelta(seconds=20), "Tin", text_kind="official")
    Document.objects.filter(pk=straggler.pk).update(first_seen=SLOT - timedelta(seconds=40))
    WarcFile.objects.create(name="b.warc.gz", sha256="1" * 64, size=1, found_at=SLOT + timedelta(minutes=1))
    now = ask(settings)
    following = ask(settings, slot=SLOT + timedelta(hours=9), since=SLOT, until=SLOT + timedelta(hours=9))
    assert now.data["sections"][0]["data"]["total"][0] == 15
    assert following.data["sections"][0]["data"]["total"] == [1, 15]


@pytest.mark.django_db
def test_no_question_is_quoted_and_no_author_named(settings):
    report_archive.fill()
    data = json.dumps(ask(settings).data, ensure_ascii=False)
    assert "mũi 2 ạ" not in data
    assert "bà con khổ" not in data
    assert "author" not in data


@pytest.mark.django_db
@pytest.mark.parametrize("province", ["dien-bien", "gia-lai", "quang-ninh", "thanh-hoa"])
def test_every_province_gets_its_form(settings, province):
    settings = replace(settings, values={**settings.values, "province": province})
    plan = load_plan(province)
    report = make_report(settings, plan, slot=SLOT, since=SINCE, until=SLOT, on_demand=not plan.slots)
    assert plan.issuer.upper() in text_of(settings, report)
    assert not report.data["incomplete"]


@pytest.mark.django_db
@pytest.mark.parametrize("province", ["gia-lai", "thanh-hoa"])
def test_a_plan_without_levels_gets_no_sentence_about_them(settings, province):
    report = make_report(settings, load_plan(province), slot=SLOT, since=SINCE, until=SLOT)
    text = " ".join(text_of(settings, report).split()).lower()
    assert "nhiệm vụ theo kế hoạch" in text
    for word in ("cấp độ dịch", "số ca mắc", "chưa có quyết định"):
        assert word not in text


@pytest.mark.django_db
def test_a_plan_for_reports_on_request_has_no_slot_to_make_up_and_none_to_ask_for(settings):
    """Nothing is due however long it runs; asked for a slot, it says what to do instead."""
    settings = replace(settings, values={**settings.values, "province": "dien-bien"})
    context = Context(settings, "thu")
    WarcFile.objects.create(name="a.warc.gz", sha256="0" * 64, size=1, found_at=SLOT - timedelta(days=2))
    assert make_due(context, SLOT + timedelta(hours=1)) == []
    with pytest.raises(UsageError, match="on request only"):
        make_slot(context, SLOT)
    kept = replace(settings, values={**settings.values, "slots": ["07:00"]})
    assert len(make_due(Context(kept, "thu"), SLOT + timedelta(hours=1))) > 0


@pytest.mark.django_db
def test_figures_and_leading_claims_are_told_by_place_and_what_is_elsewhere_never_as_ours(settings):
    """The same material, seen from Vĩnh Phúc and from Quảng Ninh."""
    report_archive.fill()
    here = " ".join(text_of(settings, ask(settings)).split())
    assert "gồm 2 trong tỉnh, 0 chưa rõ địa bàn, 1 chung cả nước, 0 ngoài tỉnh." in here
    assert here.index("Liên quan đến tỉnh 1. “Ăn tỏi") < here.index("2. “Chợ Vĩnh Yên") < here.index("3. “Trà thảo mộc")
    assert "Chung cả nước (thuốc, vắc xin, cách phòng, chữa bệnh) 3. “Trà" in here
    there = make_report(settings, load_plan("quang-ninh"), slot=SLOT, since=SINCE, until=SLOT, send=False)
    text = " ".join(text_of(settings, there).split())
    assert "Theo địa bàn: 0 trong tỉnh, 6 chưa rõ địa bàn, 2 chung cả nước, 6 ngoài tỉnh" in text
    assert "gồm 0 trong tỉnh, 0 chưa rõ địa bàn, 1 chung cả nước, 2 ngoài tỉnh." in text
    assert text.index("1. “Trà thảo mộc") < text.index("Ngoài tỉnh 2. “Ăn tỏi")
    assert "Liên quan đến tỉnh 1" not in text
