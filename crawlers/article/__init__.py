"""One article of a page: where it stands, its paragraphs, and what the page says about it."""
