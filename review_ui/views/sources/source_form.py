"""The form by which a source is added: from a few fields to the table that a source file holds."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _

from core import plans
from core.codes.platforms import Start
from core.codes.sources import AddressRefusal
from core.codes.texts import SourceKind
from core.errors import DataError
from core.model.sources import Source
from core.outgoing import refusal
from core.sources.addresses import netloc_of
from core.sources.files import parse_source
from core.vietnamese.characters import fold
from review_ui import known_sources
from review_ui.language import word_of

KINDS = [str(kind) for kind in SourceKind if kind.asked]
STARTS = [str(start) for start in Start if start.desk]
INTERVALS = (10, 15, 30, 60, 120, 360)
_NAME_LENGTH = 60


class SourceForm(forms.Form):
    """Address, what it is, title, kind, province, whether it speaks for an authority, minutes between polls."""

    url = forms.CharField(max_length=2000)
    start = forms.ChoiceField(choices=[(code, code) for code in STARTS])
    title = forms.CharField(max_length=120)
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS])
    province = forms.ChoiceField(choices=lambda: [("", ""), *provinces()], required=False)
    official = forms.BooleanField(required=False)
    interval = forms.TypedChoiceField(choices=[(minutes, minutes) for minutes in INTERVALS], coerce=int)

    source: Source

    def clean_url(self) -> str:
        """An address on the public web, by DNS too."""
        url = str(self.cleaned_data["url"]).strip()
        if why := refusal(url, local=bool(settings.SOATIN.local_sources)):
            raise forms.ValidationError(word_of(AddressRefusal, why))
        return url

    def clean(self) -> dict[str, Any]:
        """The whole is a source that is not there yet."""
        data = self.cleaned_data
        if not self.errors:
            self.source = self._source(data)
        return data

    def _source(self, data: dict[str, Any]) -> Source:
        start = Start(data["start"])
        table: dict[str, Any] = {
            "title": " ".join(data["title"].split()),
            "kind": data["kind"],
            "platform": str(start.platform),
            "hosts": [netloc_of(data["url"])],
            "starts": [{"url": data["url"], "as": str(start.role)}],
            "official": data["official"],
            "interval": data["interval"],
        }
        if data["province"]:
            table["province"] = data["province"]
        try:
            source = parse_source(name_of(table["title"]), table)
        except DataError:
            raise forms.ValidationError(_("Địa chỉ hoặc tên này không dùng được.")) from None
        for known in known_sources.load()[0]:
            if known.name == source.name:
                raise forms.ValidationError(_("Đã có nguồn tin mang tên này."))
            if data["url"] in {start["url"] for start in known.starts}:
                raise forms.ValidationError(_("Địa chỉ này đã có trong nguồn %(name)s.") % {"name": known.title})
        return source


def name_of(title: str) -> str:
    """A source's name from its title: folded letters and digits with hyphens between."""
    return re.sub(r"[^a-z0-9]+", "-", fold(title).lower())[:_NAME_LENGTH].strip("-")


def provinces() -> list[tuple[str, str]]:
    """Code and title of the provinces that have a plan."""
    return [(name, plans.load_plan(name).title) for name in plans.names()]
