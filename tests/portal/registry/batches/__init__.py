"""Tests of many notices at once."""
