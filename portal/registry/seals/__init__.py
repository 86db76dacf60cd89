"""Sealing a document, and lifting the seal."""
