"""From a page on the web to a report in the hand, in a real browser, as an inspector goes."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core import clock
from tests.flows.browser import chromium, fits, sign_in
from tests.flows.world import ROOT, add_person, done, json_of, make_home, one, rows, running_desk, soatin
from tests.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


@dataclass
class Office:
    """A home into which the whole web was crawled, its desk, and a browser."""

    home: Path
    address: str
    browser: Browser

    def person(self, name: str, size: dict[str, int] = WIDE, *, script: bool = True) -> tuple[BrowserContext, Page]:
        """A browser window in which this person has signed in."""
        context = self.browser.new_context(
            viewport=size,
            java_script_enabled=script,
            locale="vi-VN",
            accept_downloads=True,  # type: ignore[arg-type]
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        sign_in(page, self.address, name)
        return context, page


@pytest.fixture(scope="module")
def office(web: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Crawled, with the slot's report made and delivered; the desk is open."""
    with chromium() as browser:
        home = make_home(tmp_path_factory.mktemp("office"), web.sources_dir, mail_to=["chanh-thanh-tra@example.vn"])
        counts = json_of(soatin(home, "crawl", "--json"))
        assert counts["polled"] == len(web.sites)
        done(soatin(home, "report", "--send", "--json"))
        add_person(home, "lan", "inspector", "Nguyễn Thị Lan")
        add_person(home, "minh", "lead", "Trần Văn Minh")
        with running_desk(home) as address:
            yield Office(home, address, browser)


def test_from_a_crawled_page_to_a_report_in_the_hand(office: Office, tmp_path: Path) -> None:
    context, page = office.person("lan")
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)

    waiting = one(office.home, "SELECT count(*) FROM archive_claim WHERE probability > 0 AND verdict = ''")
    assert page.inner_text(".top .count") == str(waiting)
    _three_verdicts_and_one_undone(office, page)
    _search_without_accents(office, page)
    _report(office, page, tmp_path)
    assert problems == []
    context.close()


def _three_verdicts_and_one_undone(office: Office, page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-item]")
    assert page.locator(".text mark, h1 mark").count() > 0
    _picture(page, "desk.png")
    claims = []
    for key, words in (("1", "Tin giả"), ("2", "Tin sai sự thật"), ("5", "Tin xác thực")):
        claims.append(int(page.url.split("/claims/")[1].split("/")[0]))
        following = page.get_attribute("[data-item]", "data-next")
        assert following
        page.keyboard.press(key)
        page.wait_for_url(f"{office.address}{following}")
        page.wait_for_selector(f"#notes >> text=Đã kết luận: {words}")
    page.keyboard.press("u")
    page.wait_for_url(f"{office.address}/claims/{claims[2]}/")
    page.wait_for_selector("#notes >> text=Đã hoàn tác kết luận")
    given = rows(office.home, "SELECT claim_id, value, retracts_id IS NOT NULL FROM archive_verdict ORDER BY id")
    assert given[:3] == [(claims[0], "fake", 0), (claims[1], "false", 0), (claims[2], "true", 0)]
    assert given[3][0] == claims[2]
    assert given[3][2] == 1
    assert len(given) == 4
    standing = dict(rows(office.home, "SELECT id, verdict FROM archive_claim"))
    assert [standing[claim] for claim in claims] == ["fake", "false", ""]


def _search_without_accents(office: Office, page: Page) -> None:
    page.keyboard.press("/")
    page.wait_for_url("**/search/")
    page.fill("[name=q]", '"can sach oxy"')
    page.keyboard.press("Enter")
    page.wait_for_selector(".hits .list li")
    assert "cạn sạch oxy" in page.inner_text(".hits").lower()
    assert page.locator(".hits mark").count() > 0
    with_accents = soatin(office.home, "search", '"cạn sạch oxy"', "--json").stdout.splitlines()
    assert page.inner_text(".hits .total b") == str(json.loads(with_accents[0])["total"])


def _report(office: Office, page: Page, folder: Path) -> None:
    """A report on demand over two days holds the verdicts just given; the slot's report is there as well."""
    now = clock.local(clock.now())
    period = [(now - timedelta(days=3)).isoformat(), now.isoformat()]
    done(soatin(office.home, "report", "--from", period[0], "--to", period[1]))
    page.click("nav >> text=Báo cáo")
    page.wait_for_selector("text=Báo cáo theo yêu cầu")
    assert page.locator("text=đã gửi").count() == 1
    files = {}
    item = page.locator("[data-list] li", has_text="Báo cáo theo yêu cầu")
    for form in ("DOCX", "PDF"):
        with page.expect_download() as download:
            item.get_by_text(form, exact=True).click()
        files[form] = folder / download.value.suggested_filename
        download.value.save_as(files[form])
    item.get_by_text("Báo cáo theo yêu cầu").click()
    preview = page.frame_locator("iframe.preview")
    preview.get_by_text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM").wait_for()
    _check_docx(office.home, files["DOCX"])
    _check_pdf(files["PDF"])


def _numbers(home: Path) -> list[str]:
    """What the archive itself says the report must say."""
    on_topic = "FROM archive_document WHERE topic != ''"
    flagged = (
        "SELECT count(DISTINCT d.id) FROM archive_document d JOIN archive_flag f ON f.document_id = d.id "
        "AND f.version = d.version WHERE d.topic != '' AND f.flagged"
    )
    return [
        f"ghi nhận {one(home, f'SELECT count(*) {on_topic}')} tin, bài",
        f"{one(home, flagged)} tin, bài được hệ thống cảnh báo",
        f"{one(home, f'SELECT count(*) {on_topic} AND text_kind = ?', 'question')} câu hỏi",
    ]


def _check_docx(home: Path, path: Path) -> None:
    """Text and layout after Decree 30/2020/NĐ-CP, Appendix I: A4, margins 20-25, 30-35 and 15-20 mm."""
    import docx

    document = docx.Document(str(path))
    section = document.sections[0]
    assert section.page_width is not None
    assert round(section.page_width.mm) == 210
    assert round(section.page_height.mm) == 297  # type: ignore[union-attr]
    assert 20 <= round(section.top_margin.mm, 1) <= 25  # type: ignore[union-attr]
    assert 20 <= round(section.bottom_margin.mm, 1) <= 25  # type: ignore[union-attr]
    assert 30 <= round(section.left_margin.mm, 1) <= 35  # type: ignore[union-attr]
    assert 15 <= round(section.right_margin.mm, 1) <= 20  # type: ignore[union-attr]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "BÁO CÁO", "Nơi nhận:", "Số:"):
        assert words in text
    for words in _numbers(home):
        assert words in text
    assert "Tin giả" in text
    assert "Tin sai sự thật" in text


def _check_pdf(path: Path) -> None:
    from pypdf import PdfReader

    pages = PdfReader(path).pages
    assert 2 <= len(pages) <= 12
    assert [round(float(pages[0].mediabox.width)), round(float(pages[0].mediabox.height))] == [595, 842]
    first = " ".join(pages[0].extract_text().split())
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in first
    assert "BÁO CÁO" in first
    if os.environ.get("SOATIN_UPDATE_IMAGES"):
        target = ROOT / "docs" / "images" / "report"
        subprocess.run(["pdftoppm", "-r", "80", "-png", "-f", "1", "-l", "1", "-singlefile", path, target], check=True)


def test_every_page_fits_a_phone(office: Office) -> None:
    context, page = office.person("minh", NARROW)
    claim = one(office.home, "SELECT id FROM archive_claim WHERE probability > 0 ORDER BY urgency DESC LIMIT 1")
    page.goto(f"{office.address}/claims/{claim}/")
    page.click("text=Lập hồ sơ")
    page.wait_for_url("**/cases/*/")
    case = page.url.removeprefix(office.address)
    document = one(office.home, "SELECT id FROM archive_document WHERE claim_id = ? LIMIT 1", claim)
    report = one(office.home, "SELECT id FROM archive_report LIMIT 1")
    for path in (
        "/", f"/claims/{claim}/", f"/documents/{document}/", "/search/?q=covid", '/search/?q="covid', "/reports/",
        f"/reports/{report}/", "/sources/", "/duties/", "/cases/", case, "/help/", "/password/",
    ):  # fmt: skip
        page.goto(office.address + path)
        assert fits(page), f"{path} scrolls sideways at 390 px"
        _look(page, f"390{path}")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        assert fits(page), f"{path} scrolls sideways at 1280 px"
        _look(page, f"1280{path}")
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    context.close()


def test_triage_without_a_mouse_and_without_scripts(office: Office) -> None:
    context, page = office.person("lan", NARROW, script=False)
    before = int(page.inner_text(".top .count"))
    _tab_to(page, "[data-list] a")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-verdicts]")
    claim = int(page.url.split("/claims/")[1].split("/")[0])
    _tab_to(page, "button[value=misleading]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#notes >> text=Đã kết luận: Gây hiểu nhầm")
    assert int(page.inner_text(".top .count")) == before - 1
    assert one(office.home, "SELECT verdict FROM archive_claim WHERE id = ?", claim) == "misleading"
    _tab_to(page, "#notes button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#notes >> text=Đã hoàn tác kết luận")
    assert one(office.home, "SELECT verdict FROM archive_claim WHERE id = ?", claim) == ""
    context.close()


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element of this kind has the focus, as somebody without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.locator(f":focus:is({selector})").count():
            return
    pytest.fail(f"{selector} cannot be reached with Tab")


def _picture(page: Page, name: str) -> None:
    """A picture for the README, taken again only when asked for."""
    if os.environ.get("SOATIN_UPDATE_IMAGES"):
        page.screenshot(path=ROOT / "docs" / "images" / name)


def _look(page: Page, name: str) -> None:
    """Every page as a file, for people who look, when a folder is named."""
    if folder := os.environ.get("SOATIN_TEST_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name.replace('/', '_').replace('?', '_')}.png", full_page=True)
