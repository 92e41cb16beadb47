"""Same results, less work: rules that rewrite compiled graphs, one per file."""
