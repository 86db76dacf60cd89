"""Rows and bytes: the database, the object store, the scanner and the only way in."""
