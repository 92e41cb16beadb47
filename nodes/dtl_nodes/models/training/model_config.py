"""The configuration of the model that a training makes, from its settings and its samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dtl_engine.sdk import ModelError, ModelFamily, Schema
from dtl_nodes.models.config import ModelConfig
from dtl_nodes.models.training.class_mapping import continued_indices, trained_classes

if TYPE_CHECKING:
    from dtl_nodes.models.architectures.base import Architecture


def model_config(
    architecture: type[Architecture],
    settings: Any,
    schema: Schema,
    start: ModelConfig | None = None,
) -> ModelConfig:
    """Return the configuration of the model that a training makes.

    Args:
        architecture: the network.
        settings: those of ``train``.
        schema: what the samples may carry.
        start: the model that ``continue_training`` goes on with: the numbers of its classes stay,
            and so does whatever shapes the network and is not given in the settings.

    Raises:
        SchemaError: there is no class to learn, or the settings name one that is not there.
        ModelError: the classes of ``start`` are others, or it is another network.
    """
    indices, labels = trained_classes(architecture.family, settings, schema)
    special = getattr(settings, "special_classes", None)
    background = getattr(special, "background", None)
    if architecture.family is ModelFamily.BOXES and background is None:
        # 0 is "nothing" among the outputs of a detector, whether a class stands for it or not.
        indices = {title: index + 1 for title, index in indices.items()}
    described = architecture.describe(settings)
    if start is not None:
        if start.name != described["name"]:
            raise ModelError(
                f"'continue_training' goes on with the network of the model, '{start.name}': "
                f"'architecture' is '{described['name']}'"
            )
        indices = continued_indices(start.indices, indices, background)
        kept = set(start.architecture) - settings.model_fields_set
        described |= {key: start.architecture[key] for key in described if key in kept}
    return ModelConfig(
        described,
        architecture.family,
        indices,
        labels,
        settings.model_dump(mode="json", by_alias=True),
    )
