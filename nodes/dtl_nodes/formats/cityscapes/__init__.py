"""Cityscapes: polygons of street scenes, and pictures painted of them."""
