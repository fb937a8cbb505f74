"""The archive's door: everything that other rooms may call to write to it or read from it."""

from index.claims import ClaimCandidate, claim_candidates, refresh_claims, refresh_urgency, root, standing_verdicts
from index.intake import TakenIn, finish_warc, register_warc, seen, take_in
from index.judgements import Saved, save_judgements
from index.reading import (
    Detail,
    detail,
    documents,
    latest_flags,
    put_all_for_index,
    relevant_ids,
    search_documents,
    similar_documents,
    version_of,
)
from index.review import add_action, decide_level, give_verdict, level_in_force, open_case, retract

__all__ = [
    "ClaimCandidate",
    "Detail",
    "Saved",
    "TakenIn",
    "add_action",
    "claim_candidates",
    "decide_level",
    "detail",
    "documents",
    "finish_warc",
    "give_verdict",
    "latest_flags",
    "level_in_force",
    "open_case",
    "put_all_for_index",
    "refresh_claims",
    "refresh_urgency",
    "register_warc",
    "relevant_ids",
    "retract",
    "root",
    "save_judgements",
    "search_documents",
    "seen",
    "similar_documents",
    "standing_verdicts",
    "take_in",
    "version_of",
]
