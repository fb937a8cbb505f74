"""One article page: where its text is, and who said it when."""
