"""The statement on accessibility."""
