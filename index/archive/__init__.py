"""The record of truth: what is written and read, by subject."""
