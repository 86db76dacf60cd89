"""Tests of the first page of the person whom a case is about."""
