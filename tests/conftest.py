"""What every test stands on: a fresh home folder, Django over its own archive, no socket beyond localhost."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

# Before Django's settings are read for the first time: nothing of the person's own installation is used.
_HOME = Path(tempfile.mkdtemp(prefix="soatin-tests-"))
os.environ["SOATIN_HOME"] = str(_HOME)
_KEPT = {"SOATIN_HOME", "SOATIN_DATA", "SOATIN_SEEDS", "SOATIN_REQUIRE_BROWSER", "SOATIN_UPDATE_IMAGES"}
for _name in [n for n in os.environ if n.startswith("SOATIN_") and n not in _KEPT]:
    if not _name.startswith("SOATIN_TEST_"):
        del os.environ[_name]
if os.environ.get("SOATIN_TEST_DATABASE_URL"):  # a PostgreSQL server: Django makes a database of its own there
    os.environ["SOATIN_DATABASE_URL"] = os.environ["SOATIN_TEST_DATABASE_URL"]
os.environ["DJANGO_SETTINGS_MODULE"] = "review_ui.settings"  # here, not in pyproject.toml: pytest would read them first
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop running in the test's own thread
os.environ["DO_NOT_TRACK"] = "1"
django.setup()
# Parallel workers inherit this environment: with the name set they would read the settings before this file gives
# them a home of their own, and share one search index.
del os.environ["DJANGO_SETTINGS_MODULE"]


SLOW = 10.0
"""Seconds of processor time, own and of children, from which a test must be marked slow: waits depend on the
machine.
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A test that works longer than that and does not say so fails, so that the fast set stays fast."""
    before = sum(os.times()[:4])
    result = yield
    spent = sum(os.times()[:4]) - before
    if spent > SLOW and not any(item.iter_markers("slow")) and not any(item.iter_markers("browser")):
        pytest.fail(f"worked {spent:.0f} s: make it quicker, share what it only reads, or mark it slow")
    return result


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home folder of one's own, for tests that start processes; where tests run on PostgreSQL also a database."""
    monkeypatch.setenv("SOATIN_HOME", str(tmp_path))
    server = os.environ.get("SOATIN_TEST_DATABASE_URL", "")
    if not server:
        yield tmp_path
        return
    import psycopg

    name = f"soatin_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        monkeypatch.setenv("SOATIN_DATABASE_URL", f"{server.rpartition('/')[0]}/{name}")
        yield tmp_path
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data, or a loud skip."""
    folder = os.environ.get("SOATIN_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("SOATIN_DATA does not name a folder: checks on real data were NOT run")
    return Path(folder)
