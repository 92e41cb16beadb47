"""Video files as sources of frames."""
