"""Postal addresses on the registry’s pages: where people without mail get their letters."""
