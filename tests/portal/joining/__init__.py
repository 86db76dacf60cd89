"""Joining by letter, and the hearing check."""
