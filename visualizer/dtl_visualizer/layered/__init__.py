"""A layered (Sugiyama) layout in pure Python: layers, order, columns, routes."""
