"""Notices: what the tribunal tells people, and the proof that it arrived."""
