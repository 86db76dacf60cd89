"""Opening a case on pages: its joined claims, a check, and the act."""
