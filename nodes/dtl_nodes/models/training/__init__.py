"""Fitting a network to a stream of samples."""
