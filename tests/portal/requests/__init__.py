"""Requests to the registry: asked, judged, decided, told."""
