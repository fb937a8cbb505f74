"""However much a round has to ask, each host gets its own in order, a few at a time."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from core.codes.texts import SourceKind
from core.model.sources import Source
from crawlers.fetch.ask import Ask
from crawlers.fetch.poll import Poll
from crawlers.fetch.queues import AT_ONCE, Queues

SLOW, FAST = (
    Poll(Source(name, name, SourceKind.PRESS, "press", (), ("a.example",)), frozenset()) for name in ("slow", "fast")
)


def ask(number: int, host: str = "a.example", poll: Poll = FAST) -> Ask:
    return Ask(poll, f"https://{host}/bai-{number}.html", "article", 1)


@given(st.lists(st.sampled_from(["a.example", "b.example", "c.example:8080"]), max_size=60))
def test_every_address_is_asked_once_in_its_hosts_order(hosts):
    queues = Queues()
    for number, host in enumerate(hosts):
        queues.add(ask(number, host))
    given_now: list[Ask] = []
    order = defaultdict(list)
    while ready := given_now + list(queues.ready()):
        assert max(Counter(one.url.split("/")[2] for one in ready).values()) <= AT_ONCE
        first, *given_now = ready
        order[first.url.split("/")[2]].append(first.url)
        queues.answered(first.url)
    want = defaultdict(list)
    for number, host in enumerate(hosts):
        want[host].append(ask(number, host).url)
    assert order == want


def test_a_host_that_does_not_answer_keeps_no_other_waiting():
    queues = Queues()
    for number in range(100):
        queues.add(ask(number, "cham.example"))
    queues.add(ask(1, "nhanh.example"))
    assert [one.url for one in queues.ready()][-1] == "https://nhanh.example/bai-1.html"
    assert list(queues.ready()) == []


def test_what_one_source_may_not_ask_any_more_is_taken_out_and_the_other_keeps_its_own():
    queues = Queues()
    for number in range(10):
        queues.add(ask(number, poll=SLOW if number % 2 else FAST))
    assert [one.url for one in queues.rest(SLOW)] == [ask(n).url for n in (1, 3, 5, 7, 9)]
    assert [one.url for one in queues.rest()] == [ask(n).url for n in (0, 2, 4, 6, 8)]
    assert list(queues.ready()) == []
