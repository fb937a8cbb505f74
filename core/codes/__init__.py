"""The closed sets: one table each, a line a value, with everything that depends on the value."""
