"""Manners of the web: pages, forms, sessions, headers, language. No word of the tribunal's."""
