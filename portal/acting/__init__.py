"""Acting for somebody: which principal, where several lent one case."""
