"""What repeats what: near copies, retellings, and what a claim is about."""
