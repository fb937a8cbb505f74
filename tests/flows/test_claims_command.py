"""`soatin claims`: what other programs read, and what a person is told when a file is wrong."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.flows.world import done, json_of, make_home, script, soatin

RUMOUR = "23h đêm nay trực thăng quân đội phun thuốc khử trùng toàn tỉnh, ai ra đường là bỏng da, cất hết quần áo"
ROWS = [RUMOUR, "Nhai ba tép tỏi sống mỗi ngày là vi rút chết sạch", RUMOUR.upper(), ""]


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["post"], *([row] for row in ROWS)])
    return path


def test_rows_are_matched_to_verified_claims(tmp_path: Path, posts: Path) -> None:
    verified = tmp_path / "verified.csv"
    verified.write_text("id,text\nvr-1,Tỏi không chữa được\nvr-2,Không có trực thăng phun thuốc khử trùng\n", "utf8")
    command = ["claims", "match", "--data", str(posts), "--text", "post", "--against", str(verified)]
    printed = done(soatin(tmp_path, *command))
    lines = [json.loads(line) for line in printed.splitlines()]
    assert [line["row"] for line in lines] == [0, 1, 2, 3]
    assert lines[0]["matches"][0]["id"] == lines[2]["matches"][0]["id"] == "vr-2"
    matches = [match for line in lines for match in line["matches"]]
    assert all(set(match) == {"id", "score"} and 0 <= match["score"] <= 1 for match in matches)
    assert lines[3]["matches"] == []


def test_without_a_file_the_archives_judged_claims_are_matched(tmp_path: Path, posts: Path) -> None:
    home = make_home(tmp_path / "home")
    script(
        home,
        "from index.models import Claim\nfrom core.clock import now\n"
        "for verdict, words in (('false', 'Trực thăng phun thuốc khử trùng đêm nay'), ('', 'Trực thăng phun thuốc')):\n"
        "    Claim.objects.create(headline=words, first_seen=now(), last_seen=now(), verdict=verdict)\n",
    )
    first = done(soatin(home, "claims", "match", "--data", str(posts), "--text", "post")).splitlines()[0]
    assert [match["id"] for match in json.loads(first)["matches"]] == ["1"]


def test_rows_get_the_number_of_their_claim(tmp_path: Path, posts: Path) -> None:
    out = tmp_path / "out.csv"
    command = ["claims", "cluster", "--data", str(posts), "--text", "post", "--out", str(out), "--json"]
    assert json_of(soatin(tmp_path, *command)) == {"rows": 4, "claims": 3, "out": str(out)}
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["post"] for row in rows] == ROWS
    assert [row["claim_id"] for row in rows] == ["0", "1", "0", "2"]


@pytest.mark.parametrize(
    ("arguments", "status", "named"),
    [
        (["match", "--data", "posts.csv", "--text", "pots"], 1, "no column 'pots'"),
        (["match", "--data", "posts.csv", "--text", "post", "--against", "posts.csv"], 1, "no column 'id'"),
        (["match", "--data", "posts.csv", "--text", "post", "--against", "absent.csv"], 1, "absent.csv"),
        (["match", "--data", "posts.csv", "--text", "post", "--limit", "0"], 2, "--limit"),
        (["cluster", "--data", "posts.csv", "--text", "post"], 2, "--out"),
        (["cluster", "--data", "absent.csv", "--text", "post", "--out", "x.csv"], 1, "absent.csv"),
    ],
)
def test_wrong_files_are_refused_in_words(
    tmp_path: Path, posts: Path, arguments: list[str], status: int, named: str
) -> None:
    result = soatin(tmp_path, "claims", *arguments)
    assert (result.returncode, result.stdout) == (status, "")
    assert named in result.stderr
    assert "Traceback" not in result.stderr
