"""Transforms of albumentations: read from JSON, chosen by chance, applied, carried along."""
