"""Getting help: whom to ask, and the most needed pages in more languages than two."""
