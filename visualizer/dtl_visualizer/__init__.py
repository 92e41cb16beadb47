"""Draws dataflow graphs: SVG for light and dark pages, PNG, PDF, DOT and Mermaid."""

from dtl_visualizer.picture import EdgePicture, GraphPicture, NodePicture
from dtl_visualizer.render import FORMATS, Engine, render

__all__ = ["FORMATS", "EdgePicture", "Engine", "GraphPicture", "NodePicture", "render"]
