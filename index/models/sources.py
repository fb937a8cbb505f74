"""Sources as they are polled, the evidence files that came of it and their manifest, and what was not kept."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SourceState(models.Model):
    """What is known of a source's last polls. The source itself is a TOML file."""

    name = models.CharField(max_length=80, primary_key=True)
    last_polled = models.DateTimeField(null=True)
    last_success = models.DateTimeField(null=True)
    last_document = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    validators = models.JSONField(default=dict)  # of its start addresses, for conditional requests
    not_before = models.DateTimeField(null=True)  # it asked for a pause until then
    daily = models.FloatField(null=True)  # documents a day that it brought of late; null: not known yet


class WarcFile(models.Model):
    """One finished evidence file."""

    name = models.CharField(max_length=160, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    records = models.PositiveIntegerField(default=0)
    found_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)


class ManifestEntry(models.Model):
    """One entry of the evidence manifest (core.manifest). Append-only, never deleted.

    ``records``: offset, length and payload SHA-256 of each record of the file; ``hash`` covers ``records_sha256``.
    """

    number = models.PositiveIntegerField(unique=True)
    kind = models.CharField(max_length=8)  # kept; removed: the file has outlived its retention
    file = models.CharField(max_length=160)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    records = models.JSONField(default=list)
    records_sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "file"], name="manifest_once")]


class ManifestHead(models.Model):
    """One row: the end of the manifest, sealed with the installation's key. Locked while an entry is added."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    hash = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    seal = models.CharField(max_length=64)


class Alarm(models.Model):
    """Something that needs a person, from when it was first found until it was no longer. ``code`` and ``subject``
    say what it is; ``untold``: people are still to hear of its beginning or end, by the mail ``message`` if one is
    under way.
    """

    code = models.CharField(max_length=32)
    subject = models.CharField(max_length=200)
    words = models.TextField()
    raised = models.DateTimeField(db_index=True)
    cleared = models.DateTimeField(null=True)
    untold = models.BooleanField(default=True, db_index=True)
    message = models.CharField(max_length=200, blank=True)
    changed = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "subject"], condition=models.Q(cleared__isnull=True), name="alarm_open_once"
            )
        ]


class SourceTrial(models.Model):
    """A source that somebody means to add, and what one small round over it brought. ``state``: due, running, done."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    at = models.DateTimeField(db_index=True)
    name = models.CharField(max_length=64)
    toml = models.TextField()
    state = models.CharField(max_length=8, default="due")
    result = models.JSONField(default=dict)
    saved = models.BooleanField(default=False)


class SeenUrl(models.Model):
    """An address already fetched for a source, so that a round asks only for what is new."""

    source = models.CharField(max_length=80)
    url_hash = models.CharField(max_length=20)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "url_hash"], name="seen_once")]


class Drop(models.Model):
    """Something not kept, with its reason; ``key`` makes re-reading count it once."""

    key = models.CharField(max_length=64, unique=True)
    stage = models.CharField(max_length=12)
    reason = models.CharField(max_length=40)
    source = models.CharField(max_length=80)
    url = models.TextField(blank=True)
    detail = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)
