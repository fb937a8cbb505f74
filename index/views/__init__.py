"""What screens and reports ask of the archive, computed once for all of them."""
