"""From a plan to files and reports; the only place that acts."""
