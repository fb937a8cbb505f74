"""Tables of the library of findings, and of what was matched to it."""

from __future__ import annotations

from django.db import models

from index.models.documents import Claim, Document


class Finding(models.Model):
    """What somebody who may say so has published about a claim (core.findings.finding.Finding), or an official notice.

    Imported ones are kept up to date by import. Those of our own verdicts and of official documents are derived: they
    are rewritten in the transaction that changes what they follow from.
    """

    key = models.CharField(max_length=64, unique=True)
    origin = models.CharField(max_length=12, db_index=True)
    text = models.TextField()
    syllables = models.TextField()  # of the text, folded, as matching reads it
    rating = models.CharField(max_length=12, blank=True)  # empty: a notice, which rates nothing
    words = models.CharField(max_length=200, blank=True)  # the rating as published
    publisher = models.CharField(max_length=200, blank=True)  # of a notice the source's name; empty: ourselves
    url = models.TextField(blank=True)
    reviewed = models.DateTimeField(null=True)
    first_url = models.TextField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    claim = models.OneToOneField(Claim, null=True, on_delete=models.CASCADE, related_name="finding")
    document = models.OneToOneField(Document, null=True, on_delete=models.CASCADE, related_name="finding")
    added = models.DateTimeField()
    changed = models.DateTimeField(db_index=True)


class Match(models.Model):
    """A document and a finding that may be about the same thing; ``score`` 0 to 1. The machine's opinion, made anew
    whenever the document or the library changes; it decides nothing.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="matches")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="matches")
    score = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "finding"], name="match_once")]
