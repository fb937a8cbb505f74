"""Which places a text names."""
