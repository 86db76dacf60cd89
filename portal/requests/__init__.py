"""What people ask of the registry: a small form, a check, a receipt, and what it decided."""
