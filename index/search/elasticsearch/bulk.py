"""Many documents to Elasticsearch: some are prepared while others are on their way, each part is tried again while the
server is busy.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any

from index.search.elasticsearch.client import Address, reason
from index.search.port import SearchError

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

PART = 200
PART_BYTES = 10 * 2**20
UNDER_WAY = 2
"""Parts that are sent at once: no more is prepared before one of them is answered."""
_BUSY = (429, 502, 503, 504)
_RETRIES = 6  # after 0.5, 1, 2 … 10 seconds
_FULL = "cluster_block_exception"

Action = dict[str, Any]
Outcome = tuple[bool, dict[str, Any]]


def send(client: Elasticsearch, where: Address, actions: Iterable[Action], index: str) -> tuple[dict[str, str], int]:
    """Send them to an alias. Returns what was refused for itself, by id with the reason, and how many there were.

    A document that is there in a later revision is no refusal. Raises SearchError where the server did not take what it
    might take later (busy to the end of all retries, read-only, index away): everything may be sent again.
    """
    refused: dict[str, str] = {}
    count = 0
    for ok, answer in _sent(client, actions, index):
        count += 1
        said = next(iter(answer.values()))
        if ok or _settled("delete" in answer, said):
            continue
        kind, text = reason(said)
        if said["status"] in _BUSY or kind == _FULL or said["status"] in {403, 404}:
            raise SearchError(
                f"Elasticsearch: it did not take all ({said['status']} {_words(kind)} {text})"[:300],
                where=where.url,
                cure="what was accepted stands; the others are sent again",
            )
        refused[str(said.get("_id"))] = f"{said['status']} {kind}: {text}"
    return refused, count


def _words(kind: str) -> str:
    return "read-only" if kind == _FULL else kind


def _settled(removing: bool, said: dict[str, Any]) -> bool:
    """What need not be done again: removed already, or there in a later revision."""
    return (removing and said["status"] == 404 and "error" not in said) or said["status"] == 409


def _sent(client: Elasticsearch, actions: Iterable[Action], index: str) -> Iterator[Outcome]:
    stream = iter(actions)
    with ThreadPoolExecutor(UNDER_WAY) as pool:
        waiting: deque[Future[list[Outcome]]] = deque()
        while part := list(islice(stream, PART)):
            waiting.append(pool.submit(_send_part, client, part, index))
            if len(waiting) > UNDER_WAY:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _send_part(client: Elasticsearch, part: list[Action], index: str) -> list[Outcome]:
    from elasticsearch import helpers  # noqa: PLC0415 -- optional: SQLite needs none

    return list(
        helpers.streaming_bulk(
            client, part, index=index, require_alias=True, chunk_size=PART, max_chunk_bytes=PART_BYTES,
            max_retries=_RETRIES, initial_backoff=0.5, max_backoff=10, raise_on_error=False, raise_on_exception=True,
            retry_on_status=_BUSY,
        )
    )  # fmt: skip
