"""The command line is a contract: names, help, JSON, exit status."""

from __future__ import annotations

import csv
import json
import resource
import subprocess
from pathlib import Path

import pytest

from flows.cli import COMMANDS
from tests.flows.world import SOATIN, done, environ, json_of, make_home, one, soatin

TIPS = [
    ("Mã", "Thời gian", "Địa bàn", "Nội dung phản ánh"),
    ("PA-1", "20/11/2026 08:15", "Tam Đảo", "Có người đăng uống nước muối là diệt sạch vi rút covid, đề nghị xử lý"),
    ("PA-2", "20/11/2026 09:40", "Vĩnh Yên", "Trên mạng nói tiêm vắc xin covid bị vô sinh, có đúng không?"),
    ("PA-3", "20/11/2026 10:00", "Vĩnh Yên", ""),
]


def lines_of(result: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    """JSON Lines on standard output, and nothing else there."""
    return [json.loads(line) for line in done(result).splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    from flows.cli import main

    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    words = capsys.readouterr().out
    assert words.startswith(f"usage: soatin {command}")
    assert f"soatin {command}" in words.partition("example:")[2]


def test_help_is_there_at_once_and_names_every_command(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    help_ = subprocess.run([SOATIN, "--help"], env=environ(tmp_path), capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert all(f"  {command} " in help_.stdout for command in COMMANDS)
    # Seconds of processor time, which a busy machine does not change.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5
    assert done(soatin(tmp_path, "--version")).startswith("soatin ")
    assert list(tmp_path.iterdir()) == []


def test_init_makes_an_installation_and_a_link_that_signs_in_once(tmp_path: Path) -> None:
    first = soatin(tmp_path, "init", "--province", "vinh-phuc", "--dir", str(tmp_path / "new"))
    assert done(first).startswith("http://127.0.0.1:8765/signin/")
    settings = (tmp_path / "new" / "soatin.toml").read_text("utf-8")
    assert 'province = "vinh-phuc"' in settings
    done(soatin(tmp_path, "init", "--province", "vinh-phuc", "--dir", str(tmp_path / "new")))
    assert (tmp_path / "new" / "soatin.toml").read_text("utf-8") == settings
    assert one(tmp_path / "new", "SELECT count(*) FROM auth_user") == 1


def test_search_prints_totals_and_hits(crawled_once: Path) -> None:
    total, *hits = lines_of(soatin(crawled_once, "search", "vac xin", "--json"))
    assert set(total) == {"total", "engine"}
    assert len(hits) == min(20, int(str(total["total"]))) > 0
    assert set(hits[0]) == {"id", "score", "title", "highlights"}
    with_accents = lines_of(soatin(crawled_once, "search", "vắc xin", "--json"))
    assert {hit["id"] for hit in with_accents[1:]} == {hit["id"] for hit in hits}
    narrowed = lines_of(soatin(crawled_once, "search", "vac xin", "--place", "Vĩnh Phúc", "--limit", "1", "--json"))
    assert len(narrowed) == 2
    assert int(str(narrowed[0]["total"])) <= int(str(total["total"]))


def test_status_sources_and_audit_answer_in_json(crawled_once: Path) -> None:
    status = soatin(crawled_once, "status", "--json")
    summary = json.loads(status.stdout)
    assert status.returncode == (1 if summary["findings"] else 0)
    assert summary["documents"] == one(crawled_once, "SELECT count(*) FROM archive_document")
    assert summary["backlog_index"] == 0
    sources = lines_of(soatin(crawled_once, "sources", "--json"))
    assert {"kenh-tin-nong", "dien-dan-que-minh"} <= {str(row["name"]) for row in sources}
    audit = json_of(soatin(crawled_once, "audit", "verify", "--json"))
    assert audit["problems"] == []
    guard = soatin(crawled_once, "guard", "--quiet", "--json")
    assert json.loads(guard.stdout)["ok"] == (guard.returncode == 0)


def test_evidence_is_what_was_received_and_a_change_is_noticed(crawled: Path) -> None:
    document, name = one(crawled, "SELECT id || ' ' || warc_file FROM archive_document WHERE kind = 'article'").split()
    shown = json_of(soatin(crawled, "evidence", "show", document, "--json"))
    assert shown["status"] == 200
    assert shown["url"] in one(crawled, "SELECT url FROM archive_document WHERE id = ?", document)
    assert all(row["state"] == "whole" for row in lines_of(soatin(crawled, "evidence", "verify", "--json")))
    file = crawled / "soatin-data" / "warc" / name
    file.chmod(0o600)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    changed = soatin(crawled, "evidence", "verify", "--json")
    assert changed.returncode == 1
    states = {row["file"]: row["state"] for row in map(json.loads, changed.stdout.splitlines())}
    assert states == {name: "changed", **{other: "whole" for other in states if other != name}}
    file.unlink()
    assert "missing" in soatin(crawled, "evidence", "verify").stdout


def test_a_report_asked_twice_is_the_same_and_sent_once(crawled: Path, tmp_path: Path) -> None:
    first = json_of(soatin(crawled, "report", "--send", "--out", str(tmp_path / "out"), "--json"))
    again = json_of(soatin(crawled, "report", "--slot", first["slot"], "--send", "--json"))
    assert again["slot"] == first["slot"]
    assert [Path(file).suffix for file in first["files"]] == [".docx", ".pdf"]
    assert all(Path(file).parent == tmp_path / "out" for file in first["files"])
    assert one(crawled, "SELECT count(*) FROM archive_report") == 1
    assert len(list((crawled / "soatin-data" / "mail").glob("*.eml"))) == 1
    other = json_of(soatin(crawled, "report", "--province", "gia-lai", "--json"))
    assert "gia-lai" in other["files"][0]


def test_the_search_index_can_be_dropped_and_rebuilt(crawled: Path) -> None:
    before = lines_of(soatin(crawled, "search", "covid", "--json"))
    for file in (crawled / "soatin-data").glob("search.sqlite3*"):
        file.unlink()
    gone = soatin(crawled, "search", "covid", "--json")
    assert (gone.returncode, "soatin reindex" in gone.stderr) == (1, True)
    on_topic = one(crawled, "SELECT count(*) FROM archive_document WHERE topic != ''")
    assert json_of(soatin(crawled, "reindex", "--json")) == {"indexed": on_topic}
    assert lines_of(soatin(crawled, "search", "covid", "--json")) == before


def test_read_prints_the_documents_of_evidence_and_touches_nothing(crawled_once: Path, tmp_path: Path) -> None:
    evidence = next((crawled_once / "soatin-data" / "warc").glob("*.warc.gz"))
    home = make_home(tmp_path / "other", crawled_once / "soatin-data" / "sources")
    result = soatin(home, "read", str(evidence), "--json")
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    ids = {document["id"] for document in documents}
    assert len(ids) == one(crawled_once, "SELECT count(*) FROM archive_document")
    assert {"source", "kind", "url", "title", "text", "published", "fetched", "warc", "sha256"} <= set(documents[0])
    assert one(home, "SELECT count(*) FROM archive_document") == 0


def _as_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(TIPS)


def _as_xlsx(path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in TIPS:
        book.active.append(row)
    book.save(path)


def test_a_hotline_table_is_taken_in_once_whatever_its_form(crawled: Path, tmp_path: Path) -> None:
    before = one(crawled, "SELECT count(*) FROM archive_document")
    _as_csv(tmp_path / "tips.csv")
    _as_xlsx(tmp_path / "tips.xlsx")
    first = soatin(crawled, "ingest", str(tmp_path / "tips.csv"), "--source", "duong-day-nong", "--json")
    assert json.loads(first.stdout)["new"] == 2
    again = soatin(crawled, "ingest", str(tmp_path / "tips.xlsx"), "--source", "duong-day-nong", "--json")
    assert json.loads(again.stdout)["same"] == 2
    assert one(crawled, "SELECT count(*) FROM archive_document") == before + 2
    assert one(crawled, "SELECT count(*) FROM archive_drop WHERE reason = 'no-text' AND source = 'duong-day-nong'") >= 1
    found = lines_of(soatin(crawled, "search", "nuoc muoi", "--source", "duong-day-nong", "--json"))
    assert found[0]["total"] == 1


def test_a_reader_that_goes_away_is_no_error(crawled_once: Path) -> None:
    command = f"{SOATIN} search '' --limit 500 | head -1"
    shell = ["bash", "-c", f"set -o pipefail; {command}"]
    result = subprocess.run(shell, env=environ(crawled_once), capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in result.stderr
    assert len(result.stdout.splitlines()) == 1
