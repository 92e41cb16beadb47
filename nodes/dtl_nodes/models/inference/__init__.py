"""Feeding images to a model and merging what it finds into annotations."""
