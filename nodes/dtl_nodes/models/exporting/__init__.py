"""Models in forms that other programs load."""
