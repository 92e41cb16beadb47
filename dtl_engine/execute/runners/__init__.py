"""Runners: where units of work are done; all give the same results."""
