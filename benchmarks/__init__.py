"""Measurements of the engine against scripts that do the same work without it."""
