"""Counsel’s coming and going: retainers, withdrawal, revocation, and telling everybody."""
