"""What was filed, as people look at it: receipts, documents, bytes."""
