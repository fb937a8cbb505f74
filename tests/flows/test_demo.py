"""The demo: the whole job on a small local web, from nothing, with one command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.flows.world import soatin


@pytest.mark.slow
def test_the_demo_does_the_whole_job_and_prints_one_json_line(tmp_path: Path) -> None:
    result = soatin(tmp_path, "demo", "--once", timeout=170)
    assert result.returncode == 0, result.stderr
    summary = json.loads(result.stdout.splitlines()[-1])
    assert set(summary) == {"documents", "flags", "report_docx", "report_pdf", "seconds"}
    assert summary["documents"] > 200
    assert 5 < summary["flags"] < summary["documents"] / 2
    assert Path(summary["report_docx"]).read_bytes()[:2] == b"PK"
    assert Path(summary["report_pdf"]).read_bytes()[:4] == b"%PDF"
    assert "Traceback" not in result.stderr


def test_a_folder_of_ones_own_pages_is_crawled_the_same_way(tmp_path: Path, shared_data: Path) -> None:
    web = tmp_path / "pages"
    web.mkdir()
    for page in (shared_data / "pages").glob("*_article.html"):
        shutil.copy(page, web)
    result = soatin(tmp_path, "demo", "--once", "--web", str(web), timeout=170)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["documents"] == len(list(web.iterdir()))


def test_a_folder_that_is_not_the_demos_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "demo-data"
    precious.mkdir()
    (precious / "thesis.txt").write_text("mine", "utf-8")
    result = soatin(tmp_path, "demo", "--once")
    assert result.returncode == 2
    assert "run elsewhere" in result.stderr
    assert (precious / "thesis.txt").read_text("utf-8") == "mine"
    missing = soatin(tmp_path, "demo", "--once", "--dir", "new", "--web", "nowhere")
    assert missing.returncode == 2
    assert "no such folder" in missing.stderr
