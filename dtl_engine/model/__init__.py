"""What travels along edges: samples, images, annotations, shapes and schemas."""
