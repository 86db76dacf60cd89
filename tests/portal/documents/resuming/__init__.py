"""Files that come in pieces."""
