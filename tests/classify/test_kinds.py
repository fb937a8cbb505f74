"""What sort of speech a text is: rules must hold with and without diacritics, and a question is never a claim."""

import pytest

from classify.flag.features import units
from classify.flag.kinds import rule_kind
from classify.model.load import load_model
from core.codes.texts import TextKind
from core.vietnamese import fold

QUESTIONS = [
    "Cho em hỏi bầu 20 tuần tiêm mũi hai được chưa ạ",
    "Uống nước tỏi có phòng được covid không ạ?",
    "Bác sĩ ơi, tôi bị dị ứng hải sản thì có tiêm vắc xin được không? Xin cảm ơn bác sĩ.",
    "Có ai biết khu mình bao giờ gỡ phong tỏa không?",
    "Nghe nói 5G làm lây covid, có phải không mọi người?",
    "Vì sao phải tiêm mũi thứ ba?",
]
STATEMENTS = [
    "Uống nước tỏi ngày hai lần là khỏi covid, ai cũng nên làm.",
    "Tin khẩn: ngày mai phong tỏa toàn tỉnh, chia sẻ gấp cho mọi người! Bạn còn chờ gì nữa?",
    "Sở Y tế cho biết có thêm 12 ca mắc mới trong ngày.",
    "Ai đã tiêm phòng cúm thì test covid lúc nào cũng dương.",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_seen_with_and_without_diacritics(text):
    assert rule_kind(text, units(text)) is TextKind.QUESTION
    bare = fold(text)
    assert rule_kind(bare, units(bare)) is TextKind.QUESTION


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_statement_is_no_question(text):
    assert rule_kind(text, units(text)) is not TextKind.QUESTION


def test_a_document_with_letterhead_and_number_is_official():
    text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: 12/TB-UBND\nV/v tạm dừng lễ hội"
    assert rule_kind(text, units(text)) is TextKind.OFFICIAL


def test_a_decree_cited_in_gossip_makes_no_notice():
    text = "Theo Nghị định số 117/2020/NĐ-CP thì ra đường là bị phạt hết nhé."
    assert rule_kind(text, units(text)) is not TextKind.OFFICIAL


def test_a_complaint_is_an_opinion_for_the_shipped_model():
    text = "Tôi thấy quá bức xúc với cách phát quà của thôn, đề nghị xã xem lại, dân mệt mỏi lắm rồi."
    assert load_model().flag([text])[0].kind is TextKind.OPINION


def test_a_very_long_text_is_judged_at_once():
    text = "tôi xin em có thể mong " * 20_000
    assert rule_kind(text, units(text)) in (None, TextKind.QUESTION)
