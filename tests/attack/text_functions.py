"""Every function that reads a stranger's text, by name: what the property of linear time is held over."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from classify.claims.gist import denies, gist
from classify.claims.likeness import keys, likeness
from classify.claims.minhash import bands, similarity, wording
from classify.findings.nearest import likeness as finding_likeness
from classify.findings.nearest import telling, terms
from classify.flag.features import units
from classify.flag.flagger import FlagModel
from classify.model.load import load_model
from classify.places.gazetteer import Gazetteer
from classify.relevance import Relevance
from classify.text.accents import Accents
from core.places import bare_name
from core.topics import load_topics
from core.vietnamese import fold, normalise, tokens
from core.vietnamese.characters import clean, compose, unmask
from core.vietnamese.normal import words
from core.vietnamese.sentences import sentences
from core.wording.changes import changes
from core.wording.copies import shingles
from core.wording.headline import headline
from core.wording.overstated import overstated
from crawlers.article.bylines import name_of
from crawlers.article.times import printed_time
from crawlers.page.charsets import from_tcvn3, from_vni, restored, syllables
from crawlers.page.markup import parse as parse_markup
from crawlers.page.markup import plain, squash
from flows.papers.forms.blocks import tidy
from index.archive.findings import syllables_of
from index.archive.intake import clean as storable
from index.query.parse import QueryError, parse
from index.search.highlight import snippet
from index.search.highlight import words as highlight_words

RUMOUR = "Uống nước tỏi sống mỗi sáng là khỏi bệnh sau ba ngày, bác sĩ ở Vĩnh Phúc nói vậy."


@cache
def model() -> FlagModel:
    """The shipped model, without an encoder: that one reads 400 characters of any text."""
    return load_model(encoder="none")


@cache
def _made(what: Callable[..., Any], *given: Any) -> Any:
    return what(*given)


def _query(text: str) -> None:
    try:
        parse(text)
    except QueryError:
        return


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "clean": clean,
    "compose": compose,
    "unmask": unmask,
    "fold": fold,
    "normalise": normalise,
    "tokens": tokens,
    "words": words,
    "sentences": sentences,
    "changes, a text that grew": lambda text: changes(text, text + " thêm"),
    "changes, another text": lambda text: changes(text, text.swapcase()[::-1]),
    "reprints": shingles,
    "overstated title": lambda text: overstated(text, text),
    "bare name of a place": bare_name,
    "denies": denies,
    "gist": gist,
    "keys": lambda text: keys(text, suspect=True),
    "likeness": lambda text: likeness(text, text + " thêm", suspect=True),
    "bands": bands,
    "wording": wording,
    "similarity": lambda text: similarity(text, text + " thêm"),
    "headline of a claim": lambda text: headline(text, text, ()),
    "terms of a finding": terms,
    "likeness to a finding": lambda text: finding_likeness(text, text + " thêm"),
    "telling words": lambda text: telling(text, 10),
    "syllables of a finding": syllables_of,
    "units": units,
    "flag": lambda text: model().flag([text]),
    "flag explained": lambda text: model().explain(text),
    "accents restored": lambda text: _made(Accents, (RUMOUR,)).restored(text),
    "places": lambda text: _made(Gazetteer, "vinh-phuc").find(text),
    "topic": lambda text: _made(Relevance, tuple(load_topics(("covid",)))).topic_of(text, text),
    "name of a person": name_of,
    "printed time": printed_time,
    "TCVN3": from_tcvn3,
    "VNI": from_vni,
    "restored font": restored,
    "share of syllables": syllables,
    "markup": parse_markup,
    "plain": plain,
    "squash": squash,
    "tidy": tidy,
    "storable": storable,
    "query": _query,
    "highlight": lambda text: snippet(text, ()),
    "highlight's words": highlight_words,
}

NASTY = (
    ".", "…", "!", "?", " ", "\n", "\t", "(", ")", "[", '"', "'", "”", "-", "—", "_", "/", "\\", ":", ",", ";",
    "@", "#", "&", "<", "<a", "<!--", "&amp;", "a", "A", "á", "đ", "Đ", "ư", "0", "1", "9.", "1,", "12/",
    "01/01/2021 ", "15h30 ", "a.", "t.ử ", "v.o.n.g ", "c h ế t ", "ch/ết ", "không ", "ko ",
    "không không phải ", "chẳng ", "Nguyễn ", "Nguyễn Văn ", "TP. ", "tp.", "Bs. ", "xã ", "huyện Sông Lô ",
    "tỉnh Vĩnh Phúc ", "http://", "http://a.vn/ ", "www.", "aaaa ", "hoaaaa ", "ooo", "́", "á", "\u200b",
    "\xad", "\u202e", "😀", "\U0001f3f3\ufe0f\u200d\U0001f308", "ạ", "ạ ạ ", "0đ ", "5k ", "19 ", "covid ",
    "vắc xin ", "\xa0", "\r\n", "a\n", ".\n", ". ", "! ", "a! ", '." ', "'.", "«", "“a” ", "a-b-",
    "x" * 50 + " ", "NOT ", "AND (", "nguồn:", "a OR ", "^", "~", "*", "{", "}", "|", "%", "%41", "=", "+", "²",
    "①", "ﬁ", "𝐭", "Ａ",
)  # fmt: skip
