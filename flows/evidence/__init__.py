"""Evidence shown, verified, stamped and packed for others."""
