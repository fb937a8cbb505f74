"""What is flagged, judged: the queue and one item."""
