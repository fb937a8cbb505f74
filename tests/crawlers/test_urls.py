"""One page has one address, and only a source's own hosts are asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sources.addresses import may_ask
from crawlers.page.urls import absolute, canonical_url


@pytest.mark.parametrize(
    "other",
    [
        "https://Bao.example:443/tin/a-1.html",
        "http://bao.example/tin/a-1.html",
        "http://bao.example:80/tin/a-1.html",
        "https://bao.example/tin/a-1.html#binh-luan",
        "https://bao.example/tin/a-1.html?utm_source=rss&utm_medium=x&fbclid=abc",
        "https://m.bao.example/tin/a-1.html?vn_source=home",
        "https://amp.bao.example/tin/a-1.html",
        "https://bao.example/tin/a-1.html/amp",
        "https://bao.example/tin/a-1.html?amp=1&utm_campaign=zalo",
        "https://bao.example/tin/a-1.html?amp",
        "https://mobile.bao.example/tin/a-1.html?outputType=amp",
        " https://bao.example/tin/%61-1.html\n",
    ],
)
def test_variations_of_one_address(other):
    assert canonical_url(other) == "https://bao.example/tin/a-1.html"


def test_what_names_another_page_stays():
    assert canonical_url("https://x.example/n.aspx?ItemID=2&b=1") == "https://x.example/n.aspx?ItemID=2&b=1"
    assert canonical_url("http://x.example:8080/") == "http://x.example:8080/"


@given(
    st.text(max_size=60)
    | st.from_regex(r"https?://[a-zM.]{1,12}(:\d{1,5})?/[%a-zà-ỹ/]{0,20}(\?[a-z=&%]{0,20})?", fullmatch=True)
)
def test_canonical_is_idempotent_and_never_fails(url):
    assert canonical_url(canonical_url(url)) == canonical_url(url)


@given(st.text(max_size=60), st.text(max_size=60))
def test_hostile_links_never_fail(base, href):
    absolute(base, href)
    assert may_ask(href, ()) is False


@pytest.mark.parametrize(
    "url",
    [
        "http://bao.example:81/",
        "http://bao.example@evil.example/",
        "http://evil.example/bao.example",
        "ftp://bao.example/",
        "file:///bao.example",
        "http://sub.bao.example/",
        "//bao.example/",
        "http://bao.example:x/",
        "http://a@bao.example/",
        "http://bao.example/" + "x" * 3000,
    ],
)
def test_other_places_may_not_be_asked(url):
    assert not may_ask(url, ("bao.example",))


def test_own_hosts_may_be_asked():
    assert may_ask("https://bao.example/a", ("bao.example",))
    assert may_ask("http://127.0.0.1:8000/a", ("127.0.0.1:8000",))
    assert not may_ask("http://127.0.0.1/a", ("127.0.0.1:8000",))
