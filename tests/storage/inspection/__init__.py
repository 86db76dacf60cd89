"""What attacks and what real documents get, file by file."""
