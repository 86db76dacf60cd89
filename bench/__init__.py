"""Measurements of the running portal, and the file that their figures go to."""
