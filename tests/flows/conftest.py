"""The small local web and what was crawled from it, shared by all tests of this room."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.world import QUICK, json_of, make_home, soatin
from tests.site import Site, start_site


@pytest.fixture(scope="session")
def web() -> Iterator[Site]:
    """The small local web, served as long as the tests run."""
    with start_site() as site:
        yield site


@pytest.fixture(scope="session")
def crawled_once(web: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which a few sources were crawled. Tests take :func:`crawled`, a copy."""
    home = make_home(tmp_path_factory.mktemp("crawled"), web.sources_dir, QUICK, mail_to=["thanh-tra@example.vn"])
    assert json_of(soatin(home, "crawl", "--json"))["new"] > 30
    return home


@pytest.fixture
def crawled(crawled_once: Path, tmp_path: Path) -> Path:
    """A copy of the crawled home that a test may change."""
    home = tmp_path / "home"
    shutil.copytree(crawled_once, home)
    return home
