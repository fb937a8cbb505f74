"""What the programs keep for themselves: work, what it could not do, the audit log."""

from __future__ import annotations

from django.db import models

from index.models.documents import Document


class Job(models.Model):
    """Work that is due, claimed under a lease.

    Queues: read (WARC name), classify and index (document id), deliver (delivery id). ``attempts`` counts claims.
    """

    queue = models.CharField(max_length=12)
    key = models.CharField(max_length=160)
    created = models.DateTimeField()
    owner = models.CharField(max_length=80, blank=True)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "key"], name="job_once")]
        indexes = [models.Index(fields=["queue", "leased_until"], name="job_due")]


class SearchRevision(models.Model):
    """A number that grows with every change of what search holds of a document (:mod:`index.work.outbox`)."""

    document = models.OneToOneField(
        Document, primary_key=True, on_delete=models.CASCADE, related_name="search_revision"
    )
    revision = models.BigIntegerField()


class DeadLetter(models.Model):
    """Work that was given up, with the last reason, until a person has it tried again (``soatin retry``)."""

    queue = models.CharField(max_length=12)
    key = models.CharField(max_length=160)
    error = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    created = models.DateTimeField()  # when the work was put
    died = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "key"], name="dead_once")]


class AuditEntry(models.Model):
    """Who did what, when; each row carries the hash of the one before. Append-only."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)


class AuditHead(models.Model):
    """One row: the hash that the next audit entry follows. Locked while one is added, so the chain never forks."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    hash = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)


class RetentionPermit(models.Model):
    """Present only inside the transaction of :func:`index.archive.retention.permitted`; lets the triggers pass
    deletions.
    """

    reason = models.CharField(max_length=200)
    at = models.DateTimeField()


class Latch(models.Model):
    """A row to lock while something is decided that two workers must not decide at once (SQLite needs none of it)."""

    name = models.CharField(max_length=40, primary_key=True)
