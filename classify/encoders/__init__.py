"""Sentence encoders behind one port; everything works without one."""
