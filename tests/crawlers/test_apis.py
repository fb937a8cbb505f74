"""Platforms with an interface, against a server that answers in the documented format: paging, keys, refusals."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from core.model.documents import Document
from core.model.drops import Looked
from crawlers.evidence.records import read_records
from crawlers.fetch.relook import Relook, page_of
from crawlers.fetch.round import run_round
from crawlers.read import read_page, read_warc
from tests.crawlers.conftest import AGENT, LIMITS, crawl

GOLDEN = Path(__file__).parent / "golden"
JSON = {"Content-Type": "application/json; charset=utf-8"}
KEY = "AIzaVeryAnOwnKey-0123456789"


def golden(name: str) -> dict:
    return json.loads((GOLDEN / f"{name}.txt").read_text("utf-8"))


def answer(data: object, status: int = 200, **headers: str):
    return status, JSON | headers, json.dumps(data).encode()


def refuse(code: int, reason: str, message: str):
    errors = [{"message": message, "domain": "youtube.quota", "reason": reason}]
    return answer({"error": {"code": code, "message": message, "errors": errors}}, code)


def youtube(paper, **more):
    start = {"url": f"{paper.base}/youtube/v3/search?part=snippet&q=covid", "as": "search"}
    return paper.source(kind="channel", platform="youtube", starts=[start], **more)


def videos(*numbers: str) -> dict:
    page = golden("youtube_videos")
    return page | {"items": [page["items"][0] | {"id": number} for number in numbers]}


def everything_written(folder: Path) -> bytes:
    return b"".join(gzip.decompress(path.read_bytes()) for path in folder.glob("*.warc.gz"))


@pytest.fixture
def key(monkeypatch):
    monkeypatch.setenv("SOATIN_YOUTUBE_KEY", KEY)
    monkeypatch.setenv("SOATIN_FACEBOOK_TOKEN", KEY)


def test_videos_and_their_comments_page_by_page(paper, tmp_path, key):
    def respond(path, headers):
        if headers.get("X-Goog-Api-Key") != KEY:
            return refuse(403, "forbidden", "no key")
        query = parse_qs(urlsplit(path).query)
        if "/search" in path:
            page = golden("youtube_search")
            if "pageToken" in query:
                page["items"][0]["id"]["videoId"], page["nextPageToken"] = "second00000", ""
            return answer(page)
        if "/videos" in path:
            return answer(videos(*query["id"][0].split(",")))
        page = golden("youtube_comments") | {"nextPageToken": "" if "pageToken" in query else "P2"}
        for item in page["items"]:
            item["snippet"]["videoId"] = query["videoId"][0]
            item["snippet"]["topLevelComment"]["id"] += query.get("pageToken", [""])[0]
        return answer(page)

    paper.respond = respond
    seen = crawl([youtube(paper, hints={"pages": 2})], tmp_path)
    assert seen.polled["bao"].error == ""
    assert seen.drops == []
    assert sorted({d.url for d in seen.documents if d.kind == "post"}) == [
        "https://www.youtube.com/watch?v=abcDEF12345",
        "https://www.youtube.com/watch?v=second00000",
    ]
    assert len({d.id for d in seen.documents if d.kind == "comment"}) == 6
    assert "/robots.txt" not in [path for _, path, _ in paper.asked]  # an interface with keys has its own terms


def test_the_key_is_written_nowhere(paper, tmp_path, key):
    echo = {"kind": "youtube#searchListResponse", "items": [], "etag": KEY}
    paper.respond = lambda _path, _headers: answer(echo, **{"X-Echo": KEY})
    seen = crawl([youtube(paper)], tmp_path)
    assert seen.outcome.error == ""
    written = everything_written(tmp_path)
    assert b"searchListResponse" in written
    assert KEY.encode() not in written


def test_a_compressed_answer_does_not_hide_the_key(paper, tmp_path, key):
    body = gzip.compress(json.dumps({"kind": "youtube#x", "items": [], "etag": KEY}).encode())
    paper.respond = lambda _path, _headers: (200, JSON | {"Content-Encoding": "gzip"}, body)
    crawl([youtube(paper)], tmp_path)
    written = everything_written(tmp_path)
    assert b"youtube#x" in written
    assert KEY.encode() not in written
    (path,) = tmp_path.glob("*.warc.gz")
    assert all(record.genuine for record in read_records(path))


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        ((403, "quotaExceeded", "The request cannot be completed because you have exceeded your quota."), "quota"),
        ((403, "rateLimitExceeded", "Rate limit"), "quota"),
        ((400, "badRequest", "API key not valid. Please pass a valid API key."), "bad-key"),
        ((400, "keyExpired", "API key expired."), "bad-key"),
        ((403, "accessNotConfigured", "YouTube Data API has not been used in this project"), "bad-key"),
        ((400, "invalidParameter", "Invalid value for parameter"), "http-4xx"),
    ],
)
def test_a_refusal_of_youtube_is_said_as_what_it_is(refusal, reason):
    from crawlers.page.page import Page
    from crawlers.platforms import platform

    status, _, body = refuse(*refusal)
    page = Page("https://www.googleapis.com/x", body, None)  # type: ignore[arg-type]
    assert platform("youtube").refusal(status, page)[0] == reason


def test_when_the_quota_is_used_up_nothing_more_is_asked(paper, tmp_path, key):
    search = golden("youtube_search")
    items = [{"id": {"videoId": f"video{n}"}, "snippet": {"title": f"Video {n}"}} for n in range(5)]

    def respond(path, _headers):
        if "/search" in path:
            return answer(search | {"items": items, "nextPageToken": ""})
        if "/videos" in path:
            return answer(videos(*(f"video{n}" for n in range(5))))
        return refuse(403, "quotaExceeded", "You have exceeded your quota.")

    paper.respond = respond
    seen = crawl([youtube(paper)], tmp_path)
    assert len(seen.documents) == 5
    assert sum("commentThreads" in path for path in paper.paths()) <= 2
    assert sum(drop.reason == "quota" for drop in seen.drops) == 5
    assert seen.polled["bao"].error.startswith("quota You have exceeded your quota.")


def test_comments_that_are_turned_off_are_no_failure(paper, tmp_path, key):
    off = refuse(403, "commentsDisabled", "The video has disabled comments.")
    found = answer(golden("youtube_search") | {"nextPageToken": ""})
    known = answer(golden("youtube_videos"))
    paper.respond = lambda path, _headers: found if "/search" in path else known if "/videos" in path else off
    seen = crawl([youtube(paper)], tmp_path)
    assert [drop.reason for drop in seen.drops] == ["no-comments"]
    assert seen.polled["bao"].error == ""


def test_without_a_key_nothing_is_asked_and_the_poll_says_which_is_missing(paper, tmp_path, monkeypatch):
    monkeypatch.delenv("SOATIN_YOUTUBE_KEY", raising=False)
    seen = crawl([youtube(paper)], tmp_path)
    assert paper.asked == []
    assert seen.polled["bao"].error == "no-key SOATIN_YOUTUBE_KEY is not set"
    assert [drop.reason for drop in seen.drops] == ["no-key"]


def test_a_key_from_the_settings_reaches_the_crawl(paper, tmp_path, monkeypatch):
    monkeypatch.delenv("SOATIN_YOUTUBE_KEY", raising=False)
    paper.respond = lambda _path, _headers: answer({"kind": "youtube#x", "items": []})
    crawl([youtube(paper)], tmp_path, secrets={"SOATIN_YOUTUBE_KEY": KEY})
    assert paper.asked[0][2]["X-Goog-Api-Key"] == KEY


def facebook(paper, **more):
    start = {"url": f"{paper.base}/v19.0/100/posts?fields=id,message&limit=50", "as": "posts"}
    return paper.source(kind="page", platform="facebook", starts=[start], **more)


def test_posts_of_a_page_with_their_comments_and_no_token_in_the_evidence(paper, tmp_path, key):
    def respond(path, headers):
        assert headers["Authorization"] == f"Bearer {KEY}"
        page = json.loads(json.dumps(golden("facebook_posts")).replace("SECRET", KEY))
        query = parse_qs(urlsplit(path).query)
        if "/comments" in path:
            more = {"id": "200_2", "message": "Cảm ơn đã nhắc", "created_time": "2021-08-05T03:00:00+0000"}
            return answer({"data": [more], "paging": {"cursors": {"after": "END"}}})
        if "after" in query:
            page = {"data": [page["data"][0] | {"id": "100_300", "comments": {}}], "paging": {}}
        return answer(page)

    paper.respond = respond
    seen = crawl([facebook(paper, hints={"pages": 2})], tmp_path)
    assert seen.polled["bao"].error == ""
    texts = sorted(d.text.split("\n")[0] for d in seen.documents)
    assert texts == ["Cảm ơn đã nhắc", "Ngày mai chợ huyện nghỉ.", "Ngày mai chợ huyện nghỉ.", "Tin này sai rồi"]
    assert KEY.encode() not in everything_written(tmp_path)
    assert KEY not in " ".join(paper.paths())


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [(400, 190, "bad-key"), (403, 4, "quota"), (400, 613, "quota"), (403, 10, "bad-key"), (400, 100, "http-4xx")],
)
def test_a_refusal_of_facebook_is_said_as_what_it_is(paper, tmp_path, key, status, code, reason):
    from crawlers.page.page import Page
    from crawlers.platforms import platform

    error = {"message": "Error validating access token: Session has expired", "type": "OAuthException", "code": code}
    page = Page("https://graph.facebook.com/x", json.dumps({"error": error}).encode(), None)  # type: ignore[arg-type]
    assert platform("facebook").refusal(status, page)[0] == reason


def looks(paper, folder, source, *documents):
    """One round of second looks; each document's outcome and what was read."""
    asked = []
    for document in documents:
        link = page_of(source, document.url, document.canonical_url)
        assert link is not None
        asked.append((source, Relook(source.name, document.id, link.url, link.role)))
    outcome = run_round([], warc_dir=folder, limits=LIMITS, user_agent=AGENT, seen={}, looks=asked)
    items = [item for file in outcome.files for item in read_warc(file, {source.name: source})]
    found = {item.document_id: item.outcome for item in items if isinstance(item, Looked)}
    return [found[document.id] for document in documents], [item for item in items if isinstance(item, Document)]


def test_a_video_and_a_comment_are_looked_at_again_and_an_empty_answer_means_gone(paper, tmp_path, key):
    there, threads = videos("abcDEF12345"), golden("youtube_comments")
    there["items"][0]["snippet"]["description"] = "Đã sửa: nước lá không chữa được bệnh."
    source = youtube(paper)
    first = read_page(json.dumps(videos("abcDEF12345")).encode(), f"{paper.base}/x", source, role="videos").documents
    said = read_page(json.dumps(threads).encode(), f"{paper.base}/x", source, role="comments").documents
    reply = next(d for d in said if "." in d.url.partition("&lc=")[2])
    documents = (first[0], said[0], reply)

    def respond(path, headers):
        assert headers["X-Goog-Api-Key"] == KEY
        return answer(there if "/videos" in path else threads)

    paper.respond = respond
    outcomes, read = looks(paper, tmp_path / "1", source, *documents)
    assert outcomes == ["there", "there", "there"]
    assert "Đã sửa: nước lá không chữa được bệnh." in {d.text for d in read if d.id == first[0].id}
    for thread in threads["items"]:
        thread["replies"]["comments"] = []  # five answers at most come with a thread: not being there says nothing
    assert looks(paper, tmp_path / "2", source, reply)[0] == ["failed"]
    there["items"], threads["items"] = [], []
    assert looks(paper, tmp_path / "3", source, *documents)[0] == ["gone", "gone", "gone"]
    paper.respond = lambda _path, _headers: refuse(403, "quotaExceeded", "You have exceeded your quota.")
    assert looks(paper, tmp_path / "4", source, *documents)[0] == ["failed", "failed", "failed"]


def test_a_post_and_a_comment_of_a_page_are_looked_at_again(paper, tmp_path, key):
    source = facebook(paper)
    page = json.dumps(golden("facebook_posts")).encode()
    post, comment = read_page(page, f"{paper.base}/x", source, role="posts").documents
    edited = {"message": "Chợ vẫn họp.", "created_time": "2021-08-05T01:00:00+0000"}
    refused = {"code": 100, "error_subcode": 33, "message": "Unsupported get request. Object does not exist"}

    def respond(path, headers):
        assert headers["Authorization"] == f"Bearer {KEY}"
        assert "like_count" not in path, "a field that posts do not have"
        identity = urlsplit(path).path.rsplit("/", 1)[1]
        kind = "comment" if identity == "200_1" else "post"
        return answer(edited | {"id": identity, "metadata": {"type": kind}})

    paper.respond = respond
    outcomes, read = looks(paper, tmp_path / "1", source, post, comment)
    assert outcomes == ["there", "there"]
    assert {(d.id, d.kind, d.text) for d in read} == {
        (post.id, "post", "Chợ vẫn họp."),
        (comment.id, "comment", "Chợ vẫn họp."),
    }
    paper.respond = lambda _path, _headers: answer({"error": refused}, 400)
    assert looks(paper, tmp_path / "2", source, post, comment)[0] == ["gone", "gone"]
    paper.respond = lambda _path, _headers: answer({"error": {"code": 190, "message": "expired"}}, 400)
    assert looks(paper, tmp_path / "3", source, post)[0] == ["failed"]


def test_a_status_is_looked_at_again_where_it_is_at_home(paper, tmp_path):
    start = {"url": f"{paper.base}/api/v1/timelines/tag/covid", "as": "timeline"}
    source = paper.source(kind="channel", platform="mastodon", starts=[start])
    status = golden("mastodon_timeline")[0] | {"url": f"{paper.base}/@hoa/77", "id": "77"}
    document = read_page(json.dumps([status]).encode(), start["url"], source, role="timeline").documents[0]
    paper.respond = lambda path, _headers: (404, {}, b"") if path == "/robots.txt" else answer(status)
    outcomes, read = looks(paper, tmp_path / "1", source, document)
    assert (outcomes, [d.id for d in read]) == (["there"], [document.id])
    assert "/api/v1/statuses/77" in paper.paths()
    paper.respond = lambda _path, _headers: answer({"error": "Record not found"}, 404)
    assert looks(paper, tmp_path / "2", source, document)[0] == ["gone"]


def test_an_expired_token_is_the_polls_error(paper, tmp_path, key):
    error = {"message": "Error validating access token: Session has expired", "type": "OAuthException", "code": 190}
    paper.respond = lambda _path, _headers: answer({"error": error}, 400)
    seen = crawl([facebook(paper)], tmp_path)
    assert seen.polled["bao"].error.startswith("bad-key Error validating access token")


def test_a_discourse_forum_from_its_list_to_the_last_post(paper, tmp_path):
    def respond(path, _headers):
        if "latest.json" in path:
            page = golden("discourse_listing")
            page["topic_list"]["topics"][0]["bumped_at"] = "2099-01-01T00:00:00Z"
            return answer(page)
        if not path.startswith("/t/"):
            return 404, {}, b""
        page, number = golden("discourse_thread"), int(parse_qs(urlsplit(path).query).get("page", ["1"])[0])
        for post in page["post_stream"]["posts"]:
            post["id"] += (number - 1) * 20
            post["post_number"] += (number - 1) * 20
        return answer(page)

    paper.respond = respond
    start = {"url": f"{paper.base}/latest.json", "as": "listing"}
    seen = crawl([paper.source(kind="forum", platform="discourse", starts=[start])], tmp_path)
    assert seen.polled["bao"].error == ""
    assert len({d.id for d in seen.documents}) == 6
    assert [d.title for d in seen.documents if d.kind == "post"] == ["Lịch tiêm ở xã"]
    assert paper.paths()[0] == "/latest.json"
    assert len(seen.fetched) == 1  # the page in the middle is full


def test_a_timeline_is_paged_back_as_far_as_the_source_says(paper, tmp_path):
    def respond(path, _headers):
        last = int(parse_qs(urlsplit(path).query).get("max_id", ["2000"])[0])
        first = golden("mastodon_timeline")[0]
        uris = [f"https://que.example/users/hoa/statuses/{last - n}" for n in (1, 2)]
        return answer([first | {"id": uri.rsplit("/", 1)[1], "uri": uri} for uri in uris])

    paper.respond = respond
    start = {"url": f"{paper.base}/api/v1/timelines/tag/covid?limit=2", "as": "timeline"}
    seen = crawl([paper.source(kind="channel", platform="mastodon", starts=[start], hints={"pages": 4})], tmp_path)
    assert len(paper.paths()) == 4
    assert len({d.id for d in seen.documents}) == 8
