"""What answers those who are not signed in."""
