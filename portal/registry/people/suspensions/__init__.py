"""Suspending counsel, and lifting a suspension."""
