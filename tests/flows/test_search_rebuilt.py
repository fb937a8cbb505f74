"""A search index that is gone, damaged or another archive's never answers "nothing found": it says that it must be
rebuilt, and the next round rebuilds it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client

from core.settings import load
from flows.context import Context
from flows.pipeline import process
from flows.steps.index import index
from flows.work import RoundResult
from index.archive import intake, judgements, reading
from index.query.parse import parse
from index.search import RebuildNeededError, open_search
from index.work.search_state import archive_name, open_whole
from tests.flows.world import soatin
from tests.index.make import SOURCES, claim_judgement, document, person


def files(home: Path) -> list[Path]:
    return sorted((home / "soatin-data").glob("search.sqlite3*"))


def deleted(home: Path) -> None:
    for file in files(home):
        file.unlink()


def damaged(home: Path) -> None:
    deleted(home)
    (home / "soatin-data" / "search.sqlite3").write_bytes(b"no database at all" * 500)


def foreign(home: Path) -> None:
    """As full as it was, and filled from elsewhere."""
    with closing(sqlite3.connect(home / "soatin-data" / "search.sqlite3")) as db, db:
        db.execute("UPDATE archive SET name = 'khac'")


def older(home: Path) -> None:
    """As a former soatin left it."""
    with closing(sqlite3.connect(home / "soatin-data" / "search.sqlite3")) as db, db:
        db.execute("PRAGMA user_version = 1")


SPOILT = [deleted, damaged, foreign, older]


@pytest.mark.parametrize("spoil", SPOILT)
def test_the_command_says_so_and_reindex_mends_it(crawled: Path, spoil: Callable[[Path], None]) -> None:
    found = soatin(crawled, "search", "covid", "--json")
    assert found.returncode == 0
    spoil(crawled)
    refused = soatin(crawled, "search", "covid", "--json")
    assert refused.returncode == 1
    assert refused.stdout == ""
    (line,) = refused.stderr.strip().splitlines()
    assert "soatin reindex" in line
    assert soatin(crawled, "reindex").returncode == 0
    assert soatin(crawled, "search", "covid", "--json").stdout == found.stdout


@pytest.fixture
def home(tmp_path: Path, db: None) -> Path:
    """Three documents in the archive of the tests, indexed by a round."""
    docs = [document(number) for number in range(3)]
    intake.take_in(docs, SOURCES)
    judgements.save_judgements([claim_judgement(doc.id, (doc.id,)) for doc in docs])
    process(Context(load(tmp_path, {}), "worker"), RoundResult())
    return tmp_path


@pytest.mark.parametrize("spoil", SPOILT)
def test_the_next_round_rebuilds_it_by_itself(home: Path, spoil: Callable[[Path], None]) -> None:
    settings = load(home, {})
    assert open_whole(settings).archive() == archive_name()
    spoil(home)
    with pytest.raises(RebuildNeededError):
        open_whole(settings).search(parse("bệnh"))
    result = RoundResult()
    process(Context(settings, "worker"), result)
    assert result.counts["reindexed"] == 3
    assert any("built anew" in error for error in result.errors)
    assert open_whole(settings).search(parse('"dịch bệnh"')).total == 3
    again = RoundResult()
    process(Context(settings, "worker"), again)
    assert again.counts["reindexed"] == 0
    assert again.errors == []


def test_an_index_that_nobody_named_is_compared_and_named(home: Path) -> None:
    """As one of before there were names is: what it holds otherwise than the archive goes through the outbox."""
    settings = load(home, {})
    engine = open_search(settings)
    with closing(sqlite3.connect(home / "soatin-data" / "search.sqlite3")) as db, db:
        db.execute("DROP TABLE archive")
    engine.index([replace(*reading.search_documents([document(1).id]), id="khac")])
    assert engine.count() == 4
    result = RoundResult()
    process(Context(settings, "worker"), result)
    assert (result.counts["reindexed"], result.errors) == (0, [])
    assert (engine.count(), engine.archive()) == (3, archive_name())


def test_what_waits_to_be_indexed_is_no_reason_to_rebuild(tmp_path: Path, db: None) -> None:
    docs = [document(number) for number in range(3)]
    intake.take_in(docs, SOURCES)
    judgements.save_judgements([claim_judgement(doc.id, (doc.id,)) for doc in docs])
    context = Context(load(tmp_path, {}), "worker")
    assert open_whole(context.settings).search(parse("bệnh")).total == 0
    index(context, RoundResult())
    assert open_whole(context.settings).search(parse("bệnh")).total == 3


@pytest.mark.django_db
def test_the_desk_and_its_api_say_it_in_words(client: Client) -> None:
    docs = [document(number) for number in range(3)]
    intake.take_in(docs, SOURCES)
    judgements.save_judgements([claim_judgement(doc.id, (doc.id,)) for doc in docs])
    engine = open_search(django_settings.SOATIN)
    engine.reset()
    index(Context(django_settings.SOATIN, "worker"), RoundResult())
    analyst: User = person("phan-tich", "analyst")
    client.force_login(analyst)
    assert client.get("/search/?q=covid").status_code == 200
    engine.reset()
    for address in ("/search/?q=covid", "/search/export/csv/?q=covid"):
        page = client.get(address)
        assert page.status_code == 503
        assert "phải dựng lại" in page.content.decode()
        assert "soatin reindex" in page.content.decode()
