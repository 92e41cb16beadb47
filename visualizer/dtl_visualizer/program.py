"""The ``dot`` program of Graphviz: whether it is here, and one call of it."""

from __future__ import annotations

import shutil

from dtl_engine.errors import UsageError

INSTALL_HINT = (
    "install Graphviz (Debian and Ubuntu: apt-get install graphviz; macOS: brew install "
    "graphviz; Windows: winget install graphviz) so that 'dot' is on the path"
)


class DotFailed(UsageError):
    """The ``dot`` program ended with an error."""


def has_dot() -> bool:
    """Return whether the ``dot`` program is installed."""
    return shutil.which("dot") is not None


def run_dot(source: str, output_format: str) -> bytes:
    """Return what ``dot`` makes of ``source``.

    Args:
        source: a graph in the DOT language.
        output_format: a format name of Graphviz: ``json``, ``png``, ``pdf``.

    Raises:
        UsageError: the program is not installed.
        DotFailed: the program refused the graph or crashed.
    """
    import graphviz  # only who renders with it pays for it

    try:
        data: bytes = graphviz.pipe("dot", output_format, source.encode(), quiet=True)
    except graphviz.ExecutableNotFound as cause:
        raise UsageError(f"the program 'dot' is not installed; {INSTALL_HINT}") from cause
    except graphviz.CalledProcessError as cause:
        raise DotFailed(f"the program 'dot' could not draw the graph: {cause}") from cause
    return data
