"""Delegations: terms, offers, answers, endings, invitations, and the view against an oracle."""
