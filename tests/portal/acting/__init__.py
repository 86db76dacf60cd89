"""Acting for somebody."""
