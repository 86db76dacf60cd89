"""Leaving quickly."""
