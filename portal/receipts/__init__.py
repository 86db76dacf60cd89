"""Receipts outside the portal: whoever holds number and file can check both, without an account."""
