"""Help: whom to ask, and the most needed pages in further languages."""
