"""What is measured: each module is a process of its own that does the work and tells the time."""
