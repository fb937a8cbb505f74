"""What people keep at the desk: saved searches with their alerts, keys to the API."""

from __future__ import annotations

from django.conf import settings
from django.db import models


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


class Profile(models.Model):
    """What an office knows of a person besides name, full name (``first_name``) and mail address of the account."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    title = models.CharField(max_length=150, blank=True)
    unit = models.CharField(max_length=60, blank=True)  # code of a unit of the plan
    district = models.CharField(max_length=80, blank=True)

    class Meta:
        permissions = [
            ("read_desk", "May see the queue, claims, cases, reports and sources"),
            ("keep_accounts", "May make, change and disable accounts"),
        ]


class Invitation(models.Model):
    """A link that signs one person in once. Only the hash of its text is kept. ``used``: by whoever came first, or when
    a later link or a disabled account made it void.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    hash = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=150)
    made = models.DateTimeField()
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)
