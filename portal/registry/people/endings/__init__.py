"""Ending a place in a case."""
