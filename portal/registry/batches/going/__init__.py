"""A batch on its way: issued, followed, paused, and what became of each row."""
