"""Dataset formats: one folder each, with its reader, writer and layout."""
