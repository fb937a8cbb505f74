"""robots.txt: its rules, and what they say before anything is asked."""
