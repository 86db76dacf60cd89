"""Hearings: fixing, moving and cancelling them, the list of mine, one in full, and its calendar file."""
