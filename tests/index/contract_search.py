"""What every search engine must do. test_search.py runs it over the adapters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.model.documents import SearchDocument
from index.query.parse import QueryError, parse
from index.search import DocumentsRefusedError, Filters, SearchBackend

MOMENT = datetime(2021, 8, 20, 18, 0, tzinfo=UTC)  # already the 21st in Vietnam

DOCUMENTS = [
    SearchDocument(
        "d1", "Đóng cửa chợ Tam Đảo", "Huyện đóng cửa chợ để phòng dịch, người dân cách ly tại nhà.", "bao-mau",
        "press", "article", "official", ("Vĩnh Phúc", "Vĩnh Phúc/Tam Đảo"), MOMENT,
    ),
    SearchDocument(
        "d2", "", "Nghe noi dong cua het cho roi, moi nguoi di mua do di", "dien-dan", "forum", "post", "claim",
        ("Vĩnh Phúc",), MOMENT.replace(day=21), "false", 0.9, 7,
    ),
    SearchDocument(
        "d3", "Vắc xin có gây vô sinh?", "Hỏi: tiêm vaccine <b>covid-19</b> có sao ko & khi nào có?", "dien-dan",
        "forum", "post", "question", ("Vĩnh Phúc/Lập Thạch", "Vĩnh Phúc"), MOMENT.replace(day=22),
    ),
    SearchDocument(
        "d4", "Trường học", "Hoà Bình cho học sinh đi học lại; trường trung học mở cửa.", "bao-mau", "press", "article",
        "other", ("Hòa Bình",), MOMENT.replace(month=9),
    ),
]  # fmt: skip


class SearchContract:
    """Subclass with a fixture ``backend`` that gives an empty engine."""

    @pytest.fixture
    def filled(self, backend: SearchBackend) -> SearchBackend:
        """The four documents above."""
        backend.index(DOCUMENTS)
        return backend

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("đóng cửa", ["d1", "d2"]),
            ("dong cua", ["d1", "d2"]),
            ("ĐÓNG CỬA", ["d1", "d2"]),
            ('"cửa chợ"', ["d1"]),
            ('"chợ cửa"', []),
            ("dong cua -forum", ["d1", "d2"]),
            ("đóng cửa -cách", ["d2"]),
            ('"đóng cửa" OR "vô sinh"', ["d1", "d2", "d3"]),
            ("tam đảo OR hòa bình", ["d1", "d4"]),
            ("(tam đảo OR hoà bình) học", ["d4"]),
            ("vaccine", ["d3"]),
            ("vắc xin", ["d3"]),
            ("vac xin", ["d3"]),
            ("covid-19", ["d3"]),
            ("không", ["d3"]),
            ("truon*", ["d4"]),
            ("trườ*", ["d4"]),
            ("nguồn:dien-dan", ["d2", "d3"]),
            ("source:bao-mau cửa", ["d1", "d4"]),
            ('nơi:"tam dao"', ["d1"]),
            ('nơi:"Vĩnh Phúc" -nơi:"Lập Thạch"', ["d1", "d2"]),
            ('place:"Hòa Bình"', ["d4"]),
            ("loại:câu hỏi", ["d3"]),
            ("kind:claim OR kind:question", ["d2", "d3"]),
            ("loai:dien dan covid", ["d3"]),
            ("kết luận:tin sai sự thật", ["d2"]),
            ("verdict:none cua", ["d1", "d4"]),
            ("-dong", ["d3", "d4"]),
            ("", ["d1", "d2", "d3", "d4"]),
            ("không-có-từ-này", []),
            ('"đóng dịch" ~4', ["d1"]),
            ('"dịch đóng"~4', ["d1"]),
            ('"đóng dịch" ~3', []),
            ('"nha huyen cho" ~20', ["d1"]),
            ('"huyện Đảo" ~50', []),
            ('"noi roi dong" ~3', ["d2"]),
            ('"noi roi dong" ~2', []),
            ('chợ -"cach nha" ~2', ["d2", "d4"]),
            ('"sao vaccine" ~5', ["d3"]),
            ('"hoà học" ~3 OR "vô sinh"', ["d3", "d4"]),
            ("hỏi ko", ["d3"]),
        ],
    )
    def test_people_find(self, filled: SearchBackend, query: str, found: list[str]) -> None:
        """Words, phrases, exclusions, alternatives, beginnings, fields; accents or not, new or old tone marks."""
        results = filled.search(parse(query))
        assert sorted(hit.id for hit in results.hits) == found
        assert results.total == len(found)

    def test_the_typed_accents_come_first(self, filled: SearchBackend) -> None:
        """Even where the spelling without accents is the rarer one."""
        assert [hit.id for hit in filled.search(parse("đóng cửa")).hits] == ["d1", "d2"]
        filled.index([replace(DOCUMENTS[0], id=f"e{n}") for n in range(9)])
        hits = filled.search(parse("đóng cửa")).hits
        assert hits[-1].id == "d2"
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)

    def test_other_accents_are_not_found_when_accents_are_typed(self, filled: SearchBackend) -> None:
        """``cho`` finds chợ and cho, ``chợ`` only chợ and cho written without accents."""
        assert {hit.id for hit in filled.search(parse("chó")).hits} == {"d2", "d4"}
        assert {hit.id for hit in filled.search(parse("chợ")).hits} == {"d1", "d2", "d4"}
        assert {hit.id for hit in filled.search(parse("dỏng")).hits} == {"d2"}

    def test_one_wrong_accent_finds_the_same_letters_and_says_so(self, filled: SearchBackend) -> None:
        """Only where nothing has the accents as typed, and only for who asks forgivingly."""
        results = filled.search(parse("đóng cữa chợ huyện"))
        assert ([hit.id for hit in results.hits], results.loose) == (["d1"], True)
        assert results.hits[0].highlights[:3] == ((0, 4), (5, 8), (9, 12))
        assert filled.search(parse('"cách lỳ nha" ~3')).total == 1
        assert filled.find(parse("đóng cữa chợ huyện")).total == 0
        assert not filled.search(parse("đóng cửa")).loose
        assert not filled.search(parse("dong cuaa")).loose

    def test_short_forms_without_accents_find_what_they_stand_for(self, backend: SearchBackend) -> None:
        """And words that only look like one, and ``i`` for ``y``."""
        backend.index(
            [
                replace(DOCUMENTS[0], id="h", title="HĐND tỉnh họp", text="Tại HN."),
                replace(DOCUMENTS[0], id="l", title="Sụt lún", text="Đường sắt."),
                replace(DOCUMENTS[0], id="m", title="Bác sỹ Mĩ", text="Hơn 2 tỉ."),
                replace(DOCUMENTS[0], id="v", title="Cô vy tới", text="Tiêm văc xin."),
            ]
        )
        found = {"ti": "m", "mi": "m", "sy": "m", "si": "m"}
        found |= {"hdnd": "h", "HDND": "h", "hn": "h", "lun": "l", "cô vy": "v", "văc xin": "v", "vac-xin covid": "v"}
        for text, identity in found.items():
            assert [hit.id for hit in backend.search(parse(text)).hits] == [identity], text

    def test_words_side_by_side_in_a_title_come_first(self, backend: SearchBackend) -> None:
        """Before a title with the same words elsewhere, and before texts that repeat them."""
        base = replace(DOCUMENTS[0], places=())
        backend.index(
            [
                replace(base, id="apart", title="Cách ly y tế để tránh bệnh", text="Tế bào, bệnh nhân."),
                replace(base, id="often", title="Tin trong ngày", text="Y tế cách ly bệnh nhân; cách ly y tế. " * 3),
                replace(base, id="together", title="Sở Y tế cách ly thêm người bệnh", text="Tin từ tỉnh. " * 20),
            ]
        )
        assert backend.search(parse("y tế cách ly bệnh")).hits[0].id == "together"
        assert backend.search(parse("y te cach ly benh")).hits[0].id == "together"

    def test_words_near_one_another_are_marked_where_they_are(self, filled: SearchBackend) -> None:
        """Not elsewhere in the text."""
        hit = filled.search(parse('"chợ dịch" ~2')).hits[0]
        whole = f"{DOCUMENTS[0].title}\n{DOCUMENTS[0].text}"
        assert [whole[start:end] for start, end in hit.highlights] == ["chợ", "dịch"]
        assert hit.highlights[0][0] > len(DOCUMENTS[0].title)

    def test_highlights_stand_on_the_text_as_written_and_snippets_are_safe(self, filled: SearchBackend) -> None:
        """Spelled-around words are marked whole; markup in a text stays text."""
        hit = filled.search(parse("vắc xin sao")).hits[0]
        whole = f"{DOCUMENTS[2].title}\n{DOCUMENTS[2].text}"
        marked = [whole[start:end] for start, end in hit.highlights]
        assert marked[0] in {"Vắc xin", "Vắc"}
        assert "vaccine" in marked
        assert "sao" in marked
        assert "<mark>vaccine</mark> &lt;b&gt;covid-19&lt;/b&gt;" in hit.snippet
        assert "&amp;" in hit.snippet

    def test_titles_weigh_more(self, backend: SearchBackend) -> None:
        """Five times."""
        base = replace(DOCUMENTS[0], places=())
        backend.index(
            [
                replace(base, id="t", title="Uống nước chanh", text="Không chữa được bệnh đâu nhé."),
                replace(base, id="x", title="Không chữa được bệnh", text="Uống nước chanh đâu nhé."),
            ]
        )
        assert [hit.id for hit in backend.search(parse("chanh")).hits] == ["t", "x"]

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            (Filters(since=date(2021, 8, 22)), ["d2", "d3", "d4"]),
            (Filters(until=date(2021, 8, 21)), ["d1"]),
            (Filters(source="bao-mau"), ["d1", "d4"]),
            (Filters(source_kind="forum"), ["d2", "d3"]),
            (Filters(place="Vĩnh Phúc/Tam Đảo"), ["d1"]),
            (Filters(place="Vĩnh Phúc"), ["d1", "d2", "d3"]),
            (Filters(place="lap thach"), ["d3"]),
            (Filters(text_kind="claim", verdict="false"), ["d2"]),
            (Filters(kind="post", verdict="none"), ["d3"]),
        ],
    )
    def test_filters(self, filled: SearchBackend, filters: Filters, found: list[str]) -> None:
        """Days are those of the Vietnamese calendar, both ends included."""
        assert sorted(hit.id for hit in filled.search(parse(""), filters).hits) == found

    def test_facets_and_timeline_count_all_hits_not_the_page(self, filled: SearchBackend) -> None:
        """Most frequent first, ties by name."""
        results = filled.search(parse("cua OR vaccine"), limit=1)
        assert (results.total, len(results.hits)) == (4, 1)
        assert results.facets["source"] == [("bao-mau", 2), ("dien-dan", 2)]
        assert results.facets["verdict"] == [("", 3), ("false", 1)]
        assert results.facets["place"][0] == ("Vĩnh Phúc", 3)
        assert set(results.facets) == {"source", "source_kind", "kind", "text_kind", "verdict", "place"}
        assert results.timeline == (
            (date(2021, 8, 21), 1), (date(2021, 8, 22), 1), (date(2021, 8, 23), 1), (date(2021, 9, 21), 1),
        )  # fmt: skip

    def test_pages_follow_one_another(self, filled: SearchBackend) -> None:
        """Nothing twice, nothing left out; the newest first when asked."""
        pages = [filled.search(parse(""), limit=1, offset=n, order="newest").hits[0].id for n in range(4)]
        assert pages == ["d4", "d3", "d2", "d1"]
        assert filled.search(parse(""), offset=10).hits == ()

    def test_indexing_again_replaces_and_deleting_removes(self, filled: SearchBackend) -> None:
        """Doing either twice is the same as once."""
        filled.index([replace(DOCUMENTS[0], text="Chợ mở lại.", verdict="true")] * 2)
        assert filled.count() == 4
        assert filled.search(parse('"cách ly"')).total == 0
        assert filled.search(parse("verdict:true")).hits[0].id == "d1"
        filled.delete(["d1", "d1", "unknown"])
        assert filled.count() == 3
        assert filled.search(parse("Tam Đảo")).total == 0
        filled.reset()
        assert filled.count() == 0
        assert not filled.problem()

    def test_an_older_revision_never_overwrites_a_newer_one(self, backend: SearchBackend) -> None:
        """A slow worker's late write, a batch that is sent again, a document that was removed meanwhile."""
        newer = replace(DOCUMENTS[0], title="Mới", revision=2_000)
        backend.index([newer, replace(DOCUMENTS[1], revision=5)])
        backend.index([replace(newer, title="Cũ", revision=1_999), replace(DOCUMENTS[1], title="Sau", revision=6)])
        assert backend.search(parse("cũ")).total == 0
        assert {hit.title for hit in backend.search(parse("")).hits} == {"Mới", "Sau"}
        assert list(backend.revisions()) == [("d1", 2_000), ("d2", 6)]
        backend.index([replace(newer, title="Cùng số", revision=2_000)])
        assert backend.search(parse('"cùng số"')).total == 1
        backend.delete(["d1"])
        backend.index([newer])
        assert backend.count() == 1
        backend.index([replace(newer, revision=3_000)])
        assert backend.count() == 2

    def test_what_can_never_be_taken_is_named_and_the_others_are_found(self, backend: SearchBackend) -> None:
        """A number that no field takes."""
        with pytest.raises(DocumentsRefusedError, match="1 of 3 documents") as error:
            backend.index([DOCUMENTS[0], replace(DOCUMENTS[1], claim_id=2**70), DOCUMENTS[2]])
        assert list(error.value.reasons) == ["d2"]
        assert backend.count() == 2
        assert backend.search(parse("tam đảo")).total == 1

    def test_a_new_index_is_built_beside_the_one_that_answers(self, filled: SearchBackend) -> None:
        """It takes over in one step; the old one is kept until told."""
        assert not filled.kept()
        assert not filled.building()
        filled.begin()
        assert filled.building()
        filled.index([replace(DOCUMENTS[0], id="n1", revision=7)], "next")
        assert (filled.count(), list(filled.revisions("next"))) == (4, [("n1", 7)])
        filled.begin()
        filled.index([replace(DOCUMENTS[0], id="n2", revision=8), replace(DOCUMENTS[0], id="n3")], "next")
        filled.delete(["n3"], "next")
        assert list(filled.revisions("next")) == [("n1", 7), ("n2", 8)]
        filled.index([replace(DOCUMENTS[0], id="d9")])
        assert filled.search(parse("chợ")).total == 4
        filled.switch()
        assert not filled.building()
        assert sorted(hit.id for hit in filled.search(parse("chợ")).hits) == ["n1", "n2"]
        assert filled.search(parse("chợ")).facets["source"] == [("bao-mau", 2)]
        assert filled.kept()
        filled.switch()
        assert filled.count() == 2
        filled.index([replace(DOCUMENTS[0], id="n1", title="Sau đó", revision=9)])
        for _ in range(2):
            filled.begin()
            filled.switch()
            assert filled.count() == 0
            assert filled.kept()
        filled.drop_kept()
        assert not filled.kept()
        assert not filled.problem()

    @settings(  # the same examples go to one class for each engine
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(
        st.one_of(
            st.text(max_size=60),
            st.text(alphabet="ađò \"()-*:OR^{}+NEAR\x00'\\ nơi", max_size=40),
            st.lists(
                st.sampled_from(
                    [
                        "đóng",
                        "cua",
                        "OR",
                        "-",
                        "(",
                        ")",
                        '"',
                        "truo*",
                        '"cua cho" ~3',
                        "~2",
                        "nguồn:",
                        "kết luận:tin giả",
                        "NEAR(",
                        "*",
                    ]
                ),
                max_size=12,
            ).map(" ".join),
        )
    )
    def test_whatever_is_typed_is_answered_or_refused_with_a_position(self, filled: SearchBackend, text: str) -> None:
        """Never an error of the engine."""
        try:
            query = parse(text)
        except QueryError:
            return
        results = filled.search(query, limit=5)
        assert 0 <= len(results.hits) <= results.total <= 4
