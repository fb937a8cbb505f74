"""The real servers, where their addresses are given; said loudly where not."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import load
from index.search import SearchBackend, open_search


@pytest.fixture(scope="session")
def elastic_url() -> Iterator[str]:
    """A search_url with a prefix of this run's own on the server of the tests, removed at the end."""
    url = os.environ.get("SOATIN_TEST_ELASTICSEARCH_URL", "")
    if not url:
        pytest.skip("SOATIN_TEST_ELASTICSEARCH_URL is not set: search was NOT tested on Elasticsearch")
    prefix = f"soatin-test-{secrets.token_hex(4)}"
    yield f"elasticsearch+{url.rstrip('/')}/{prefix}"

    from elasticsearch import Elasticsearch

    with Elasticsearch(url) as client:
        for name in client.indices.get(index=f"{prefix}*"):
            client.indices.delete(index=name)


@pytest.fixture
def elastic(elastic_url: str, tmp_path: Path) -> SearchBackend:
    """An empty engine on the real Elasticsearch."""
    engine = open_search(load(tmp_path, {"SOATIN_SEARCH_URL": elastic_url}))
    engine.reset()
    return engine
