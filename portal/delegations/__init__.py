"""Delegations: lending rights, accepting what is lent, ending it, and what was done in one's name."""
