"""The people of a case on pages: recording a standing, ending it."""
