"""The contract over each adapter, and what only the embedded one has."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UsageError
from core.settings import Settings, load
from index.query.parse import parse
from index.search import Filters, SearchBackend, SearchError, open_search
from index.search.sqlite import compiler
from index.search.sqlite import hits as sqlite_hits
from index.search.sqlite.engine import SqliteSearch
from index.search.sqlite.rows import Asker
from tests.index.contract_search import DOCUMENTS, SearchContract


def _settings(home: Path, url: str = "") -> Settings:
    return load(home, {"SOATIN_SEARCH_URL": url} if url else {})


class TestSqlite(SearchContract):
    """Always run."""

    @pytest.fixture
    def backend(self, tmp_path: Path) -> SearchBackend:
        """A fresh file."""
        return open_search(_settings(tmp_path))


class TestSqliteOfCommonWords(SearchContract):
    """The same answers where there are so many hits that they are not all scored."""

    @pytest.fixture
    def backend(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SearchBackend:
        """A fresh file, two hits being many."""
        monkeypatch.setattr(sqlite_hits, "RANKED", 1)
        return open_search(_settings(tmp_path))

    def test_words_side_by_side_in_a_title_come_first(self, backend: SearchBackend) -> None:
        """Then titles that have the words, then texts; the newest first among equals."""
        base = replace(DOCUMENTS[0], places=())
        titles = {"apart": "Ly hôn, cách sống", "together": "Cách ly ba hộ", "later": "Thêm nơi cách ly", "text": "Tin"}
        backend.index(
            [
                replace(base, id=identity, title=title, text="Cách ly.", moment=base.moment + timedelta(hours=number))
                for number, (identity, title) in enumerate(titles.items())
            ]
        )
        for text in ("cách ly", "cach ly"):
            hits = [hit.id for hit in backend.search(parse(text)).hits]
            assert hits == ["later", "together", "apart", "text"]
            pages = [backend.search(parse(text), limit=1, offset=number).hits[0].id for number in range(4)]
            assert pages == hits


class TestElasticsearch(SearchContract):
    """Run where a server is."""

    @pytest.fixture
    def backend(self, elastic: SearchBackend) -> SearchBackend:
        """An index of its own, emptied."""
        return elastic


def test_a_deleted_search_file_is_made_anew_under_a_running_program(tmp_path: Path) -> None:
    """And gives the same answers after it was fed again."""
    engine = open_search(_settings(tmp_path))
    engine.index(DOCUMENTS)
    before = engine.search(parse("cửa OR vaccine"))
    for file in (tmp_path / "soatin-data").glob("search.sqlite3*"):
        file.unlink()
    assert engine.count() == 0
    engine.index(list(reversed(DOCUMENTS)))
    assert engine.search(parse("cửa OR vaccine")) == before


def test_a_broken_search_file_is_said_with_the_cure(tmp_path: Path) -> None:
    """Not a traceback of SQLite."""
    file = tmp_path / "soatin-data" / "search.sqlite3"
    file.parent.mkdir()
    file.write_bytes(b"this is no database" * 100)
    engine = open_search(_settings(tmp_path))
    assert "reindex" in engine.problem()
    with pytest.raises(SearchError, match="reindex"):
        engine.index(DOCUMENTS)


def test_an_index_of_another_version_asks_to_be_fed_again(tmp_path: Path) -> None:
    """Reset makes it of the present one."""
    import sqlite3

    engine = open_search(_settings(tmp_path))
    engine.index(DOCUMENTS)
    db = sqlite3.connect(tmp_path / "soatin-data" / "search.sqlite3")
    db.execute("PRAGMA user_version = 99")
    db.close()
    assert engine.problem()
    engine.reset()
    assert not engine.problem()


@pytest.mark.parametrize("url", ["nonsense://x", "base://x", "../../etc://x"])
def test_an_unknown_engine_is_refused(tmp_path: Path, url: str) -> None:
    """The scheme names a module, so only plain names are looked up."""
    with pytest.raises(UsageError, match="search"):
        open_search(_settings(tmp_path, url))


def test_readers_see_whole_batches_while_another_thread_writes(tmp_path: Path) -> None:
    """A connection for each thread."""
    from concurrent.futures import ThreadPoolExecutor

    engine = open_search(_settings(tmp_path))
    engine.index(DOCUMENTS)
    batch = [replace(DOCUMENTS[0], id=f"w{n}") for n in range(50)]
    with ThreadPoolExecutor(4) as pool:
        writes = [pool.submit(engine.index, batch) for _ in range(4)]
        totals = {pool.submit(lambda: engine.search(parse("tam đảo")).total).result() for _ in range(20)}
        for write in writes:
            write.result()
    assert totals <= {1, 51}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "remove", "ask"]),
            st.integers(0, 5),
            st.sampled_from(["đóng cửa chợ", "dong cua", "chợ mở", "cho", "Tam Đảo"]),
        ),
        max_size=14,
    )
)
def test_what_is_kept_in_memory_is_what_the_file_holds(steps: list[tuple[str, int, str]]) -> None:
    """An engine that was asked all along answers as one that opens the file now, whatever was changed meanwhile."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "search.sqlite3"
        asked, writer = SqliteSearch(path), SqliteSearch(path)
        for number, (action, which, words) in enumerate(steps):
            if action == "add":
                moment = DOCUMENTS[0].moment + timedelta(minutes=number)
                writer.index([replace(DOCUMENTS[which % 4], id=f"x{which}", text=words, moment=moment)])
            elif action == "remove":
                writer.delete([f"x{which}"])
            for query in (words, "cửa", "-cho", "") if action == "ask" else ("chợ OR cua",):
                assert asked.search(parse(query)) == SqliteSearch(path).search(parse(query))


def test_a_reader_that_began_before_others_sees_what_was_there_then(tmp_path: Path) -> None:
    """Though another thread has read later changes into what they share."""
    import sqlite3

    engine = SqliteSearch(tmp_path / "search.sqlite3")
    engine.index(DOCUMENTS)
    engine.search(parse("cua"))
    early = sqlite3.connect(engine.path, isolation_level=None)
    early.execute("BEGIN")
    early.execute("SELECT count(*) FROM facts").fetchone()
    engine.delete(["d1"])
    engine.index([replace(DOCUMENTS[3], id="later")])
    assert engine.search(parse("cua")).total == 3
    postings = engine._shared.of(early)
    view = postings.columns.view(early)
    found = Asker(early, view, postings).hits(compiler.plan(parse("cua"), Filters()))
    assert found.tolist() == [1, 2, 4]
    assert engine.search(parse("cua")).total == 3


def test_reading_ahead_changes_no_answer(tmp_path: Path) -> None:
    """On an empty file and on a filled one, before and after changes."""
    engine = SqliteSearch(tmp_path / "search.sqlite3")
    engine.warm()
    engine.index(DOCUMENTS)
    engine.warm()
    engine.delete(["d4"])
    for text in ("cua", "cửa", "dong OR học", "truong*"):
        assert engine.search(parse(text)) == SqliteSearch(engine.path).search(parse(text))
