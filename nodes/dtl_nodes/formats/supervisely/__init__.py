"""The Supervisely image project: the current format and the older forms of it."""
