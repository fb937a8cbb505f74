"""A package of evidence stands by itself: its records, their chain and its time stamp are proved offline."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.manifest import entry_hash
from crawlers.evidence.wacz_check import check_wacz, stamp_of
from flows.evidence.timestamp import StampError, ask
from flows.evidence.verify_package import verify_file
from tests.flows.authority import Authority, authority
from tests.flows.world import json_of, one, soatin

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    if shutil.which("openssl") is None:
        pytest.skip("**** no openssl: time stamps were NOT tested ****")
    with authority(tmp_path_factory.mktemp("tsa")) as found:
        yield found


@pytest.fixture(scope="module")
def package(crawled_once: Path, tsa: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stamped package of one article."""
    home = tmp_path_factory.mktemp("package") / "home"
    shutil.copytree(crawled_once, home)
    document = one(home, "SELECT id FROM archive_document WHERE warc_file <> '' AND kind = 'article' ORDER BY id")
    result = soatin(
        home,
        "evidence",
        "export",
        str(document),
        "--out",
        "out.wacz",
        "--json",
        SOATIN_TSA_URL=tsa.url,
        SOATIN_OWN_HOSTS="127.0.0.1",
    )
    found = json_of(result)
    assert found["stamped"]
    assert found["pictures"] == (1 if shutil.which("chromium") else 0)
    return home / "out.wacz"


def bodies(package: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(package) as file:
        return {name: file.read(name) for name in file.namelist()}


def sealed(members: dict[str, bytes], stamp: object = None) -> None:
    """Make the hashes right again, as a forger would who knows how the package is built."""
    described = json.loads(members["datapackage.json"])
    for row in described["resources"]:
        row["hash"] = "sha256:" + hashlib.sha256(members[row["path"]]).hexdigest()
        row["bytes"] = len(members[row["path"]])
    members["datapackage.json"] = json.dumps(described).encode()
    digest = json.loads(members["datapackage-digest.json"])
    digest["hash"] = "sha256:" + hashlib.sha256(members["datapackage.json"]).hexdigest()
    digest["timestamp"] = stamp or digest["timestamp"]
    members["datapackage-digest.json"] = json.dumps(digest).encode()


def forged(package: Path, target: Path, change: Change) -> dict[str, str]:
    members = bodies(package)
    change(members)
    sealed(members)
    with zipfile.ZipFile(target, "w") as file:
        for name, body in members.items():
            file.writestr(name, body)
    return {part.file: part.state for part in check_wacz(target) if part.state != "whole"}


def test_a_stamped_package_is_proved_offline(package: Path, tsa: Authority) -> None:
    rows = {row["file"]: row for row in verify_file(package, tsa.ca)}
    assert {row["state"] for row in rows.values()} == {"whole"}
    assert "the package existed at 20" in rows["time stamp"]["detail"]
    assert {row["state"] for row in verify_file(package)} == {"whole", "unproven"}
    result = soatin(package.parent, "evidence", "verify", str(package), "--ca", str(tsa.ca))
    assert result.returncode == 0
    assert soatin(package.parent, "evidence", "verify", str(package)).returncode == 0


def test_anybody_can_prove_the_stamp_with_openssl_alone(package: Path, tsa: Authority, tmp_path: Path) -> None:
    """As the package's own README says."""
    members = bodies(package)
    (tmp_path / "datapackage.json").write_bytes(members["datapackage.json"])
    stamp = json.loads(members["datapackage-digest.json"])["timestamp"]
    (tmp_path / "stamp.tsr").write_bytes(base64.b64decode(stamp["response"]))
    command = ["openssl", "ts", "-verify", "-data", "datapackage.json", "-in", "stamp.tsr", "-CAfile", str(tsa.ca)]
    assert "OK" in subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout


def test_a_stamp_of_a_strangers_authority_proves_nothing(package: Path, tsa: Authority) -> None:
    for ca in (tsa.stranger, Path("none.pem")):
        assert {row["file"] for row in verify_file(package, ca) if row["state"] == "changed"} == {"time stamp"}


def new_text(members: dict[str, bytes]) -> None:
    """Other words in the page, every hash inside the WARC made right as well."""
    raw = gzip.decompress(members["archive/data.warc.gz"])
    old = raw.split(b"\r\n\r\n", 2)[2].removesuffix(b"\r\n\r\n")
    new = old.replace(b"<p>", b"<q>")
    for before, after in (
        (hashlib.sha256(old).hexdigest(), hashlib.sha256(new).hexdigest()),
        (old.decode("latin-1"), new.decode("latin-1")),
    ):
        raw = raw.replace(before.encode("latin-1"), after.encode("latin-1"))
    members["archive/data.warc.gz"] = gzip.compress(raw, mtime=0)


def chain(members: dict[str, bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in members["evidence/manifest.jsonl"].splitlines()]


def written(members: dict[str, bytes], entries: list[dict[str, object]]) -> None:
    members["evidence/manifest.jsonl"] = "".join(json.dumps(entry) + "\n" for entry in entries).encode()


def changed_entry(members: dict[str, bytes]) -> None:
    first, *others = chain(members)
    written(members, [first | {"size": 1}, *others])


def no_entry(members: dict[str, bytes]) -> None:
    written(members, chain(members)[1:])


def no_record(members: dict[str, bytes]) -> None:
    members["archive/data.warc.gz"] = b""


def more_records(members: dict[str, bytes]) -> None:
    members["archive/data.warc.gz"] *= 2


FORGERIES: Mapping[str, tuple[Change, set[str]]] = {
    "words": (new_text, {"changed"}),
    "entry": (changed_entry, {"changed"}),
    "no entry": (no_entry, {"unlisted"}),
    "no record": (no_record, {"missing"}),
    "more records": (more_records, {"unlisted"}),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_with_its_hashes_made_right_is_named_by_the_chain(package: Path, tmp_path: Path, name: str) -> None:
    change, states = FORGERIES[name]
    found = forged(package, tmp_path / "forged.wacz", change)
    assert set(found.values()) == states
    assert all(file.startswith(("archive/data.warc.gz: ", "evidence/manifest.jsonl: ")) for file in found)


def test_a_forgery_of_everything_does_not_fit_the_stamp(package: Path, tsa: Authority, tmp_path: Path) -> None:
    """Chain and hashes are all made anew: by itself such a package is whole, but the stamp was over another."""

    def everything(members: dict[str, bytes]) -> None:
        entries = chain(members)
        for entry, before in zip(entries, [None, *entries], strict=False):
            entry["at"] = "2021-01-01T00:00:00.000000+00:00"
            entry["previous"] = before["hash"] if before else entry["previous"]
            entry["hash"] = entry_hash(entry)
        written(members, entries)

    target = tmp_path / "forged.wacz"
    assert forged(package, target, everything) == {}
    assert [row["file"] for row in verify_file(target, tsa.ca) if row["state"] != "whole"] == ["time stamp"]


def test_where_no_stamp_could_be_had_the_package_and_the_person_are_told(crawled: Path, tmp_path: Path) -> None:
    document = one(crawled, "SELECT id FROM archive_document WHERE warc_file <> '' ORDER BY id")
    out = tmp_path / "x.wacz"
    result = soatin(
        crawled, "evidence", "export", str(document), "--out", str(out), SOATIN_TSA_URL="http://u:pw@127.0.0.1:9/tsr",
        SOATIN_OWN_HOSTS="127.0.0.1",
    )  # fmt: skip
    assert result.returncode == 0
    assert "no time stamp: http://127.0.0.1:9/tsr: the time-stamping authority does not answer" in result.stderr
    assert "pw@" not in result.stderr + out.read_bytes().decode("latin-1")
    stamp = stamp_of(out)
    assert stamp is not None
    assert "does not answer" in stamp.problem
    assert {row["state"] for row in verify_file(out)} == {"whole", "unproven"}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/tsr", "http://2130706433:{port}/tsr", "http://0x7f.1:{port}/tsr",
        "http://[::ffff:127.0.0.1]:{port}/tsr", "http://localhost:{port}/tsr", "http://169.254.169.254/tsr",
    ],
)  # fmt: skip
def test_an_authority_on_an_inner_address_is_not_asked_unless_an_admin_allows_it(url: str, tsa: Authority) -> None:
    port = urlsplit(tsa.url).port
    with pytest.raises(StampError) as caught:
        ask(b"x", url.format(port=port))
    assert "inner network" in str(caught.value)
    assert ask(b"x", tsa.url, [f"127.0.0.1:{port}"])


def test_where_there_is_no_browser_the_package_and_the_person_are_told(crawled: Path, tmp_path: Path) -> None:
    document = one(crawled, "SELECT id FROM archive_document WHERE warc_file <> '' AND kind = 'article' ORDER BY id")
    empty = tmp_path / "bin"
    empty.mkdir()
    out = tmp_path / "x.wacz"
    result = soatin(crawled, "evidence", "export", str(document), "--out", str(out), PATH=str(empty))
    assert "there is no Chromium on this machine" in result.stderr
    about = json.loads(bodies(out)["evidence/about.json"])
    assert [row["why"] for row in about["pictures"]["missing"]] == ["there is no Chromium on this machine"]
    assert {part.state for part in check_wacz(out)} == {"whole"}


@pytest.mark.parametrize("answer", [b"", b"no stamp", b"0" * 300_000])
def test_an_answer_that_is_no_stamp_is_refused(answer: bytes, tsa: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.evidence import timestamp

    def post(query: bytes, url: str, own_hosts: object) -> bytes:
        return answer

    monkeypatch.setattr(timestamp, "_post", post)
    with pytest.raises(StampError):
        ask(b"x", tsa.url)
    monkeypatch.undo()
    with pytest.raises(StampError, match="http"):
        ask(b"x", "file:///etc/passwd")
