"""What was judged, decided and reported. Flags, verdicts and actions are only ever added (triggers enforce it)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from index.models.documents import Claim, Document


class Flag(models.Model):
    """The machine's opinion of one version of a document. Append-only."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="flags")
    version = models.PositiveIntegerField()
    probability = models.FloatField()
    kind = models.CharField(max_length=16)
    flagged = models.BooleanField(db_index=True)
    unsure = models.BooleanField(default=False)  # far from everything learnt: shown, never counted
    reasons = models.JSONField(default=list)
    nearest = models.JSONField(default=list)
    model = models.CharField(max_length=80)
    created = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "version", "model"], name="flag_once")]


class Case(models.Model):
    """A claim that an inspector opened. Its state is computed from verdicts and actions."""

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="case")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    opened_at = models.DateTimeField()


class Verdict(models.Model):
    """An inspector's finding on a claim, given while looking at ``document``.

    Append-only: a row with ``retracts`` (its value is empty) undoes an earlier one; where that was another person's,
    its note is the reason. ``seen``: the verdict that stood on the page on which it was given. ``sent``: the mark that
    a browser put on it, so that what is sent twice is recorded once.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="verdicts")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="verdicts")
    value = models.CharField(max_length=16)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(db_index=True)
    retracts = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="retracted_by")
    seen = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    sent = models.CharField(max_length=36, null=True, unique=True)


class Disagreement(models.Model):
    """Two people found different things about one claim. Append-only.

    ``first`` stood when ``by`` found ``value``; ``second`` is the verdict by which they replaced it, None: they let the
    first one stand, knowing it.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="disagreements")
    first = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="disputed_by")
    second = models.OneToOneField(Verdict, null=True, on_delete=models.PROTECT, related_name="disputes")
    value = models.CharField(max_length=16)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(db_index=True)
    sent = models.CharField(max_length=36, null=True, unique=True)


class CaseReview(models.Model):
    """A lead looked again at what was done in a case, after ``verdict`` cleared its claim. Append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="+")
    note = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()


class Action(models.Model):
    """What followed in a case. Append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=24)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()


class LevelDecision(models.Model):
    """An epidemic level as an authority decided it, with the decision's number and date, recorded by a person who may.

    Append-only: a row with ``corrects`` takes the place of one that was recorded wrongly, for a ``reason``; its level
    is empty where there was no such decision at all.
    """

    province = models.CharField(max_length=60)
    district = models.CharField(max_length=60, blank=True)
    level = models.CharField(max_length=24, blank=True)
    number = models.CharField(max_length=80)
    decided_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")
    reason = models.TextField(blank=True)


class Report(models.Model):
    """The report of one slot. ``data`` is what DOCX, PDF and mail were made from."""

    province = models.CharField(max_length=60)
    slot = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    on_demand = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    number = models.PositiveIntegerField()  # serial within province and year
    created = models.DateTimeField()
    data = models.JSONField()
    docx = models.CharField(max_length=200, blank=True)  # file names inside the report folder
    pdf = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "slot", "since", "on_demand"], name="report_once"),
        ]


class Delivery(models.Model):
    """One report to one recipient. ``state``: due, sending, sent, in-doubt, failed."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="deliveries")
    recipient = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="due")
    message_id = models.CharField(max_length=200)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    changed = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "recipient"], name="delivery_once")]


class EvidencePackage(models.Model):
    """A case's evidence as one file that somebody asked for. ``state``: empty while it waits, then done or failed;
    ``lacks``: what is not in it (pictures, stamp), or why there is none.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="packages")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=8, blank=True)
    file = models.CharField(max_length=160, blank=True)
    lacks = models.JSONField(default=list)
    finished = models.DateTimeField(null=True)
