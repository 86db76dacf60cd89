"""Reviewing what was filed, and answering who wants something back."""
