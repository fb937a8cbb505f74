"""Tests of the archive and the search index."""
