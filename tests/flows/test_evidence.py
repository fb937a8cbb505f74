"""Evidence: what was received can be shown, checked and handed over, and whatever was changed is named."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from core.errors import DataError
from crawlers.evidence.records import read_records
from crawlers.evidence.wacz_check import check_wacz, stamp_of
from tests.flows.world import done, json_of, one, rows, script, soatin


@pytest.fixture
def document(crawled: Path) -> str:
    with_title = "kind = 'article' AND title <> ''"  # of what is off topic only the address is kept
    return str(one(crawled, f"SELECT id FROM archive_document WHERE warc_file <> '' AND {with_title} ORDER BY id"))


def verified(home: Path, *arguments: str) -> tuple[int, dict[str, str]]:
    result = soatin(home, "evidence", "verify", *arguments, "--json")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    return result.returncode, {row["file"]: row["state"] for row in found}


def test_the_page_that_was_received_is_shown(crawled: Path, document: str) -> None:
    title = str(one(crawled, "SELECT title FROM archive_document WHERE id = ?", document))
    assert title.split(maxsplit=1)[0] in done(soatin(crawled, "evidence", "show", document))
    assert json_of(soatin(crawled, "evidence", "show", document, "--json"))["status"] == 200
    unknown = soatin(crawled, "evidence", "show", "0" * 20)
    assert unknown.returncode == 1
    assert "no such document" in unknown.stderr
    assert soatin(crawled, "evidence", "show").returncode == 2


def test_a_changed_file_and_a_missing_file_are_named(crawled: Path, document: str) -> None:
    status, states = verified(crawled)
    assert status == 0
    assert set(states.values()) == {"whole"}
    name = str(one(crawled, "SELECT warc_file FROM archive_document WHERE id = ?", document))
    file = next(crawled.rglob(name))
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 1
    file.write_bytes(body)
    assert verified(crawled) == (1, {**states, name: "changed"})
    assert "changed: record" in soatin(crawled, "evidence", "verify", document).stdout
    assert verified(crawled, document) == (1, {name: "changed"})
    file.unlink()
    assert verified(crawled, document) == (1, {name: "missing"})
    refused = soatin(crawled, "evidence", "export", document)
    assert refused.returncode == 1
    assert name in refused.stderr
    assert "Traceback" not in refused.stderr


def test_what_was_done_to_the_manifest_is_named(crawled: Path) -> None:
    """By somebody who writes to the database and knows how the hashes are made."""
    script(
        crawled,
        "from django.db import connection\nfrom index.proof import append_only\n"
        "from index.models import ManifestEntry\n"
        "append_only.remove(connection)\nManifestEntry.objects.all().delete()\n",
    )
    result = soatin(crawled, "evidence", "verify")
    assert result.returncode == 1
    assert "the last ones, were removed" in result.stdout


def test_a_document_is_handed_over_as_one_file_that_proves_itself(crawled: Path, document: str, tmp_path: Path) -> None:
    """The record in it is the received one, byte for byte, and players can read the package."""
    package = tmp_path / "handed.wacz"
    assert json_of(soatin(crawled, "evidence", "export", document, "--out", str(package), "--json"))["records"] == 1
    status, states = verified(tmp_path, str(package))
    assert status == 0
    assert {
        "archive/data.warc.gz", "indexes/index.cdx", "pages/pages.jsonl", "datapackage.json", "evidence/manifest.jsonl",
        "evidence/records.jsonl", "evidence/about.json", "evidence/README.txt", "archive/data.warc.gz: records",
    } <= set(states)  # fmt: skip
    assert package.stat().st_mode & 0o077 == 0, "it holds names of people: for its owner alone"
    with zipfile.ZipFile(package) as file:
        file.extractall(tmp_path / "unpacked")
        index = file.read("indexes/index.cdx").decode()
    [record] = read_records(tmp_path / "unpacked/archive/data.warc.gz")
    name, offset = rows(crawled, "SELECT warc_file, warc_offset FROM archive_document WHERE id = ?", document)[0]
    original = next(row for row in read_records(next(crawled.rglob(name))) if row.offset == offset)
    assert (record.raw, record.url, record.date) == (original.raw, original.url, original.date)
    assert record.genuine
    assert json.loads(index.split(" ", 2)[2])["url"] == record.url


def test_a_case_is_handed_over_with_all_its_documents(crawled: Path, tmp_path: Path) -> None:
    script(
        crawled,
        "from index.models import Claim, Document, Case\nfrom flows.run.accounts import ensure_account\n"
        "from core.clock import now\nclaim = Claim.objects.create(headline='h', first_seen=now(), last_seen=now())\n"
        "ids = Document.objects.exclude(warc_file='').order_by('id').values_list('id', flat=True)[:5]\n"
        "Document.objects.filter(id__in=list(ids)).update(claim=claim)\n"
        "Case.objects.create(pk=7, claim=claim, opened_by=ensure_account('lan', 'lead'), opened_at=now())\n",
    )
    of_case = "FROM archive_document WHERE claim_id = (SELECT claim_id FROM archive_case)"
    wanted = rows(crawled, f"SELECT DISTINCT warc_file, warc_offset {of_case}")
    package = tmp_path / "case.wacz"
    result = json_of(soatin(crawled, "evidence", "export", "7", "--out", str(package), "--json"))
    assert result["records"] == len(wanted)
    assert all(part.state == "whole" for part in check_wacz(package))
    assert soatin(crawled, "evidence", "export", "8").returncode == 1
    entries = rows(crawled, "SELECT actor, subject, detail FROM archive_auditentry WHERE action = 'evidence-export'")
    assert [entry[:2] for entry in entries] == [("command line", "case 7")]
    assert json.loads(entries[0][2])["digest"] == result["digest"]


HARMS: dict[str, Callable[[str, bytes], bytes | None]] = {
    "archive/data.warc.gz": lambda name, body: body[:-9] + b"x" + body[-8:] if name == "archive/data.warc.gz" else body,
    "pages/pages.jsonl": lambda name, body: None if name == "pages/pages.jsonl" else body,
    "datapackage.json": lambda name, body: body.replace(b"soatin", b"Soatin") if name == "datapackage.json" else body,
}


@pytest.mark.parametrize("named", HARMS)
def test_whatever_was_tampered_with_is_named(crawled: Path, document: str, tmp_path: Path, named: str) -> None:
    whole, harmed = tmp_path / "whole.wacz", tmp_path / "harmed.wacz"
    done(soatin(crawled, "evidence", "export", document, "--out", str(whole)))
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(harmed, "w") as target:
        for name in source.namelist():
            body = HARMS[named](name, source.read(name))
            if body is not None:
                target.writestr(name, body)
        target.writestr("more.txt", "added")
    states = {part.file: part.state for part in check_wacz(harmed)}
    wrong = {file for file, state in states.items() if state != "whole" and ": " not in file}
    assert wrong == {named, "more.txt"}


def test_whichever_bytes_are_damaged_it_is_named_or_refused(crawled: Path, document: str, tmp_path: Path) -> None:
    whole, harmed = tmp_path / "whole.wacz", tmp_path / "harmed.wacz"
    done(soatin(crawled, "evidence", "export", document, "--out", str(whole)))
    data, dice = whole.read_bytes(), random.Random(1)
    for turn in range(120):
        body = bytearray(data)
        first = 0 if turn % 2 else max(0, len(body) - 9_000)  # half of them in the tables and the directory
        for _ in range(dice.choice([1, 3, 20])):
            body[dice.randrange(first, len(body))] ^= dice.randrange(1, 256)
        harmed.write_bytes(body)
        with suppress(DataError):
            check_wacz(harmed)
            stamp_of(harmed)


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 broken", b"not a zip"])
def test_what_is_no_package_is_refused_in_one_line(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "x.wacz"
    path.write_bytes(body)
    with pytest.raises(DataError, match="WACZ"):
        check_wacz(path)
    with pytest.raises(DataError, match="WACZ"):
        check_wacz(tmp_path / "absent.wacz")
