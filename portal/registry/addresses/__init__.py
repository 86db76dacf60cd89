"""Addresses that do not work: the list, and taking an address off it."""
