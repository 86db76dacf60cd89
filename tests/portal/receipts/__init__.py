"""Checking receipts, and what is told about them by mail."""
