"""Mutants: small wrongs planted in the rules of authority, each of which some test must notice."""
