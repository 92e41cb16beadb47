"""The insides of image files: headers, orientation, colour profiles; no Image in sight."""
