"""What fact checkers publish becomes findings; what cannot be used says why."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codes.findings import Origin, Rating
from core.codes.verdicts import VerdictValue
from core.errors import DataError
from core.findings import claimreview
from core.findings.finding import Finding, rating_of_number, rating_of_words

REVIEW: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "claimReviewed": "Ăn tỏi sống chữa khỏi COVID-19",
    "author": {"@type": "Organization", "name": "Tạp chí Kiểm chứng"},
    "url": "https://kiem-chung.example/toi",
    "datePublished": "2021-08-05",
    "reviewRating": {"@type": "Rating", "alternateName": "Sai sự thật"},
}


def read(value: Any) -> tuple[list[Finding], list[claimreview.BadEntry]]:
    return claimreview.read(json.dumps(value).encode(), "tệp thử")


@pytest.mark.parametrize(
    ("words", "rating"),
    [
        ("Sai", "false"), ("SAI SỰ THẬT", "false"), ("sai su that", "false"), ("Tin giả", "false"),
        ("Không đúng sự thật", "false"), ("Đúng", "true"), ("Đúng sự thật", "true"), ("Tin xác thực", "true"),
        ("Đúng một phần", "misleading"), ("Gây hiểu lầm", "misleading"), ("Thiếu ngữ cảnh", "misleading"),
        ("Chưa kiểm chứng", "unproven"), ("Chưa có thông báo chính thức", "unproven"), ("False", "false"),
        ("Not true", "false"), ("Pants on Fire!", "false"), ("Mostly False", "misleading"), ("Half-true", "misleading"),
        ("Mostly true", "true"), ("Unverified", "unproven"), ("No evidence", "unproven"), ("Verified", "true"),
    ],
)  # fmt: skip
def test_ratings_are_understood_in_words(words: str, rating: str) -> None:
    assert rating_of_words(words) == rating


@pytest.mark.parametrize("words", ["", "★★★", "Quan điểm", "Bảng xếp hạng", "true or false? " * 9])
def test_a_rating_that_is_not_understood_is_not_guessed_at(words: str) -> None:
    assert rating_of_words(words) is None


def test_the_words_of_our_own_verdicts_are_understood_as_we_mean_them() -> None:
    """Or our own export could not be read back."""
    for value in VerdictValue:
        if value.rating:
            assert rating_of_words(value.vi) is value.rating
    assert VerdictValue.OPINION.rating is VerdictValue.IRRELEVANT.rating is None


def test_numbers_are_read_on_their_own_scale() -> None:
    assert [rating_of_number(n, 1, 5) for n in (1, 2, 3, 4, 5)] == ["false", "false", *["misleading"] * 2, "true"]
    assert rating_of_number(0, 0, 1) is Rating.FALSE
    assert rating_of_number(7, 1, 5) is None
    assert rating_of_number(1, 1, 1) is None


@pytest.mark.parametrize(
    "document",
    [
        REVIEW,
        [REVIEW],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"}, REVIEW]},
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [REVIEW]}]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": REVIEW}]},
        {**REVIEW, "@type": ["Review", "https://schema.org/ClaimReview"], "author": [REVIEW["author"]]},
    ],
    ids=["single", "list", "graph", "feed", "item list", "many types"],
)
def test_a_review_is_found_in_every_form(document: Any) -> None:
    [finding], bad = read(document)
    assert finding == Finding(
        Origin.CLAIMREVIEW, "Ăn tỏi sống chữa khỏi COVID-19", Rating.FALSE, "Sai sự thật", "Tạp chí Kiểm chứng",
        "https://kiem-chung.example/toi", datetime(2021, 8, 4, 17, tzinfo=UTC),
    )  # fmt: skip
    assert [entry.reason for entry in bad] == ["not-claimreview"] * ("WebSite" in json.dumps(document))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"@type": "Article"}, "not-claimreview"), ({"claimReviewed": " "}, "no-claim"),
        ({"author": None}, "no-publisher"),
        ({"reviewRating": {"alternateName": "Ba sao"}}, "unknown-rating"), ({"reviewRating": None}, "unknown-rating"),
        ({"reviewRating": {"ratingValue": 9, "worstRating": 1, "bestRating": 5}}, "unknown-rating"),
    ],
)  # fmt: skip
def test_one_bad_entry_says_why_and_loses_no_other(change: dict[str, Any], reason: str) -> None:
    good, [bad] = read([{**REVIEW, **change}, REVIEW])
    assert len(good) == 1
    assert (bad.number, bad.reason) == (1, reason)
    assert "—" in str(bad)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"[]"], ids=["empty", "cut", "bytes", "deep", "none"]
)
def test_a_file_that_is_no_json_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(DataError) as raised:
        claimreview.read(data, "tệp thử")
    assert str(raised.value).startswith("tệp thử: ")
    assert "\n" not in str(raised.value)


def test_a_link_that_is_no_web_address_is_left_out() -> None:
    [finding], _ = read({**REVIEW, "url": "javascript:alert(1)", "datePublished": "hôm qua"})
    assert (finding.url, finding.reviewed) == ("", None)


def test_what_is_exported_can_be_imported_again() -> None:
    [finding], _ = read(
        {**REVIEW, "itemReviewed": {"appearance": [{"url": "https://a.example/1"}]}, "inLanguage": "vi"}
    )
    feed = claimreview.write([finding], "Kết luận")
    assert feed["@type"] == "DataFeed"
    assert read(feed) == ([finding], [])


def test_identity_outlasts_a_new_rating_and_other_accents_but_not_another_claim() -> None:
    [one], _ = read(REVIEW)
    bare = "an  toi song chua khoi covid-19"
    [corrected], _ = read({**REVIEW, "reviewRating": {"alternateName": "Đúng"}, "claimReviewed": bare})
    [other], _ = read({**REVIEW, "claimReviewed": "Uống nước chanh chữa khỏi COVID-19"})
    assert one.key == corrected.key != other.key


NAMES = [
    "@type", "@graph", "item", "claimReviewed", "author", "reviewRating", "name", "url", "datePublished",
    "alternateName", "ratingValue", "bestRating", "worstRating", "itemReviewed", "appearance",
]  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(NAMES),
        inner | st.just("ClaimReview"), max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@given(json_values)
def test_whatever_stands_in_a_file_it_is_read_or_refused(value: Any) -> None:
    try:
        good, bad = read(value)
    except DataError:
        return
    assert good or bad
    assert all(finding.text and finding.rating for finding in good)
