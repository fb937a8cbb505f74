"""What was received, kept so that it can be shown and proved: WARC, WACZ, pictures."""
