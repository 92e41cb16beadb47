"""What layers that keep a window of each image have in common."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from dtl_engine.sdk import Count, RandomExpandNode, Window
from dtl_nodes.settings.windows import WindowSettings

W = TypeVar("W", bound=WindowSettings)


class WindowNode(RandomExpandNode[W, Window], Generic[W]):
    """Decides on a window; one without a pixel drops the sample."""

    @staticmethod
    def infer_counts(settings: Any, count: Count) -> tuple[Count, ...]:
        """Each sample leaves once, or not at all when the window is empty."""
        kept: Count = settings.kept(count)
        return (kept,)

    @staticmethod
    def is_random(settings: Any) -> bool:
        """A random part is."""
        return bool(settings.is_random)
