"""Making, measuring and keeping the flag's model."""
