"""Acts: everything done in somebody's name, found, and taken away as CSV or PDF."""
