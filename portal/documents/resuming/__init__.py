"""Files that come in pieces: over a bad line, a closed page, an ended session, another day."""
