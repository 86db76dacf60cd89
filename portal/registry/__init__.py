"""The registry's pages: the desk, opening cases, recording people, scheduling, issuing notices."""
