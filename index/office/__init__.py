"""Who works here: roles and keys."""
