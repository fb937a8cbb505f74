"""What is watched, how it fares, and what was passed over."""
