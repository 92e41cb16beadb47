"""The configuration of the model that a training makes, from its settings and its samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dtl_engine.sdk import ModelError, ModelFamily, Schema, SchemaError
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
        start: the model that the training starts from. What shapes its parameters stays;
            ``continue_training`` keeps all that the settings do not give, and the numbers of its
            classes.

    Raises:
        SchemaError: there is no class to learn, the settings name one that is not there, or they
            shape another network than ``start``.
        ModelError: training cannot go on with ``start``: its classes are others, or its network.
    """
    indices, labels = trained_classes(architecture.family, settings, schema)
    special = getattr(settings, "special_classes", None)
    background = getattr(special, "background", None)
    if architecture.family is ModelFamily.BOXES and background is None:
        # 0 is "nothing" among the outputs of a detector, whether a class stands for it or not.
        indices = {title: index + 1 for title, index in indices.items()}
    described = architecture.describe(settings)
    goes_on = settings.weights_init_type == "continue_training"
    if start is not None and goes_on:
        if start.name != described["name"]:
            raise ModelError(
                f"'continue_training' goes on with the network of the model, '{start.name}': "
                f"'architecture' is '{described['name']}'"
            )
        indices = continued_indices(start.indices, indices, background)
    if start is not None and start.name == described["name"]:
        _check_shape(architecture, described, settings, start)
        kept = (set(start.architecture) if goes_on else set(architecture.shaping)) - {"name"}
        kept &= set(start.architecture) - settings.model_fields_set
        described |= {key: start.architecture[key] for key in described if key in kept}
    return ModelConfig(
        described,
        architecture.family,
        indices,
        labels,
        settings.model_dump(mode="json", by_alias=True),
    )


def _check_shape(
    architecture: type[Architecture],
    described: Mapping[str, Any],
    settings: Any,
    start: ModelConfig,
) -> None:
    """Check that what the settings say of the network's shape is so in the model.

    Raises:
        SchemaError: E410, it is not.
    """
    for key in architecture.shaping:
        theirs = start.architecture.get(key, described[key])
        if key in settings.model_fields_set and described[key] != theirs:
            raise SchemaError(
                "E410",
                f"'{key}' is {described[key]!r}, and the model to start from has {theirs!r}",
                at=(key,),
                value=described[key],
                help=f"leave '{key}' out: that of the model is taken then",
            )
