"""Findings: what has been published about claims, in memory and as ClaimReview."""
