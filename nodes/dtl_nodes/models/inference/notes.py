"""What a person should know of settings and model that fit together and may still surprise."""

from __future__ import annotations

from collections.abc import Iterator

from dtl_engine.sdk import ModelFamily, ModelSpec
from dtl_nodes.models.inference.settings import InferSettings
from dtl_nodes.models.inference.sliding_detection import SlidingDetection


def notes(settings: InferSettings, spec: ModelSpec) -> Iterator[str]:
    """Yield sentences, in a fixed order."""
    mode = settings.mode
    if isinstance(mode, SlidingDetection):
        if spec.family is ModelFamily.INSTANCES:
            compared = ", and compared by their pixels" if mode.nms_after.enable else ""
            yield (
                f"mode '{mode.name}': masks are kept{compared}; the original kept rectangles alone"
            )
        if mode.save_probabilities:
            yield f"'save_probabilities' has no effect in mode '{mode.name}'"
    if settings.is_oldest:
        yield (
            "the settings are of the oldest generation: results are the objects that were there, "
            "then windows, then what the model found"
        )
