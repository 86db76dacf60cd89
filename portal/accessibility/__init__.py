"""The accessibility statement: what was tried, what does not work, and whom to tell."""
