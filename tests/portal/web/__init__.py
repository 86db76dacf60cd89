"""Manners: pages, forms, sessions."""
