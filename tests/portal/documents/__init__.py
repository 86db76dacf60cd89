"""Tests of the documents slice."""
