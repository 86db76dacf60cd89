"""The inbox: what was served on me, what it says, and what is recorded of my reading it."""
