"""Which published finding or official answer is nearest to a text."""
