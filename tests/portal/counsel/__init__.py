"""Counsel’s coming and going."""
