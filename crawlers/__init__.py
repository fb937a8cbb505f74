"""Fetch, and keep what was fetched. Knows the web, not the topic."""
