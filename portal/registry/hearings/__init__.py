"""Hearings on the registry’s pages: scheduling, moving, cancelling."""
