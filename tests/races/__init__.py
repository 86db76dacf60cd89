"""Races: an access that ends while something is done through it."""
