"""Motions: where the pixels of an image go, and how every shape of an annotation follows them."""
