"""Hearings: fixing, moving, cancelling, the list, the calendar file."""
