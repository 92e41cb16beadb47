"""Folders of images beside folders of masks of the same names."""
