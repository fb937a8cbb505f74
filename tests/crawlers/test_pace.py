"""How often and how fast a source is asked: what it says about that is kept, and nothing is missed by it."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sources.files import parse_source
from core.sources.polling import QUIET, SHORTEST, is_due, is_silent, next_poll, usual_wait
from crawlers.fetch.middlewares.retry_after import retry_after
from crawlers.fetch.run import settings
from tests.crawlers.conftest import LIMITS, crawl
from tests.crawlers.hostile_site import HTML
from tests.crawlers.paper import Paper

NOW = datetime(2021, 8, 5, 7, 0, tzinfo=UTC)


def validators(seen):
    return {"bao": seen.polled["bao"].validators}


def known(seen):
    return {"bao": {f.url_hash for f in seen.fetched}}


def test_a_feed_that_did_not_change_is_not_sent_again(paper, tmp_path):
    paper.news(2, ETag='"a1"', **{"Last-Modified": "Thu, 05 Aug 2021 00:00:00 GMT"})
    first = crawl([paper.source()], tmp_path / "1")
    assert len(first.documents) == 2
    given_back = first.polled["bao"].validators
    assert given_back == {f"{paper.base}/rss": {"etag": '"a1"', "modified": "Thu, 05 Aug 2021 00:00:00 GMT"}}
    again = crawl([paper.source()], tmp_path / "2", seen=known(first), validators=given_back and validators(first))
    headers = paper.asked[-1][2]
    assert headers["If-None-Match"] == '"a1"'
    assert headers["If-Modified-Since"] == "Thu, 05 Aug 2021 00:00:00 GMT"
    assert (again.polled["bao"].error, again.drops, again.documents) == ("", [], [])
    assert again.polled["bao"].validators == given_back  # kept for the time after


def test_a_feed_is_asked_for_whole_while_an_article_of_it_is_missing(paper, tmp_path):
    paper.news(2, ETag='"a1"')
    paper.answers["/bai-so-1-100001.html"] = (500, HTML, b"")
    first = crawl([paper.source()], tmp_path / "1")
    assert first.polled["bao"].validators == {}
    paper.news(2, ETag='"a1"')
    second = crawl([paper.source()], tmp_path / "2", seen=known(first), validators=validators(first))
    assert [d.title for d in second.documents] == ["Bài số 1 của tờ báo"]
    assert second.polled["bao"].validators


def test_a_feed_whose_articles_did_not_fit_into_the_round_is_asked_for_whole(paper, tmp_path):
    paper.news(4, ETag='"a1"')
    first = crawl([paper.source()], tmp_path, replace(LIMITS, max_pages=3))
    assert len(first.documents) == 2
    assert first.polled["bao"].validators == {}


@pytest.mark.parametrize(("status", "reason"), [(429, "http-429"), (503, "http-429")])
def test_a_host_that_asks_for_a_pause_gets_it(paper, tmp_path, status, reason):
    paper.news(5)
    for path in list(paper.answers):
        if path.startswith("/bai"):
            paper.answers[path] = (status, HTML | {"Retry-After": "3600"}, b"")
    begin = datetime.now(UTC)
    seen = crawl([paper.source()], tmp_path)
    assert len(paper.paths()) == 2
    polled = seen.polled["bao"]
    assert timedelta(minutes=59) < polled.not_before - begin < timedelta(minutes=61)
    assert sum(d.reason == reason for d in seen.drops) == (5 if status == 429 else 4)
    assert polled.validators == {}
    source = paper.source(interval=10)
    assert not is_due(source, polled.at, 0, begin + timedelta(minutes=45), not_before=polled.not_before)
    assert is_due(source, polled.at, 0, begin + timedelta(minutes=61), not_before=polled.not_before)


def test_429_without_a_time_is_a_failure_of_the_poll(paper, tmp_path):
    paper.news(2)
    paper.answers["/bai-so-0-100000.html"] = (429, HTML, b"")
    polled = crawl([paper.source()], tmp_path).polled["bao"]
    assert polled.error.startswith("http-429")
    assert polled.not_before is None


def test_robots_crawl_delay_is_kept(paper, tmp_path):
    paper.news(2)
    paper.answers["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 0.7\n")
    crawl([paper.source()], tmp_path)
    times = [at for at, path, _ in paper.asked if path != "/robots.txt"]
    assert len(times) == 3
    assert min(b - a for a, b in pairwise(times)) >= 0.6


def test_two_sources_of_one_host_keep_its_pace_together(paper, tmp_path):
    paper.news(2)
    paper.answers["/y-te"] = paper.answers["/rss"]
    slow, quick = paper.source(delay=0.5), paper.source(starts=[{"url": f"{paper.base}/y-te", "as": "feed"}])
    crawl([slow, replace(quick, name="bao-y-te")], tmp_path)
    times = [at for at, _, _ in paper.asked]
    assert len(times) == 7  # robots.txt once, each feed, each article for each source
    assert min(b - a for a, b in pairwise(times)) >= 0.45


def test_a_host_is_left_five_seconds_between_two_requests_unless_its_file_says_otherwise():
    source = parse_source("bao", {"title": "x", "kind": "press", "platform": "press", "hosts": ["a.example"],
                                  "starts": [{"url": "https://a.example/rss", "as": "feed"}]})  # fmt: skip
    slots = settings(LIMITS, "soatin", [source, replace(source, name="khac", delay=1.0)])["DOWNLOAD_SLOTS"]
    assert slots["a.example"]["concurrency"] == 1
    assert slots["a.example"]["delay"] >= 5.0


@pytest.mark.parametrize(
    ("value", "want"),
    [
        ("120", NOW + timedelta(minutes=2)),
        ("Thu, 05 Aug 2021 08:00:00 GMT", NOW + timedelta(hours=1)),
        ("999999999", NOW + timedelta(days=1)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", NOW + timedelta(days=1)),
        ("Thu, 05 Aug 2021 06:00:00 GMT", None),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_as_sites_write_it(value, want):
    assert retry_after(value, NOW) == want


@given(st.text(max_size=60))
def test_no_retry_after_is_longer_than_a_day(value):
    until = retry_after(value, NOW)
    assert until is None or NOW <= until <= NOW + timedelta(days=1)


SOURCE = parse_source(
    "bao",
    {
        "title": "x",
        "kind": "press",
        "platform": "press",
        "hosts": ["a.example"],
        "starts": [{"url": "https://a.example/rss", "as": "feed"}],
        "interval": 15,
    },
)


def test_a_busy_paper_is_asked_at_its_interval_and_a_quiet_one_every_few_hours():
    waits = [usual_wait(SOURCE, daily) for daily in (None, 200, 12, 4, 1, 0.2, 0)]
    assert waits[:3] == [timedelta(minutes=15)] * 3
    assert waits[3:5] == [timedelta(minutes=45), timedelta(hours=3)]
    assert waits[5:] == [QUIET, QUIET]
    assert usual_wait(replace(SOURCE, interval=1)) == SHORTEST


def test_a_failing_source_is_asked_ever_more_rarely_and_not_in_step_with_others():
    waits = [next_poll(SOURCE, NOW, failures, daily=0.0) - NOW for failures in range(1, 12)]
    for failures, wait in enumerate(waits, 1):
        fair = min(timedelta(minutes=15) * 2**failures, timedelta(days=1))
        assert 0.75 * fair <= wait <= 1.25 * fair
    others = {next_poll(replace(SOURCE, name=f"bao-{n}"), NOW, 3) for n in range(20)}
    assert len(others) == 20
    assert next_poll(SOURCE, NOW, 3) == next_poll(SOURCE, NOW, 3)


def test_a_quiet_source_is_not_called_silent():
    success = NOW - timedelta(hours=7)
    assert is_silent(SOURCE, success, NOW)
    assert not is_silent(SOURCE, success, NOW, daily=0.0)


def test_a_day_passes_and_no_poll_is_missed():
    """60 sources, a third of which fail for some hours in turn, looked at every five minutes by a clock of our own."""
    sources = [replace(SOURCE, name=f"bao-{n}", interval=10 + n % 4 * 5) for n in range(60)]
    state = {source.name: (None, 0) for source in sources}
    polls: dict[str, list[tuple[datetime, datetime | None]]] = {source.name: [] for source in sources}
    for minute in range(0, 24 * 60, 5):
        now = NOW + timedelta(minutes=minute)
        for number, source in enumerate(sources):
            last, failures = state[source.name]
            if not is_due(source, last, failures, now):
                continue
            polls[source.name].append((now, next_poll(source, last, failures)))
            failing = number % 3 == 0 and number * 10 <= minute < number * 10 + 180
            state[source.name] = (now, failures + 1 if failing else 0)
    for source in sources:
        times = [at for at, _ in polls[source.name]]
        assert all(b - a >= SHORTEST for a, b in pairwise(times))
        assert all(due is None or at - due < timedelta(minutes=5) for at, due in polls[source.name])
        assert len(times) >= 24


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    file = folder / "cert.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, folder / "key.pem")
    return file, context


@pytest.fixture
def secure(certificate):
    one = Paper(certificate[1])
    one.news(1)
    yield one
    one.server.shutdown()
    one.server.server_close()


def test_a_certificate_that_nobody_vouches_for_is_refused(secure, tmp_path):
    seen = crawl([secure.source()], tmp_path)
    assert {d.reason for d in seen.drops} == {"bad-certificate"}
    assert seen.polled["bao"].error.startswith("bad-certificate")
    assert secure.asked == []


def test_a_source_may_be_asked_without_verification(secure, tmp_path):
    seen = crawl([secure.source(hints={"insecure_tls": True})], tmp_path)
    assert [d.title for d in seen.documents] == ["Bài số 0 của tờ báo"]


def test_a_certificate_of_a_known_authority_is_good(secure, tmp_path, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    assert len(crawl([secure.source()], tmp_path).documents) == 1
