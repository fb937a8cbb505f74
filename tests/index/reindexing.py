"""Processes for test_reindexing.py: ``python -m tests.index.reindexing migrate|write NUMBER|reindex|finish``.

``write`` takes in, judges, changes, judges off the topic and removes documents of its own, and indexes what is due,
until it is killed. ``reindex`` rebuilds the search index again and again. ``finish`` does what is left and prints what
archive and search hold.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from dataclasses import replace

LEASE = "1"


def main(what: str, *rest: str) -> None:
    """Do one of the things above."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "review_ui.settings"
    os.environ["SOATIN_LEASE_SECONDS"] = LEASE
    import django

    django.setup()
    {"migrate": _migrate, "write": _write, "reindex": _reindex, "finish": _finish}[what](*rest)


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def _write(number: str) -> None:
    """Documents of one writer have numbers of their own, so that what is written is known."""
    from flows.context import open_context
    from flows.steps.index import index
    from flows.work import RoundResult

    context, dice = open_context(), random.Random()
    _change([int(number) * 1000 + n for n in range(20)], dice)  # on a slow machine too there is something to lose
    _ready()
    while True:
        numbers = [int(number) * 1000 + dice.randrange(300) for _ in range(dice.randint(1, 20))]
        _change(numbers, dice)
        index(context, RoundResult())


def _change(numbers: list[int], dice: random.Random) -> None:
    from core import clock
    from core.codes.texts import TextKind
    from core.model.flags import Judgement
    from index.archive import intake, judgements, reading
    from index.archive.retention import permitted
    from index.models import Document
    from tests.index.make import SOURCES, claim_judgement, document

    docs = [
        replace(document(n, f"Nội dung {dice.random()} về dịch bệnh."), fetched=clock.now(), published=clock.now())
        for n in dict.fromkeys(numbers)
    ]
    intake.take_in(docs, SOURCES)
    versions = reading.version_of([doc.id for doc in docs])
    judgements.save_judgements(
        [
            Judgement(doc.id, versions[doc.id], "", TextKind.OTHER)
            if dice.random() < 0.2
            else claim_judgement(doc.id, (doc.id,), version=versions[doc.id])
            for doc in docs
        ]
    )
    if dice.random() < 0.1:
        from index.work import leases

        with permitted("test", "removed"):
            Document.objects.filter(id=docs[0].id).delete()
            leases.put("index", [docs[0].id])


def _reindex() -> None:
    from flows.context import open_context
    from flows.upkeep.reindex import reindex

    context = open_context()
    _ready()
    while True:
        reindex(context)
        sys.stdout.write("done\n")
        sys.stdout.flush()


def _finish() -> None:
    """Started again after all kills: one rebuilding to its end, then the outbox until it is empty."""
    from flows.context import open_context
    from flows.steps.index import index
    from flows.upkeep.reindex import reindex
    from flows.work import RoundResult
    from index.search import open_search
    from index.work import leases, outbox

    context = open_context()
    reindex(context)
    while leases.backlog("index"):
        index(context, RoundResult())
        time.sleep(0.1)
    backend = open_search(context.settings)
    held = list(backend.revisions())
    print(
        json.dumps(
            {
                "archive": len(list(outbox.wanted())),
                "search": backend.count(),
                "different": outbox.differences(iter(held)),
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
