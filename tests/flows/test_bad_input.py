"""Whatever is wrong is said on one line with the cure, with the right exit status, and the rest goes on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.flows.hostile import ARTICLE, BODY, BOMB, LARGE, TITLE, hostile_site
from tests.flows.world import make_home, one, rows, soatin
from tests.site.pages import windows_1258


def complaint(result: subprocess.CompletedProcess[str], status: int, *words: str) -> str:
    """The one line of standard error that has all these words; never a traceback."""
    assert result.returncode == status, f"{result.args}: {result.returncode}\n{result.stdout}\n{result.stderr}"
    assert "Traceback" not in result.stderr
    lines = [line for line in result.stderr.splitlines() if all(word in line for word in words)]
    assert len(lines) == 1, f"{words} not on one line of:\n{result.stderr}"
    assert " — " in lines[0], "it names no cure"
    return lines[0]


@pytest.mark.slow
def test_hostile_and_broken_sources_do_not_stop_the_others(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    with hostile_site(home / "soatin-data" / "sources"):
        result = soatin(home, "crawl")
    complaint(result, 1, "hong", "TOML")
    complaint(result, 1, "khong-toi", "network")
    complaint(result, 1, LARGE, "too-large", "max_body_mb")
    complaint(result, 1, BOMB, "too-large", "max_body_mb")
    assert rows(home, "SELECT title FROM archive_document") == [(TITLE,)]
    assert BODY in one(home, "SELECT text FROM archive_document")
    assert one(home, "SELECT topic FROM archive_document") == "covid"
    listed = soatin(home, "sources")
    assert "kho-doc" in listed.stdout
    complaint(listed, 1, "hong", "TOML")
    found = soatin(home, "search", "an toi chua khoi", "--json")
    assert found.returncode == 0
    assert TITLE in found.stdout


def test_an_old_code_page_is_read_from_a_file_too(tmp_path: Path) -> None:
    page = tmp_path / "trang.html"
    page.write_bytes(windows_1258(ARTICLE.format(charset="windows-1258", title=TITLE, body=BODY)))
    home = make_home(tmp_path / "home")
    result = soatin(home, "read", str(page), "--url", "https://bao.example/trang-1.html")
    assert result.returncode == 0
    assert TITLE in result.stdout
    assert one(home, "SELECT count(*) FROM archive_document") == 0


def test_a_warc_file_cut_in_half_gives_what_came_before(crawled: Path, tmp_path: Path) -> None:
    whole = next((crawled / "soatin-data" / "warc").glob("*.warc.gz"))
    half = tmp_path / "half.warc.gz"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    home = make_home(tmp_path / "other", crawled / "soatin-data" / "sources")
    complaint(soatin(home, "ingest", str(half)), 1, "truncated-warc", "whole file again")
    all_of_them = one(crawled, "SELECT count(*) FROM archive_document")
    assert 0 < one(home, "SELECT count(*) FROM archive_document") < all_of_them
    assert one(home, "SELECT count(*) FROM archive_document WHERE text_kind = '' AND classified_at IS NULL") == 0


def test_a_table_without_the_named_column_names_those_that_are_there(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    table = tmp_path / "tips.csv"
    table.write_text("Mã,Nội dung\n1,Ăn tỏi chữa khỏi covid có đúng không?\n", "utf-8")
    other = tmp_path / "good.csv"
    other.write_text("Mã,Nội dung\n7,Hàng xóm bảo uống nước muối diệt vi rút covid\n", "utf-8")
    result = soatin(home, "ingest", str(table), str(other), "--map", "text=Phản ánh")
    assert result.returncode == 1
    assert "Mã, Nội dung" in result.stderr
    result = soatin(home, "ingest", str(tmp_path / "none.csv"), str(other))
    complaint(result, 1, "none.csv", "no such file")
    assert one(home, "SELECT count(*) FROM archive_document") == 1
    out = str(tmp_path / "out.csv")
    scored = soatin(home, "classify", "score", "--data", str(table), "--text", "post", "--out", out)
    complaint(scored, 1, "post", "tips.csv", "Nội dung")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["init", "--province", "nowhere", "--dir", "new"], ["nowhere", "vinh-phuc"]),
        (["report", "--slot", "2026-01-05T03:33"], ["--slot", "07:00"]),
        (["report", "--slot", "gestern"], ["--slot", "2021-11-20T07:00"]),
        (["report", "--province", "nowhere"], ["nowhere"]),
        (["search", '"chưa đóng'], ["query", "character 1", "docs/search.md"]),
        (["search", "covid", "--from", "hôm qua"], ["--from", "YYYY-MM-DD"]),
        (["crawl", "--source", "nobody"], ["nobody", "soatin sources"]),
        (["sources", "disable", "nobody"], ["nobody", "soatin sources"]),
        (["ingest", "x.csv", "--map", "nonsense"], ["--map"]),
        (["evidence", "show"], ["ID"]),
    ],
)
def test_wrong_use_is_exit_status_two(tmp_path: Path, arguments: list[str], words: list[str]) -> None:
    complaint(soatin(make_home(tmp_path), *arguments), 2, *words)


def test_a_province_or_setting_that_is_not_there(tmp_path: Path) -> None:
    home = make_home(tmp_path, province="nowhere")
    complaint(soatin(home, "status"), 2, "nowhere", "vinh-phuc")
    make_home(tmp_path, provnice="vinh-phuc")
    complaint(soatin(home, "status"), 2, "provnice", "docs/settings.md")
    make_home(tmp_path, port="eighty")
    complaint(soatin(home, "status"), 2, "port", "eighty")
    (home / "soatin.toml").write_text("port = \n", "utf-8")
    complaint(soatin(home, "status"), 2, "soatin.toml", "TOML")


def test_unknown_commands_and_options_say_what_there_is(tmp_path: Path) -> None:
    for arguments in (["crwal"], ["crawl", "--sorce", "x"], []):
        result = soatin(tmp_path, *arguments)
        assert result.returncode == 2
        assert "usage: soatin" in result.stderr + result.stdout
        assert "Traceback" not in result.stderr
