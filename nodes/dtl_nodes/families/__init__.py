"""What nodes of one family have in common."""
