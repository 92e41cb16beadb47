"""LabelMe: one JSON file beside each image."""
