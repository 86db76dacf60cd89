"""Preferences: how somebody is told that something waits, and in which language and zone."""
