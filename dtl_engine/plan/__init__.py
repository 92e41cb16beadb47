"""What a run will do: units of work, names of outputs, workers."""
