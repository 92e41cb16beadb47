"""Objects of samples: their shapes, sizes and pixels, and samples with others in their place."""
