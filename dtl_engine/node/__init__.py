"""What a node is: its base classes, ports, settings and the catalogue of installed ones."""
