"""Keeping the installation well: missed work, backups, search rebuilt, what expires."""
