"""Debian's Chromium through Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

from tests.flows.world import PASSWORD


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser; without one the test is skipped loudly, or fails where a browser is required."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        words = "**** no Chromium: the browser tests did NOT run; on Debian: apt-get install chromium ****"
        if os.environ.get("SOATIN_REQUIRE_BROWSER"):
            pytest.fail(words)
        pytest.skip(words)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def sign_in(page: Page, desk: str, name: str) -> None:
    """Through the form, as a person does."""
    page.goto(desk)
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{desk}/")


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the right: no scrolling sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
