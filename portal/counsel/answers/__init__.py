"""The registry’s answers to retainers."""
