"""What the benchmark of single nodes is made of: pictures, settings, and the calls beside them."""
