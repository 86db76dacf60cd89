"""Limits against days that were worked out by hand."""
