"""How people arranged claims: what they split and merged."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from index.models.documents import Claim


class ClaimEdit(models.Model):
    """Documents that a person moved from ``claim`` to ``other``: a new claim (split), or one that takes the whole of it
    (merge). Append-only (retention alone removes): a row with ``undoes`` takes an earlier one back.
    """

    kind = models.CharField(max_length=8)  # split, merge
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="given")
    other = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="taken")
    documents = models.JSONField(default=list)  # ids
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()
    undoes = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undone_by")
