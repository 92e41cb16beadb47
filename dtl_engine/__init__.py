"""dtl-engine: declarative dataflow graphs over annotated image datasets."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dtl_engine.api import compile_graph, run_graph

__version__ = "0.1.0"
__all__ = ["__version__", "compile_graph", "run_graph"]


def __getattr__(name: str) -> Any:
    """Import the functions when they are first asked for: ``dtl --help`` needs none of them."""
    if name in ("compile_graph", "run_graph"):
        from dtl_engine import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
