"""Contact details: people change their own, and who represents somebody, that person’s."""
