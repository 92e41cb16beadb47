"""Lints: what is legal and probably wrong, one rule per file."""
