"""Reviews: who still has access, asked every quarter."""
