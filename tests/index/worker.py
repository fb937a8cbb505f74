"""A worker in a process of its own, to be killed: ``python -m tests.index.worker migrate|claim|work [HOME]``.

``work`` takes in 240 documents of twelve evidence files (every document in two of them), judges and indexes them, all
under short leases. What it makes follows from the numbers alone, so the end is known however often it is killed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

FILES = 12
EACH = 40
DOCUMENTS = 240
CLAIMS = 10
LEASE = 0.5


def main(what: str) -> None:
    """Do one of the things above."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "review_ui.settings"
    import django

    django.setup()
    {"migrate": _migrate, "claim": _claim, "work": _work}[what]()


def _migrate() -> None:
    from django.core.management import call_command

    from index.work import leases

    call_command("migrate", verbosity=0)
    leases.put("read", [f"{number}.warc.gz" for number in range(FILES)])
    leases.put("test", [str(number) for number in range(400)])


def _claim() -> None:
    from index.work import leases

    owner = str(os.getpid())
    while keys := leases.claim("test", owner, 7, 60):
        sys.stdout.write(" ".join(keys) + "\n")
        sys.stdout.flush()


def _work() -> None:
    from core.settings import load
    from index.archive import reading
    from index.search import open_search
    from index.work import leases

    owner = str(os.getpid())
    backend = open_search(load())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while any(leases.backlog(queue) for queue in ("read", "classify", "index")):
        for name in leases.claim("read", owner, 1, LEASE):
            _read(int(name.partition(".")[0]))
            leases.done("read", [name], owner)
        if ids := leases.claim("classify", owner, 20, LEASE):
            _classify(ids)
            leases.done("classify", ids, owner)
        if ids := leases.claim("index", owner, 20, LEASE):
            found = reading.search_documents(ids)
            backend.index(found)
            backend.delete(sorted(set(ids) - {doc.id for doc in found}))
            leases.done("index", ids, owner)
        time.sleep(0.005)


def _read(number: int) -> None:
    from core.model.drops import Drop
    from index.archive import intake
    from index.archive.intake import Item
    from tests.index.make import SOURCES, document

    first = number * EACH // 2
    numbers = [n % DOCUMENTS for n in range(first, first + EACH)]
    items: list[Item] = [
        *(document(n) for n in numbers),
        Drop("read", "no-text", "bao-mau", f"https://bao.example/{number}"),
    ]
    for start in range(0, len(items), 10):
        intake.take_in(items[start : start + 10], SOURCES, warc=f"{number}.warc.gz")


def _classify(ids: Sequence[str]) -> None:
    from core.codes.texts import TextKind
    from core.model.flags import Judgement
    from index.archive import claims, reading
    from index.archive.judgements import save_judgements
    from tests.index.make import claim_judgement

    judgements = []
    for doc in reading.documents(ids):
        number = int(doc.title.rpartition(" ")[2]) if doc.title else 0
        if number % 4 == 0:
            judgements.append(Judgement(doc.id, 1, "", TextKind.OTHER))
            continue
        bands = tuple(f"{number % CLAIMS}-{band}" for band in range(4))
        found = claims.claim_candidates(bands)
        judgements.append(claim_judgement(doc.id, bands, claim_id=found[0].claim_id if found else None))
    save_judgements(judgements)


if __name__ == "__main__":
    main(sys.argv[1])
