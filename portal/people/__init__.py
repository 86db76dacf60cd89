"""People: signing in and out, invitations, language."""
