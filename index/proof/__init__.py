"""What shows that nothing was changed: manifest, audit log, append-only tables, keys."""
