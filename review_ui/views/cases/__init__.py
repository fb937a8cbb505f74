"""What was judged and is handled: cases, their documents and evidence."""
