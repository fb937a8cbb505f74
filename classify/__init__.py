"""Read Vietnamese: relevance, places, near-duplicates, claims, the flag. Pure: document in, opinion out."""
