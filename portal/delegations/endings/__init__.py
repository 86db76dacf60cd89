"""Endings: what would be lost, ending many loans at once, and the statement that proves it."""
