"""Joining cases, to be heard together, and separating them."""
