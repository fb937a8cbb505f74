"""Every word on screen has an English one, and the compiled catalogue is the one that is read."""

from __future__ import annotations

from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.review_ui.messages import ROOT, everything

CATALOGUE = ROOT / "locale/en/LC_MESSAGES/django.po"


def test_every_word_on_screen_has_an_english_one() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en")
    known = {str(message.id) for message in catalogue if message.id and message.string}
    wanted = everything()
    assert wanted - known == set(), "add them to django.po"
    assert known - wanted == set(), "no longer shown anywhere: remove them from django.po"


def test_the_compiled_catalogue_is_up_to_date() -> None:
    with CATALOGUE.open("rb") as file:
        compiled = BytesIO()
        write_mo(compiled, read_po(file, locale="en"))
    assert CATALOGUE.with_suffix(".mo").read_bytes() == compiled.getvalue(), (
        "compile it: pybabel compile -i django.po -o django.mo -l en"
    )
