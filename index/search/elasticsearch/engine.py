"""Search in Elasticsearch 8, for an archive that outgrew one machine (docs/adr/0004). Chosen by the scheme of
``search_url``: ``elasticsearch+https://user:password@host:9200/prefix``; open_search finds this module by that name.

The documents lie in one index behind an alias named ``prefix``. Words and highlights come from core.vietnamese and
index/search/highlight.py, as for SQLite: the engine is not asked for an opinion on Vietnamese.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from core.model.documents import SearchDocument
from core.settings import Settings
from index.query.parse import Query
from index.search.elasticsearch import bulk, mapping
from index.search.elasticsearch.client import OLDEST, Address, address, connect, plainly
from index.search.elasticsearch.compiler import ElasticPlan
from index.search.elasticsearch.compiler import plan as elastic_plan
from index.search.elasticsearch.indices import Indices
from index.search.elasticsearch.mapping import VERSION
from index.search.facets import COLUMNS, MOST_VALUES
from index.search.port import DocumentsRefusedError, Filters, Order, Results, SearchBackend, SearchError, Which

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

_Found = TypeVar("_Found")
WINDOW = 10_000  # Elasticsearch answers so many at once; deeper pages are walked to
CHUNK = 500
_TRUSTED = 30.0  # seconds for which the index is not asked for its version again
_AGAIN = "run `soatin reindex`"
_PAUSE = 0.25
_KEEP = "2m"  # a point in time, between two of its pages
SORTS: dict[Order, list[dict[str, str]]] = {
    "best": [{"_score": "desc"}, {"at": "desc"}, {"id": "asc"}],
    "newest": [{"at": "desc"}, {"id": "asc"}],
}


def open_backend(settings: Settings) -> SearchBackend:
    """The engine at ``settings.search_url``. Asks it nothing yet."""
    return ElasticSearch(address(settings))


class ElasticSearch(SearchBackend):
    """Elasticsearch behind the port. Safe for threads and processes."""

    name = "elasticsearch"
    _checked: dict[Address, float] = {}  # shared: a backend is opened for each request of the desk

    def __init__(self, where: Address) -> None:
        self.where, self.alias = where, where.prefix
        self._client = connect(where)
        self._indices = Indices(self._client, where.prefix)

    def index(self, docs: Sequence[SearchDocument], into: Which = "live") -> None:
        """As the port says. What was accepted stands whatever happens to the others, and doing it again is safe."""
        latest = {doc.id: doc for doc in docs}
        self._bulk(map(_action, latest.values()), into)

    def delete(self, ids: Sequence[str], of: Which = "live") -> None:
        """As the port says."""
        self._bulk(({"_op_type": "delete", "_id": identity} for identity in dict.fromkeys(ids)), of)

    def find(
        self, query: Query, filters: Filters | None = None, limit: int = 20, offset: int = 0, order: Order = "best"
    ) -> Results:
        """As the port says."""
        plan = elastic_plan(query, filters or Filters())
        limit, offset = max(0, limit), max(0, offset)
        asked = {
            "query": plan.query,
            "sort": SORTS[order],
            "track_scores": True,
            "track_total_hits": True,
            "allow_partial_search_results": False,
        }
        found, rows = self._twice(lambda: self._page(asked, limit, offset))
        total = int(found["hits"]["total"]["value"])
        facets, timeline = _counts(found["aggregations"])
        terms = query.terms()
        hits = (mapping.hit(row["_source"], _score(row.get("_score"), plan), terms) for row in rows)
        return Results(total, tuple(hits), facets, timeline)

    def count(self) -> int:
        """As the port says."""
        return int(self._twice(lambda: self._client.count(index=self.alias))["count"])

    def reset(self) -> None:
        """As the port says. A new index takes the alias in one step: there is no moment without one."""
        with plainly(self.where):
            self._indices.drop(self._indices.next)
            self._indices.begin()
            self._indices.switch()
            self._indices.drop(self._indices.old)
        self._checked.pop(self.where, None)

    def begin(self) -> None:
        """As the port says."""
        with plainly(self.where):
            self._indices.begin()

    def building(self) -> bool:
        """As the port says."""
        with plainly(self.where):
            return bool(self._indices.versions(self._indices.next))

    def revisions(self, of: Which = "live") -> Iterator[tuple[str, int]]:
        """As the port says; from one point in time."""
        alias = self._indices.next if of == "next" else self.alias
        with plainly(self.where):
            self._client.indices.refresh(index=alias)
            point = {"id": self._client.open_point_in_time(index=alias, keep_alive=_KEEP)["id"], "keep_alive": _KEEP}
            try:
                after: dict[str, Any] = {}
                while True:
                    rows = self._client.search(
                        pit=point, size=WINDOW, sort=[{"id": "asc"}], source=False, track_total_hits=False,
                        docvalue_fields=[{"field": "revision"}], **after,
                    )["hits"]["hits"]  # fmt: skip
                    yield from ((row["sort"][0], int(row["fields"]["revision"][0])) for row in rows)
                    if not rows:
                        return
                    after = {"search_after": rows[-1]["sort"]}
            finally:
                self._client.close_point_in_time(id=point["id"])

    def switch(self) -> None:
        """As the port says."""
        with plainly(self.where):
            self._indices.switch()
        self._checked.pop(self.where, None)

    def kept(self) -> bool:
        """As the port says."""
        with plainly(self.where):
            return bool(self._indices.versions(self._indices.old))

    def drop_kept(self) -> None:
        """As the port says."""
        with plainly(self.where):
            self._indices.drop(self._indices.old)

    def problem(self) -> str:
        """As the port says."""
        self._checked.pop(self.where, None)
        try:
            with plainly(self.where):
                quick = self._client.options(request_timeout=5, max_retries=0)
                if found := _old(quick):
                    return found
                self._ready()
                return _unhealthy(quick, self.alias)
        except SearchError as error:
            return str(error)

    def _twice(self, work: Callable[[], _Found]) -> _Found:
        """Do it. Where the index went away meanwhile (a reset, somebody's hand) see to it and do it once more."""
        from elasticsearch import ApiError  # noqa: PLC0415 -- optional: SQLite needs none

        with plainly(self.where):
            self._ready()
            try:
                return work()
            except ApiError as error:
                if error.status_code not in {404, 503}:
                    raise
                time.sleep(_PAUSE)
                self._checked.pop(self.where, None)
                self._ready()
                return work()

    def _page(self, asked: dict[str, Any], limit: int, offset: int) -> tuple[Any, list[Any]]:
        if offset + limit > WINDOW:
            return self._deep(asked, limit, offset)
        found = self._client.search(index=self.alias, size=limit, from_=offset, aggs=AGGREGATIONS, **asked)
        return found, found["hits"]["hits"]

    def _deep(self, asked: dict[str, Any], limit: int, offset: int) -> tuple[Any, list[Any]]:
        """A page beyond the window, walked to in a point in time: nothing twice, nothing left out meanwhile."""
        point = {"id": self._client.open_point_in_time(index=self.alias, keep_alive=_KEEP)["id"], "keep_alive": _KEEP}
        try:
            found = self._client.search(pit=point, size=0, aggs=AGGREGATIONS, **asked)
            rows: list[Any] = []
            after: dict[str, Any] = {}
            at = 0
            while at < offset + limit:
                skipping = at < offset
                size = min(WINDOW, offset - at) if skipping else min(CHUNK, offset + limit - at)
                page = self._client.search(pit=point, size=size, source=not skipping, **asked, **after)["hits"]["hits"]
                if not page:
                    break
                rows += [] if skipping else page
                after = {"search_after": page[-1]["sort"]}
                at += len(page)
            return found, rows
        finally:
            self._client.close_point_in_time(id=point["id"])

    def _bulk(self, actions: Iterable[dict[str, Any]], which: Which) -> None:
        alias = self._indices.next if which == "next" else self.alias
        with plainly(self.where):
            if which == "live":
                self._ready()
            try:
                refused, count = bulk.send(self._client, self.where, actions, alias)
            except SearchError:
                self._checked.pop(self.where, None)
                raise
            self._client.indices.refresh(index=alias)
        if refused:
            raise DocumentsRefusedError(refused, count, where=self.where.url)

    def _ready(self) -> None:
        """See that our index is there, made where it is not, and that it is of this version."""
        if time.monotonic() - self._checked.get(self.where, -_TRUSTED) < _TRUSTED:
            return
        found = self._indices.versions(self.alias)
        if not found:
            self._indices.create(self.alias)
            found = self._indices.versions(self.alias)
        if set(found.values()) != {VERSION}:
            version = next(iter(found.values()), None)
            raise SearchError(
                f"the search index is of version {version}, not {VERSION}", where=self.where.url, cure=_AGAIN
            )
        self._checked[self.where] = time.monotonic()


AGGREGATIONS: dict[str, Any] = {
    name: {
        "terms": {
            "field": "places" if name == "place" else name,
            "size": MOST_VALUES,
            "shard_size": 1000,
            "order": [{"_count": "desc"}, {"_key": "asc"}],
        }
    }
    for name in (*COLUMNS, "place")
} | {"timeline": {"date_histogram": {"field": "day", "calendar_interval": "day", "min_doc_count": 1}}}


def _counts(found: Any) -> tuple[dict[str, list[tuple[str, int]]], tuple[tuple[date, int], ...]]:
    facets = {
        name: [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in found[name]["buckets"]]
        for name in (*COLUMNS, "place")
    }
    days = found["timeline"]["buckets"]
    return facets, tuple((date.fromisoformat(day["key_as_string"]), int(day["doc_count"])) for day in days)


def _score(raw: float | None, plan: ElasticPlan) -> float:
    """BM25 (0 and up) to 0-1 in the same order; a hit with the typed accents gets 1 more and so stays ahead."""
    score = float(raw or 0.0) if plan.scored else 0.0
    exact = score >= plan.step
    score = max(0.0, score - plan.step) if exact else score
    return round(score / (1.0 + score), 6) + exact


def _old(client: Elasticsearch) -> str:
    number = str(client.info()["version"]["number"])
    major = int(number.partition(".")[0]) if number.partition(".")[0].isdigit() else 0
    return f"Elasticsearch {number} is too old — {OLDEST}.x is needed" if major < OLDEST else ""


def _unhealthy(client: Elasticsearch, alias: str) -> str:
    health = client.cluster.health(index=alias)
    if health["status"] == "red":
        return "Elasticsearch is red: part of the index cannot be reached — see the cluster's health"
    blocks = [
        block
        for row in client.indices.get_settings(index=alias, name="index.blocks.*", flat_settings=True).values()
        for block, value in row["settings"].items()
        if str(value) == "true"
    ]
    if blocks:
        return f"Elasticsearch has the index read-only ({blocks[0]}) — free disk space on it, or lift the block"
    return ""


def _action(doc: SearchDocument) -> dict[str, Any]:
    """With the revision as an external version: Elasticsearch itself refuses an older one. 0: whatever is there."""
    action: dict[str, Any] = {"_op_type": "index", "_id": doc.id, "_source": mapping.source(doc)}
    return action | ({"version": doc.revision, "version_type": "external_gte"} if doc.revision else {})
