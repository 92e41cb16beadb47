"""From a document to a compiled graph; opens no image."""
