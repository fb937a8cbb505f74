"""The flag: probability, kind and reasons of one text."""
