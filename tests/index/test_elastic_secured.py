"""Elasticsearch with security switched on, as installations have it: TLS, and a key that may do what the guide says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.settings import load
from index.query.parse import parse
from index.search import Filters, SearchBackend, SearchError, open_search
from tests.index.contract_search import DOCUMENTS

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tests/services/elasticsearch.sh"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass
class Secured:
    """A server that asks who comes."""

    url: str
    ca: Path
    password: str

    def key(self, may: dict[str, object]) -> str:
        """An API key with these rights."""
        from elasticsearch import Elasticsearch

        with Elasticsearch(self.url, ca_certs=str(self.ca), basic_auth=("soatin", self.password)) as client:
            return str(client.security.create_api_key(name="test", role_descriptors={"soatin": may})["encoded"])

    def engine(self, home: Path, **settings: str) -> SearchBackend:
        named = {f"SOATIN_SEARCH_{name.upper()}": value for name, value in settings.items()}
        address = {"SOATIN_SEARCH_URL": f"elasticsearch+{self.url}/soatin", "SOATIN_SEARCH_CA": str(self.ca)}
        return open_search(load(home, address | named))


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    if not os.environ.get("SOATIN_TEST_ELASTICSEARCH_URL"):
        pytest.skip("SOATIN_TEST_ELASTICSEARCH_URL is not set: search was NOT tested on a secured Elasticsearch")
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o711)  # the server's own user passes through it
        folder = Path(place, "elasticsearch")
        env = {**os.environ, "SOATIN_TEST_ELASTICSEARCH_SECURED": "1"}
        env.pop("SOATIN_TEST_ELASTICSEARCH_PORT", None)
        started = subprocess.run([SCRIPT, "start", folder], env=env, stdout=subprocess.PIPE, text=True, check=True)
        try:
            yield Secured(started.stdout.strip(), folder / "ca.pem", (folder / "password").read_text("ascii"))
        finally:
            subprocess.run([SCRIPT, "stop", folder], check=True)


def rights_of_the_guide() -> dict[str, object]:
    asked = re.search(r"POST /_security/api_key\n(\{.*?\n)```", (ROOT / "docs/deploy.md").read_text("utf-8"), re.DOTALL)
    assert asked is not None
    return json.loads(asked[1])["role_descriptors"]["soatin"]


@pytest.mark.parametrize("template", [True, False])
def test_the_key_of_the_guide_is_enough_for_everything(secured: Secured, tmp_path: Path, *, template: bool) -> None:
    may = rights_of_the_guide()
    if not template:
        may["cluster"] = ["monitor"]
    engine = secured.engine(tmp_path, api_key=secured.key(may))
    assert engine.problem() == ""
    engine.reset()
    engine.index(DOCUMENTS)
    assert engine.find(parse("dong cua"), Filters()).total == 2
    engine.begin()
    engine.index(DOCUMENTS[:3], into="next")
    engine.switch()
    engine.drop_kept()
    assert engine.count() == 3
    engine.delete([DOCUMENTS[0].id])
    assert engine.count() == 2
    assert engine.problem() == ""


def test_a_user_and_a_password_do_as_well(secured: Secured, tmp_path: Path) -> None:
    address = f"elasticsearch+{secured.url.replace('//', f'//soatin:{secured.password}@')}/soatin"
    engine = secured.engine(tmp_path, url=address)
    engine.reset()
    engine.index(DOCUMENTS)
    assert engine.count() == len(DOCUMENTS)


def test_who_may_not_is_told_so(secured: Secured, tmp_path: Path) -> None:
    assert "does not know this user or key" in secured.engine(tmp_path, api_key="c2VjcmV0OnNlY3JldA==").problem()
    reader = secured.engine(
        tmp_path,
        api_key=secured.key({"cluster": ["monitor"], "indices": [{"names": ["other"], "privileges": ["read"]}]}),
    )
    with pytest.raises(SearchError, match="may not do that"):
        reader.index(DOCUMENTS)


def test_without_its_authority_nothing_is_sent(secured: Secured, tmp_path: Path) -> None:
    assert "not trusted" in secured.engine(tmp_path, ca="", api_key="c2VjcmV0").problem()
