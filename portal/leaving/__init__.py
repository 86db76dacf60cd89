"""Leaving quickly: the session ends, and a page that says nothing of a tribunal takes its place."""
