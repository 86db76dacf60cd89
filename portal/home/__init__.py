"""The home of the person whom a case is about: one hearing, one thing to do, what came and went."""
