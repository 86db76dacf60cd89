"""Covers: a colleague stands in while somebody is away."""
