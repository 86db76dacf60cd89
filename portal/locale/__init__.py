"""The catalogues of the languages other than English."""
