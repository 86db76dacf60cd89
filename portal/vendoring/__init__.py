"""Brings other people's browser code into the repository, and builds the one stylesheet."""
