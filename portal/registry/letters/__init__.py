"""Letters on the registry’s pages: what waits, what was printed, what was posted and came back."""
