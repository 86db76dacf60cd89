"""Teams: people who work together and are lent to at once; each joins and accepts for himself."""
