"""The archive's tables. Rows of Flag, Verdict, Action, AuditEntry are only ever added (triggers enforce it).

Writing goes through :mod:`index.archive`; views and reports read these models.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from index import arrangement_models, library_models  # noqa: F401 -- so that Django finds the tables kept there


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


class Author(models.Model):
    """An author's name, encrypted; everything else knows only the keyed pseudonym."""

    key = models.CharField(max_length=32, primary_key=True)
    name = models.BinaryField()


class Claim(models.Model):
    """One checkable statement that one or many documents repeat."""

    headline = models.TextField()
    first_seen = models.DateTimeField(db_index=True)
    last_seen = models.DateTimeField(db_index=True)
    # Derived from documents, flags and verdicts, rewritten with them in the same transaction; lists sort by these.
    probability = models.FloatField(default=0.0)  # highest among its flagged documents; 0: none is flagged
    documents_count = models.PositiveIntegerField(default=0)
    sources_count = models.PositiveIntegerField(default=0)
    urgency = models.FloatField(default=0.0)
    verdict = models.CharField(max_length=16, blank=True)  # value of the latest verdict that stands
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged")

    class Meta:
        indexes = [models.Index(fields=["verdict", "-urgency", "id", "probability"], name="claim_queue")]
        permissions = [
            ("give_verdict", "May give and retract verdicts"),
            ("arrange_claims", "May split and merge claims"),
            ("open_case", "May open cases and record actions"),
            ("reveal_author", "May see an author's name inside an opened case, with a reason"),
            ("decide_level", "May record the epidemic level that was decided"),
            ("send_report", "May make and send reports on demand"),
            ("search", "May search the archive"),
            ("manage_sources", "May add sources and switch them on and off"),
        ]


class ClaimBand(models.Model):
    """MinHash bands of a claim's documents: the streaming look-up of near-duplicates."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="bands")
    value = models.CharField(max_length=24, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "value"], name="band_once")]


class Document(models.Model):
    """One document, its latest version.

    ``text_kind`` empty: not yet classified. ``topic`` empty after that: off the topic.
    """

    id = models.CharField(max_length=20, primary_key=True)
    source = models.CharField(max_length=80, db_index=True)
    source_kind = models.CharField(max_length=12)
    official = models.BooleanField(default=False)  # its source speaks for an authority
    kind = models.CharField(max_length=12)
    url = models.TextField()
    canonical_url = models.TextField()
    title = models.TextField()
    text = models.TextField()
    author = models.ForeignKey(Author, null=True, on_delete=models.SET_NULL)
    published = models.DateTimeField(null=True)
    fetched = models.DateTimeField()
    moment = models.DateTimeField(db_index=True)  # published, else fetched: what lists sort and filter by
    first_seen = models.DateTimeField(db_index=True)  # when the archive took it in: what report periods go by
    language = models.CharField(max_length=8, default="vi")
    tags = models.JSONField(default=list)
    engagement = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    warc_file = models.CharField(max_length=160, blank=True)
    warc_offset = models.BigIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    topic = models.CharField(max_length=40, blank=True)
    text_kind = models.CharField(max_length=16, blank=True)
    classified_at = models.DateTimeField(null=True)
    claim = models.ForeignKey(Claim, null=True, on_delete=models.SET_NULL, related_name="documents")
    # Another paper's article that this one reprints (index.copies): the same voice, so not a source of its own.
    copy_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="copies")
    placed = models.BooleanField(default=False)  # in its claim by a person: the machine takes it out no more

    class Meta:
        indexes = [
            models.Index(fields=["topic", "text_kind", "first_seen"], name="doc_topic_kind"),
            models.Index(fields=["source", "first_seen"], name="doc_source_seen"),  # a source's days, for its health
        ]


class Look(models.Model):
    """Second looks at a flagged document. ``due`` empty: none further. ``changed`` and ``gone``: the moments at which
    we saw that its wording is another, and that it is no more.
    """

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="look")
    flagged = models.DateTimeField()  # when its first flag was given: from then the looks are counted
    due = models.DateTimeField(null=True, db_index=True)
    held = models.DateTimeField(null=True)  # until then a round has it
    looked = models.DateTimeField(null=True)
    changed = models.DateTimeField(null=True)
    gone = models.DateTimeField(null=True)
    history = models.JSONField(default=list)  # at, outcome, status of each look


class DocumentVersion(models.Model):
    """A document's text as it stood at one fetch."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.TextField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    fetched = models.DateTimeField()
    warc_file = models.CharField(max_length=160, blank=True)
    warc_offset = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="version_once")]


class Place(models.Model):
    """A place that a document names (offsets into title + newline + text), or that its source covers (start -1)."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="places")
    province = models.CharField(max_length=60)
    district = models.CharField(max_length=60, blank=True)
    commune = models.CharField(max_length=60, blank=True)
    start = models.IntegerField(default=-1)
    end = models.IntegerField(default=-1)

    class Meta:
        indexes = [
            models.Index(fields=["province", "district"], name="place_district"),
            models.Index(fields=["document", "province", "district"], name="place_document"),  # the queue's filter
        ]


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

    Append-only: a row with ``retracts`` (its value is empty) undoes an earlier one.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="verdicts")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="verdicts")
    value = models.CharField(max_length=16)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(db_index=True)
    retracts = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="retracted_by")


class Action(models.Model):
    """What followed in a case. Append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=24)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()


class LevelDecision(models.Model):
    """An epidemic level as decided by a person who may, with the decision's number and date."""

    province = models.CharField(max_length=60)
    district = models.CharField(max_length=60, blank=True)
    level = models.CharField(max_length=24)
    number = models.CharField(max_length=80)
    decided_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()


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
    """A number that grows with every change of what search holds of a document (:mod:`index.outbox`)."""

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
    """Present only inside the transaction of :func:`index.retention.permitted`; lets the triggers pass deletions."""

    reason = models.CharField(max_length=200)
    at = models.DateTimeField()


class Latch(models.Model):
    """A row to lock while something is decided that two workers must not decide at once (SQLite needs none of it)."""

    name = models.CharField(max_length=40, primary_key=True)


class SavedSearch(models.Model):
    """A search that a person keeps, and what is to be said of new hits. ``query``: the address's query string."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=120)
    query = models.TextField()
    created = models.DateTimeField()
    alert = models.CharField(max_length=8, blank=True)  # now, slots, daily; empty: none
    mail_to = models.CharField(max_length=200, blank=True)
    channels = models.BinaryField(default=bytes)  # apprise addresses, one a line, encrypted: they hold passwords
    channels_count = models.PositiveSmallIntegerField(default=0)
    checked = models.DateTimeField(null=True)  # when new hits were last looked for
    error = models.TextField(blank=True)  # why they could not be

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_name_once")]


class SavedHit(models.Model):
    """A document that a saved search has already told of, or that was there when its alert was switched on."""

    saved = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="hits")
    document = models.CharField(max_length=20)
    moment = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["saved", "document"], name="saved_hit_once")]


class Alert(models.Model):
    """One message about new hits to one target. ``state``: due, sending, sent, in-doubt, failed (as Delivery)."""

    saved = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="alerts")
    target = models.CharField(max_length=200)  # a mail address, or the keyed hash of a channel's address
    documents = models.JSONField(default=list)
    created = models.DateTimeField()
    state = models.CharField(max_length=10, default="due")
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    changed = models.DateTimeField(db_index=True)


class ApiToken(models.Model):
    """A key to the JSON API. Only its hash is kept; ``shown`` are its first characters, for people to tell it by."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    shown = models.CharField(max_length=16)
    hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created = models.DateTimeField()
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    last_used = models.DateTimeField(null=True)
