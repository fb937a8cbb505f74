"""In a real browser: Enter judges nothing; what could not be recorded is kept, said so, and sent again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.flows.browser import chromium, fits, sign_in
from tests.flows.world import PASSWORD, add_person, make_home, one, rows, running_desk, script

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
SIZES = {"wide": {"width": 1280, "height": 860}, "phone": {"width": 390, "height": 844}}
SEED = """
from tests.review_ui.conftest import SOURCES, judged, make_document
from index.archive import intake, judgements
texts = ["Ăn tỏi khỏi covid", "Sắp phong tỏa toàn tỉnh", "Uống nước chanh diệt virus", "Uống rượu chữa covid"]
documents = [make_document(n, text) for n, text in enumerate(texts)]
intake.take_in(documents, SOURCES)
judgements.save_judgements([judged(one, 0.9 - n / 10) for n, one in enumerate(documents)])
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A home with four rumours and two people, and its desk."""
    home = make_home(tmp_path / "home")
    script(home, SEED)
    add_person(home, "lan", "inspector", "Nguyễn Thị Lan")
    add_person(home, "minh", "lead", "Trần Văn Minh")
    with running_desk(home) as address:
        yield home, address


def opened(
    browser: Browser, address: str, name: str = "lan", size: str = "wide", *, scripts: bool = True, claim: int = 1
) -> Page:
    """An item page in a window of this person's."""
    page = browser.new_context(viewport=SIZES[size], java_script_enabled=scripts, locale="vi-VN").new_page()  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    sign_in(page, address, name)
    page.goto(f"{address}/claims/{claim}/")
    return page


def verdicts(home: Path) -> list[tuple[str, ...]]:
    return rows(home, "SELECT claim_id, value, note FROM archive_verdict ORDER BY id")


def kept(page: Page) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(page.evaluate("localStorage.getItem('soatin.unsent') || '[]'"))
    return found


@pytest.mark.parametrize(("size", "scripts"), [("wide", True), ("wide", False), ("phone", True), ("phone", False)])
def test_enter_in_the_note_records_nothing_and_the_note_goes_with_the_verdict(
    size: str, scripts: bool, browser: Browser, desk: tuple[Path, str]
) -> None:
    home, address = desk
    page = opened(browser, address, size=size, scripts=scripts)
    if scripts:
        page.keyboard.press("m")
        assert page.evaluate("document.activeElement.name") == "note"
    else:
        page.focus("[name=note]")
    page.keyboard.type("đã hỏi Sở")
    page.keyboard.press("Enter")
    page.keyboard.type("và Bộ")
    page.wait_for_load_state("networkidle")
    assert verdicts(home) == []
    assert page.url == f"{address}/claims/1/"
    if scripts and size == "wide":
        page.keyboard.press("Escape")
        page.keyboard.press("3")
    else:
        page.click("[name=value][value=misleading]")
    page.wait_for_selector("#notes >> text=Đã kết luận: Gây hiểu nhầm")
    assert [(claim, value, " ".join(note.split())) for claim, value, note in verdicts(home)] == [
        (1, "misleading", "đã hỏi Sở và Bộ")
    ]
    assert fits(page)
    page.context.close()


def test_without_a_network_a_verdict_is_kept_said_so_and_sent_when_it_is_back(
    browser: Browser, desk: tuple[Path, str]
) -> None:
    home, address = desk
    page = opened(browser, address)
    page.fill("[name=note]", "có công văn")
    page.wait_for_load_state("networkidle")  # the next item is loaded ahead
    page.context.set_offline(True)
    page.keyboard.press("Escape")
    page.focus("main")
    page.keyboard.press("1")
    said = page.wait_for_selector("#unsent .note")
    assert said is not None
    assert "CHƯA được ghi: “Tin giả” (có công văn), Ăn tỏi khỏi covid" in (said.text_content() or "")
    assert page.url == f"{address}/claims/2/"
    page.keyboard.press("2")
    page.wait_for_selector("#unsent .note >> nth=1")
    assert page.url == f"{address}/claims/2/", "not the browser's own error page"
    assert verdicts(home) == []
    page.context.set_offline(False)
    page.wait_for_selector("#notes >> text=Đã gửi lại và ghi")
    page.wait_for_selector("#unsent .note", state="detached")
    assert verdicts(home) == [(1, "fake", "có công văn"), (2, "false", "")]
    assert kept(page) == []
    page.context.close()


def test_after_the_session_ended_it_is_sent_when_the_same_person_signs_in_again(
    browser: Browser, desk: tuple[Path, str]
) -> None:
    home, address = desk
    page = opened(browser, address)
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("1")
    link = page.wait_for_selector("#unsent a")
    assert link is not None
    assert "CHƯA được ghi" in (page.text_content("#unsent") or "")
    link.click()
    page.wait_for_selector("[name=username]")
    assert "CHƯA được ghi" in (page.text_content("#unsent") or "")
    page.fill("[name=username]", "minh")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_selector("#unsent >> text=của người khác")
    assert verdicts(home) == [], "another person does not send it"
    page.context.clear_cookies(name="sessionid")
    sign_in(page, address, "lan")
    page.wait_for_selector("#notes >> text=Đã gửi lại và ghi")
    page.wait_for_selector("#unsent .note", state="detached")
    assert verdicts(home) == [(1, "fake", "")]
    assert one(home, "SELECT username FROM auth_user JOIN archive_verdict ON by_id = auth_user.id") == "lan"
    page.context.close()


def test_a_form_sent_without_scripts_after_the_session_ended_comes_back(
    browser: Browser, desk: tuple[Path, str]
) -> None:
    home, address = desk
    page = opened(browser, address, size="phone", scripts=False)
    page.fill("[name=note]", "đã hỏi Sở")
    page.context.clear_cookies(name="sessionid")
    page.click("[name=value][value=fake]")
    assert "CHƯA được ghi" in page.content()
    assert fits(page)
    page.fill("[name=username]", "lan")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    assert "đã hỏi Sở" in (page.text_content("main") or "")
    assert fits(page)
    assert verdicts(home) == []
    page.click("main button")
    assert verdicts(home) == [(1, "fake", "đã hỏi Sở")]
    page.context.close()


@pytest.mark.parametrize("size", list(SIZES))
def test_what_was_loaded_ahead_is_checked_again_and_decided_knowingly(
    size: str, browser: Browser, desk: tuple[Path, str]
) -> None:
    home, address = desk
    page = opened(browser, address, size=size)
    page.wait_for_load_state("networkidle")
    other = opened(browser, address, "minh", claim=2)
    other.keyboard.press("5")
    other.wait_for_selector("#notes >> text=Đã kết luận: Tin xác thực")
    page.keyboard.press("n")  # claim 2, loaded before the other's verdict
    page.wait_for_url(f"{address}/claims/2/")
    page.keyboard.press("1")
    page.wait_for_selector("#unsent >> text=Trần Văn Minh đã kết luận “Tin xác thực”")
    page.click("#unsent >> text=Xem và quyết định")
    page.wait_for_selector("main >> text=Kết luận của bạn CHƯA được ghi")
    assert fits(page)
    page.click("main >> text=Giữ “Tin xác thực”")
    page.wait_for_selector("#notes >> text=Đã giữ kết luận trước")
    page.wait_for_selector("#unsent .note", state="detached")
    assert verdicts(home) == [(2, "true", "")]
    assert rows(home, "SELECT value FROM archive_disagreement") == [("fake",)]
    page.context.close()
    other.context.close()


def test_the_button_that_enter_would_press_is_not_seen(browser: Browser, desk: tuple[Path, str]) -> None:
    page = opened(browser, desk[1])
    assert page.locator("[data-verdicts] button[disabled]").is_hidden()
    page.context.close()
