"""Tags that an export tells by its splits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dtl_engine.sdk import Place, Sample, Tag


def tags_to_write(sample: Sample, place: Place, settings: Any) -> Iterator[Tag]:
    """Yield the tags of an image but the one that its split stands for.

    Args:
        sample: is written.
        place: in its split.
        settings: of ``export``.
    """
    for tag in sample.tags:
        if settings.splits is None or tag.value is not None or tag.name != place.dataset:
            yield tag
