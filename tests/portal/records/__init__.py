"""Records: taking the case along."""
