"""The document a person wrote: JSON with positions, and the layers in it."""
