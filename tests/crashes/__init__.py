"""Crashes: the process killed at every step, the power cut at any moment; what was promised holds."""
