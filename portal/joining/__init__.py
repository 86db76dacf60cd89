"""Joining: who got a letter with a code comes in by it, or looks once when the hearing is."""
