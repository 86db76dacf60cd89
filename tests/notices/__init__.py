"""Tests of notices, with a real database and a real mail server."""
