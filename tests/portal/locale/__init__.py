"""Languages: their catalogues."""
