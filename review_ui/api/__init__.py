"""The JSON API under /api/: the only addresses besides signing in that ask for no signed-in person, but for a token."""
