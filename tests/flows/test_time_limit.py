"""A text that would be judged for ever is given up with its reason, and the others go on."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence

import pytest

from core.model.documents import Document
from core.model.flags import Judgement
from core.settings import load
from flows.context import Context
from flows.steps import classify
from flows.steps.judge import Judge, make_judge
from flows.steps.time_limit import TimeLimitError, time_limit
from flows.work import RoundResult
from index.archive import intake
from index.models import Document as Row
from index.work import leases
from tests.index.make import SOURCES, document

ENDLESS = re.compile("(a|a)*b")  # doubles with every letter, as a careless rule would


class Careless(Judge):
    """Has a rule that never ends on some texts, and code around it that catches what it can."""

    def judge(self, pairs: Sequence[tuple[Document, int]]) -> list[Judgement]:
        for doc, _ in pairs:
            try:
                ENDLESS.search(doc.text)
            except ValueError:
                continue
        return super().judge(pairs)


@pytest.fixture
def careless() -> Judge:
    context = Context(load(), "test")
    judge = make_judge(context.settings, context.plan, SOURCES)
    names = ("relevance", "gazetteer", "model", "sources", "province_title", "candidates", "senses")
    return Careless(*(getattr(judge, name) for name in names))


@pytest.mark.django_db
def test_a_text_that_is_never_judged_is_given_up_and_the_others_are_judged(
    careless: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classify, "LONGEST_TEXT", 3.0)
    monkeypatch.setattr(classify, "LONGEST_BATCH", 1.0)
    texts = ["Ăn tỏi khỏi covid", "a" * 200, "Uống nước muối khỏi covid"]
    docs = [document(number, text) for number, text in enumerate(texts)]
    intake.take_in(docs, SOURCES)
    result, start = RoundResult(), time.monotonic()
    classify.classify(Context(load(), "test"), result, careless)
    assert time.monotonic() - start < 60
    assert leases.backlog("classify") == 0
    (letter,) = leases.stuck_errors("classify")
    assert (letter.key, letter.error) == (docs[1].id, "judging took longer than 3 s")
    assert (result.counts["classified"], result.counts["failed"]) == (2, 1)
    assert result.errors == [f"classify {docs[1].id}: judging took longer than 3 s"]
    assert set(Row.objects.filter(topic="covid").values_list("id", flat=True)) == {docs[0].id, docs[2].id}


def test_what_ends_in_time_is_left_alone_and_nothing_comes_after() -> None:
    with time_limit(0.2):
        pass
    time.sleep(0.3)


def stubborn() -> None:
    """Catches the first error of any kind, and works on."""
    caught = False
    while True:
        try:
            time.sleep(60)
        except Exception:
            if caught:
                raise
            caught = True


def test_work_that_catches_everything_is_broken_off_by_the_next_alarm() -> None:
    with pytest.raises(TimeLimitError, match=r"0\.1 s"), time_limit(0.1):
        stubborn()


def test_beside_the_main_thread_there_is_no_limit_and_no_error() -> None:
    ended = []

    def work() -> None:
        with time_limit(0.05):
            time.sleep(0.2)
        ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ended == [True]
