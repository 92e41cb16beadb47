"""Which tag of the predicted objects holds their confidence, found before any image is opened."""

from __future__ import annotations

from collections.abc import Sequence

from dtl_engine.sdk import Schema, SchemaError, TagValueType
from dtl_nodes.classes.unknown import require_known
from dtl_nodes.models.config import CONFIDENCE
from dtl_nodes.models.evaluation.settings import WITH_CONFIDENCE, EvaluateSettings
from dtl_nodes.models.evaluation.task import Pair

KEY = "confidence_tag_name"


def confidence_tag(
    settings: EvaluateSettings, classes: Sequence[Pair], samples: Schema
) -> str | None:
    """Return the name of the tag; ``None`` if nothing that is compared has one.

    Not given, it is ``confidence`` with the end that the names of all predicted classes have, as
    in ``confidence_unet``, else ``confidence``, else the only tag whose name begins so.

    Args:
        settings: of the layer.
        classes: what is compared.
        samples: what the samples with the predictions may carry.

    Raises:
        SchemaError: E302, there is no tag of the name that is given; E311, several tags could be
            meant. Neither where no metric looks at a confidence.
    """
    wanted = settings.metrics
    is_needed = bool(classes) and (
        wanted is None
        or not WITH_CONFIDENCE.isdisjoint(wanted)
        or settings.confidence_threshold is not None
    )
    numbers = tags_with_numbers(samples)
    given = settings.confidence_tag_name
    if given is not None:
        if is_needed:
            require_known(numbers, given, "of numbers in the predictions", (KEY,), what="tag")
        return given if given in numbers else None
    named = [name for name in numbers if name.startswith(CONFIDENCE)]
    ends = {name: name.removeprefix(CONFIDENCE) for name in named}
    alike = [
        name
        for name in named
        if ends[name] and classes and all(pair.predicted.endswith(ends[name]) for pair in classes)
    ]
    if alike:
        return max(alike, key=len)
    if CONFIDENCE in named:
        return CONFIDENCE
    if len(named) > 1 and is_needed:
        listed = ", ".join(f"'{name}'" for name in named)
        raise SchemaError(
            "E311",
            f"the confidence of predictions could be in any of the tags {listed}",
            help=f'choose one, as in "{KEY}": "{named[0]}"',
        )
    return named[0] if len(named) == 1 else None


def tags_with_numbers(schema: Schema) -> tuple[str, ...]:
    """Return the names of the tags that could hold a confidence."""
    return tuple(tag.name for tag in schema.tags if tag.value_type is TagValueType.NUMBER)
