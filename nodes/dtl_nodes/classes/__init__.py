"""Classes and tags: mapped, picked, declared."""
