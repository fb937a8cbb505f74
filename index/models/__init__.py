"""The archive's tables. Writing goes through :mod:`index.archive`; views and reports read these models."""

from __future__ import annotations

from index.models.arrangement import ClaimEdit
from index.models.documents import Author, Claim, ClaimBand, ClaimFacet, Document, DocumentVersion, Look, Place, Sense
from index.models.handling import (
    Action,
    Case,
    CaseReview,
    Delivery,
    Disagreement,
    EvidencePackage,
    Flag,
    LevelDecision,
    Report,
    Verdict,
)
from index.models.library import Finding, Match
from index.models.people import Alert, ApiToken, Invitation, Profile, SavedHit, SavedSearch
from index.models.running import AuditEntry, AuditHead, DeadLetter, Job, Latch, RetentionPermit, SearchRevision
from index.models.sources import Alarm, Drop, ManifestEntry, ManifestHead, SeenUrl, SourceState, SourceTrial, WarcFile

__all__ = [
    "Action",
    "Alarm",
    "Alert",
    "ApiToken",
    "AuditEntry",
    "AuditHead",
    "Author",
    "Case",
    "CaseReview",
    "Claim",
    "ClaimBand",
    "ClaimEdit",
    "ClaimFacet",
    "DeadLetter",
    "Delivery",
    "Disagreement",
    "Document",
    "DocumentVersion",
    "Drop",
    "EvidencePackage",
    "Finding",
    "Flag",
    "Invitation",
    "Job",
    "Latch",
    "LevelDecision",
    "Look",
    "ManifestEntry",
    "ManifestHead",
    "Match",
    "Place",
    "Profile",
    "Report",
    "RetentionPermit",
    "SavedHit",
    "SavedSearch",
    "SearchRevision",
    "SeenUrl",
    "Sense",
    "SourceState",
    "SourceTrial",
    "Verdict",
    "WarcFile",
]
