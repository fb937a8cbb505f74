"""What was read: documents with their versions, places and authors, and the claims that they make."""

from __future__ import annotations

from django.db import models

from core.codes.scopes import ClaimScope


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
    scope_rank = models.SmallIntegerField(default=2)  # ClaimScope.rank, seen from the installation's province
    verdict = models.CharField(max_length=16, blank=True)  # value of the latest verdict that stands
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged")

    class Meta:
        indexes = [
            models.Index(
                fields=["verdict", "-scope_rank", "-urgency", "id", "probability", "last_seen"], name="claim_queue"
            )
        ]
        permissions = [
            ("give_verdict", "May give and retract verdicts"),
            ("arrange_claims", "May split and merge claims"),
            ("open_case", "May open cases and record actions"),
            ("reveal_author", "May see an author's name inside an opened case, with a reason"),
            ("review_measures", "May decide on measures whose claim was cleared"),
            ("decide_level", "May record the epidemic level that was decided"),
            ("send_report", "May make and send reports on demand"),
            ("search", "May search the archive"),
            ("manage_sources", "May add sources and switch them on and off"),
        ]

    @property
    def scope(self) -> ClaimScope:
        """Whom it concerns, seen from the installation's province."""
        return ClaimScope.of_rank(self.scope_rank)


class ClaimBand(models.Model):
    """MinHash bands of a claim's documents: the streaming look-up of near-duplicates."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="bands")
    value = models.CharField(max_length=24, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "value"], name="band_once")]


class ClaimFacet(models.Model):
    """What the queue is filtered by, once for each claim: ``source_kind`` of one of its documents, ``place`` that one
    names (``"province"`` or ``"province/district"``). Derived as the claim's own columns are, in the same transaction.
    """

    PLACE, SOURCE_KIND = "place", "source_kind"

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="facets")
    name = models.CharField(max_length=12)
    value = models.CharField(max_length=130)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "value", "claim"], name="claim_facet_once")]


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
    foreign_id = models.CharField(max_length=200, blank=True, db_index=True)  # what another system calls it
    version = models.PositiveIntegerField(default=1)
    topic = models.CharField(max_length=40, blank=True)
    text_kind = models.CharField(max_length=16, blank=True)
    classified_at = models.DateTimeField(null=True)
    claim = models.ForeignKey(Claim, null=True, on_delete=models.SET_NULL, related_name="documents")
    # Another paper's article that this one reprints (index.archive.reprints): the same voice, so not a source of its
    # own.
    copy_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="copies")
    placed = models.BooleanField(default=False)  # in its claim by a person: the machine takes it out no more

    class Meta:
        indexes = [
            models.Index(fields=["topic", "text_kind", "first_seen"], name="doc_topic_kind"),
            models.Index(fields=["claim", "source_kind", "id"], name="doc_claim_kind"),  # the queue's filters
            models.Index(fields=["source", "first_seen"], name="doc_source_seen"),  # a source's days, for its health
        ]


class Sense(models.Model):
    """The vector of what a suspect document says (classify.claims.sense), with which later ones are compared."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True, related_name="sense")
    vector = models.BinaryField()


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
