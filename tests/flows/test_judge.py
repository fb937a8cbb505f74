"""Documents as they arrive come together in claims: in one batch, over batches, and never rumour with denial."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from classify.claims.sense import Senses
from classify.encoders.registry import open_encoder
from classify.flag.flagger import FlagModel
from classify.model.load import load_model
from classify.places.gazetteer import Gazetteer
from classify.relevance import Relevance
from classify.text.csv_table import CsvTable
from core.codes.texts import DocumentKind
from core.model.documents import Document
from core.topics import load_topics
from flows.cli.claims import _gathered
from flows.steps.judge import Judge
from index import models
from index.archive import intake, judgements
from index.archive.claims import claim_candidates
from index.work import leases
from tests.index.make import SOURCES, START, document

pytestmark = pytest.mark.django_db

RUMOUR = (
    "KHẨN: Từ 23h đêm nay 5 máy bay trực thăng của quân đội phun thuốc khử trùng diệt covid toàn tỉnh. Không ai được "
    "ra đường, thuốc dính vào da là bỏng. Cất quần áo, đậy bể nước. Chia sẻ gấp cho mọi người!"
)
RETOLD = (
    "NÓNG!!! 23h đêm nay trực thăng quân đội phun thuốc khử trùng diệt covid, ai ra đường là bỏng da, cất hết quần áo, "
    "đậy bể nước lại. Chia sẻ gấp cho người thân!"
)
DENIAL = "Tin giả: không có máy bay trực thăng của quân đội phun thuốc khử trùng diệt covid lúc 23h đêm nay."
LEAF = "Nhai lá trầu không mỗi sáng thì phổi sạch, đang F0 cũng âm tính sau hai hôm, cả xóm tôi khỏi covid nhờ lá trầu!"
LEAF_AGAIN = (
    "Ai dính covid cứ lấy lá trầu không nuốt nước, 2 ngày test lại một vạch, hàng xóm tui khỏi hết không cần thuốc!"
)
QUESTION = "Cho em hỏi 23h đêm nay có máy bay trực thăng phun thuốc khử trùng covid thật không ạ?"


@pytest.fixture(scope="session")
def model() -> FlagModel:
    return load_model(None)


@pytest.fixture
def judge(model: FlagModel) -> Judge:
    relevance, gazetteer = Relevance(load_topics(["covid"])), Gazetteer("Vĩnh Phúc", ())
    return Judge(relevance, gazetteer, model, SOURCES, "Vĩnh Phúc", claim_candidates)


def post(number: int, text: str, title: str = "[Tổng hợp] Tin đồn trong tuần, thật hay giả?") -> Document:
    """An answer in a thread, whose title is another person's."""
    return replace(document(number, text, source="dien-dan", title=title, hours=number), kind=DocumentKind.COMMENT)


def take(judge: Judge, posts: Sequence[Document]) -> None:
    intake.take_in(posts, SOURCES)
    judgements.save_judgements(judge.judge([(one, 1) for one in posts]))


def claims() -> dict[str, int | None]:
    return dict(models.Document.objects.values_list("text", "claim_id"))


@pytest.mark.parametrize("together", [True, False])
def test_a_rumour_and_its_retelling_are_one_claim_and_its_denial_another(judge: Judge, together: bool) -> None:
    posts = [post(1, RUMOUR), post(2, DENIAL), post(3, RETOLD), post(4, QUESTION), post(5, RUMOUR)]
    for batch in [posts] if together else [[one] for one in posts]:
        take(judge, batch)
    found = claims()
    assert found[RUMOUR] is not None
    assert found[RUMOUR] == found[RETOLD] != found[DENIAL]
    assert found[QUESTION] is None
    claim = models.Claim.objects.get(documents__text=RETOLD)
    assert claim.documents_count == 3
    assert (claim.first_seen, claim.last_seen) == (START + timedelta(hours=1), START + timedelta(hours=5))


@pytest.mark.parametrize("together", [True, False])
def test_a_telling_in_other_words_joins_where_there_is_an_encoder(model: FlagModel, together: bool) -> None:
    """Vectors are kept with the documents that they are of."""
    senses = Senses(open_encoder())
    if not senses.of(["một câu"])[0]:
        pytest.skip("the extra 'encoder' is not installed")
    judge = Judge(
        Relevance(load_topics(["covid"])), Gazetteer("Vĩnh Phúc", ()), model, SOURCES, "Vĩnh Phúc",
        claim_candidates, senses,
    )  # fmt: skip
    posts = [post(1, LEAF), post(2, RUMOUR), post(3, LEAF_AGAIN)]
    for batch in [posts] if together else [[one] for one in posts]:
        take(judge, batch)
    found = claims()
    assert found[LEAF] == found[LEAF_AGAIN] != found[RUMOUR]
    assert models.Sense.objects.count() == len(posts)
    take(judge, [posts[2]])
    assert claims() == found
    take(replace(judge, senses=None), posts)
    assert claims() == found
    assert not models.Sense.objects.exists()


def test_judging_again_moves_no_document_to_another_claim(judge: Judge) -> None:
    posts = [post(1, RUMOUR), post(2, RETOLD), post(3, DENIAL)]
    take(judge, posts)
    before = claims()
    for one in reversed(posts):
        take(judge, [one])
    assert claims() == before
    assert models.Claim.objects.count() == len({claim for claim in before.values() if claim})


def test_posts_of_one_thread_are_not_one_claim_by_its_title(judge: Judge) -> None:
    other = "Nhai ba tép tỏi sống mỗi sáng là con vi rút corona chết sạch trong cổ họng, khỏi tiêm vắc xin, chia sẻ!"
    take(judge, [post(1, RUMOUR), post(2, other)])
    found = claims()
    assert found[RUMOUR] != found[other]
    assert leases.backlog("index") == 2


def test_a_ward_of_todays_phu_tho_counts_for_vinh_phuc(model: FlagModel) -> None:
    """The same words in 2021 named no ward: there was none."""
    judge = Judge(
        Relevance(load_topics(["dengue"])), Gazetteer("Vĩnh Phúc", ()), model, SOURCES, "Vĩnh Phúc",
        claim_candidates,
    )  # fmt: skip
    old = document(1, "Phường Vĩnh Yên, tỉnh Phú Thọ có ca sốt xuất huyết đầu mùa, người dân diệt loăng quăng.")
    new = replace(old, published=START + timedelta(days=1500))
    assert [place.province for place in judge.places(old)] == ["Phú Thọ"]
    assert [(place.province, place.district) for place in judge.places(new)] == [
        ("Vĩnh Phúc", "Vĩnh Yên"),
        ("Phú Thọ", ""),
    ]


def test_the_command_joins_the_same_posts_as_the_pipeline(judge: Judge, model: FlagModel, tmp_path: Path) -> None:
    """Questions and opinions among them: neither lets them form or join a claim."""
    texts = [RUMOUR, QUESTION, RETOLD, DENIAL, LEAF, QUESTION, LEAF_AGAIN, RUMOUR]
    judge = replace(judge, senses=Senses(model.encoder))
    found = judge.judge([(post(number, text, title=""), 1) for number, text in enumerate(texts)])
    founders = [one.same_as or (one.document_id if one.headline or one.bands else "") for one in found]
    file = tmp_path / "posts.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["post"], *([text] for text in texts)])
    numbers = [number for _, number in _gathered(CsvTable(file, ["post"]), "post")]
    assert [number == "" for number in numbers] == [founder == "" for founder in founders]
    assert [numbers.index(number) for number in numbers] == [founders.index(founder) for founder in founders]
    assert (numbers[1], numbers[5]) == ("", "")
    assert numbers[0] == numbers[2] == numbers[7] != numbers[3]
