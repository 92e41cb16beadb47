"""What comes with the package: example graphs, and the sample projects that they read."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def graphs_folder() -> Path:
    """Return the folder of the shipped graphs.

    In an installed wheel it lies inside the package, in a checkout beside it.
    """
    inside = _PACKAGE / "graphs"
    return inside if inside.is_dir() else _PACKAGE.parent / "graphs"


def samples_folder() -> Path:
    """Return the data folder of the shipped sample projects."""
    return graphs_folder() / "samples"


def shipped_graphs() -> dict[str, Path]:
    """Return the shipped graphs by name."""
    return {path.stem: path for path in sorted(graphs_folder().glob("*.json"))}
