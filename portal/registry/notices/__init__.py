"""Notices on the registry’s pages: facts, preview, who receives it, issue."""
