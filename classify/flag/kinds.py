"""What sort of speech a text is: claim, question, opinion, official notice, advertisement, other.

Rules of high precision come first, since a question must never be queued; a small classifier, learnt from the corpus's
``kind`` column, decides the rest. Rules read syllables without diacritics, so they hold for unaccented posts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from classify.flag.features import Units
from classify.flag.head import Head
from core.codes.texts import TextKind

_ASKING = re.compile(
    r" (?:cho (?:em|toi|minh|chau|con|chi|anh|ba|me)?(?: xin)?(?: phep)? ?hoi(?! phuc| vien| nghi)"
    r"|(?<!vac )xin (?:duoc |phep |cho |bac si )?hoi(?! phuc| dong)"
    r"|(?:toi|em|minh|chau|con) (?:muon|can|dinh|cung muon) hoi|hoi ngu"
    r"|khong biet (?:tin|co|la|vay|nhu)|cau hoi cua (?:toi|em)|(?:toi|em) co (?:cac|mot so|vai) cau hoi"
    r"|(?:xin|nho|mong|kinh mong|can)(?: \w+){0,4} (?:tu van|giai dap|giai thich|loi khuyen|chi giup|huong dan giup"
    r"|cho (?:em|toi|minh|chau|con|chung toi) (?:biet|hoi|xin))"
    r"|(?:chao|thua|kinh gui)(?: cac| quy)? (?:bac si|bs|chuyen gia)"
    r"|(?:cam on|cam on cac|cam on quy|cam on a|cam on nhieu) (?:bac si|bs|chuyen gia)) "
)
_ABOUT_ONESELF = re.compile(
    r" (?:toi|em|minh|chau|con|vo|chong|me|bo|ba|be)(?: \w+){0,6} (?:co nen|nen lam gi|phai lam sao|co the|co duoc"
    r"|co tiem|tiem duoc|co bi|co anh huong|co sao)(?: \w+){0,14} (?:khong|chua|nao|sao|gi) "
)
_QUESTION_END = re.compile(
    r" (?:khong|chua|nhi|a|nao|gi|sao|dau|may|ha|hay sao|the nao|bao gio|bao nhieu|bao lau|khi nao|o dau|vi sao|tai sao"
    r"|lam sao|nhu the nao|phai khong|dung khong|duoc khong|co phai khong|co dung khong|vay|the|day|hoi|nua) $"
)
_QUESTION_WORDS = re.compile(
    r" (?:co phai|phai khong|dung khong|duoc khong|hay khong|co nen|co duoc|co bi|co can|the nao|nhu nao|bao gio"
    r"|bao nhieu|bao lau|khi nao|o dau|vi sao|tai sao|lam sao|la gi|gi vay|co that|that khong|ai"
    r"|may (?:ngay|mui|lan|tuan)|khong a|chua a|a|nhi|the a|vay a|nao|sao|dau|gi|chua|khong) "
)
_WH_START = re.compile(
    r"^ (?:vi sao|tai sao|lam sao|lam the nao|khi nao|bao gio|bao lau|co nen|co phai|cach nao|dau la|the nao la"
    r"|nhung \w+(?: \w+)? nao) "
)
_THANKS = re.compile(
    r" (?:(?:xin )?(?:chan thanh )?(?:tran trong )?(?:cam on|cam ta|thanks|thank you|xin cam on)(?: \w+){0,7}"
    r"|(?:chuc|kinh chuc)(?: \w+){1,14}|em lo qua|lo qua|giup (?:em|toi|minh|chau)(?: voi)?(?: a)?) $"
)
_THANKS_SIGNS = ("cam on", "cam ta", "thank", "chuc", "lo qua", "giup")  # of thanks; few texts have one
_URGING = re.compile(
    r" (?:chia se (?:gap|ngay|rong|manh|cho|de)|share (?:gap|manh|ngay|cho|de|rong)|hay chia se|chuyen tiep|lan toa"
    r"|gui bai nay|gui cho (?:nguoi than|moi nguoi|ban be|ca nha)|canh bao khan|tin khan|khan cap|truoc khi bi xoa) "
)
_OPINION = re.compile(
    r" (?:toi thay|minh thay|em thay|theo toi|theo minh|ca nhan toi|toi cho rang|toi nghi|minh nghi|y kien|buc xuc"
    r"|kien nghi|de nghi (?:cac|co quan|chinh quyen|xa|phuong|huyen|tinh|thanh pho|so|bo|lanh dao|nha truong|nha mang"
    r"|toi)|phan nan|that vong|mong (?:cac cap|chinh quyen|nha nuoc|lanh dao|xa|phuong|huyen)|met moi voi|chan qua"
    r"|lam on|khong hai long|qua bat cong|vo trach nhiem|toi phan doi|toi ung ho|hoan ho|cam phuc|biet on) "
)
_LETTERHEAD = re.compile(r" (?:cong hoa xa hoi chu nghia viet nam|doc lap tu do hanh phuc) ")
_NUMBERED = re.compile(
    r"(?<!định )(?<!thị )(?<!tư )(?<!văn )(?<!uật )(?<!điện )[Ss]ố\s*:?\s*\d+\s*/\s*(?:\d{4}/)?[A-ZĐ]{2,}-[A-ZĐ]{2,}"
)
_HEADING = 300  # characters in which a document's number stands
_LONGEST_PLEA = 400  # syllables: people ask at length, an article that quotes a question is longer still
_LONGEST_ASKED = 150  # syllables: longer texts that end in a question mark mostly argue
_AFTER_QUESTION = 12  # words after the question mark
_NEAR = 0.5  # log-odds that the classifier may prefer a claim by and still give way to an opinion's own words


def rule_kind(text: str, found: Units) -> TextKind | None:
    """The kind that a rule is sure of, or None. A text that urges to pass it on is left to the classifier."""
    said = f" {' '.join(found.words)} "
    heading = text[:_HEADING]
    if _LETTERHEAD.search(said) or ("/" in heading and _NUMBERED.search(heading)):
        return TextKind.OFFICIAL
    if not _URGING.search(said) and _is_question(text, said, len(found.words)):
        return TextKind.QUESTION
    return None


def _is_question(text: str, said: str, length: int) -> bool:
    """``said``: the syllables without diacritics, a space around each; ``length`` their number."""
    if length <= _LONGEST_PLEA and _ASKING.search(said):
        return True
    if length > _LONGEST_ASKED:
        return False
    marked = "?" in text
    end = _THANKS.sub(" ", _THANKS.sub(" ", said)) if any(sign in said for sign in _THANKS_SIGNS) else said
    if (marked or end != said) and _ABOUT_ONESELF.search(said):
        return True
    asks = _ends_asking(text)
    if asks and (_QUESTION_WORDS.search(end) or length <= 40):
        return True
    if marked and _QUESTION_END.search(end):
        return True
    return bool(_WH_START.search(said)) and length <= 25 and (asks or text.count(".") + text.count("!") <= 1)


def _ends_asking(text: str) -> bool:
    """Whether the last sentence that is not mere thanks ends in a question mark."""
    tail = text.rstrip().rstrip("\"'”’)]. \n")
    return "?" in tail and len(tail[tail.rindex("?") :].split()) <= _AFTER_QUESTION


class KindModel:
    """The classifier of kinds; ``names`` in the order of its columns."""

    def __init__(self, head: Head, names: Sequence[str]) -> None:
        self.head, self.names = head, list(names)

    @classmethod
    def fit(cls, found: Sequence[Units], kinds: Sequence[str]) -> KindModel:
        """Learn from texts of at least three kinds."""
        head = Head.fit([one.folded for one in found], list(kinds), strength=10.0, longest=2, balanced=True)
        return cls(head, [str(name) for name in head.model.classes_])

    def kinds(self, texts: Sequence[str], found: Sequence[Units]) -> list[TextKind]:
        """One kind a text, rules first."""
        margins = self.head.margins([one.folded for one in found])
        return [
            rule_kind(text, one) or self._choose(row, one) for text, one, row in zip(texts, found, margins, strict=True)
        ]

    def beneath_notice(self, found: Units) -> TextKind:
        """What a text in the dress of a notice is where no authority speaks: a claim; an opinion (mostly satire) where
        the two are near, for opinions are not to be handled.
        """
        if TextKind.OPINION not in self.names:
            return TextKind.CLAIM
        (row,) = self.head.margins([found.folded])
        opinion, claim = (float(row[self.names.index(kind)]) for kind in (TextKind.OPINION, TextKind.CLAIM))
        return TextKind.OPINION if claim - opinion < _NEAR else TextKind.CLAIM

    def _choose(self, margins: Any, found: Units) -> TextKind:
        best = TextKind(self.names[int(np.argmax(margins))])
        if best is TextKind.CLAIM and TextKind.OPINION in self.names:
            opinion, claim = (float(margins[self.names.index(kind)]) for kind in (TextKind.OPINION, TextKind.CLAIM))
            said = f" {' '.join(found.words)} "
            if claim - opinion < _NEAR and _OPINION.search(said):
                return TextKind.OPINION
        return best

    def state(self) -> dict[str, Any]:
        """Plain values and sklearn objects for the model file."""
        return {"head": self.head.state(), "names": self.names}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> KindModel:
        """The classifier of a model file."""
        return cls(Head.from_state(state["head"]), state["names"])
