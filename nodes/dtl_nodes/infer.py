"""The ``infer`` node: apply a model to samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from dtl_engine.sdk import BatchNode, DataError, ModelSpec, Node, Sample, Schema, SchemaError
from dtl_nodes.models.inference.applied import AppliedSettings, is_applied
from dtl_nodes.models.inference.notes import notes
from dtl_nodes.models.inference.output_schema import output_schema
from dtl_nodes.models.inference.predictor import Predictor
from dtl_nodes.models.inference.settings import InferSettings


class Infer(BatchNode[InferSettings, Predictor]):
    """Add what a model finds to each sample; objects and tags that are there stay first.

    The settings are those of the original inference configurations. ``mode`` says how images are
    fed to the model: whole, in part, around objects, or by sliding windows. A class or tag of the
    result that exists already is a mistake of the graph: give ``add_suffix``.

    Example:
        {"mode": {"name": "full_image",
         "model_classes": {"save_classes": "__all__", "add_suffix": "_found"}}}

    Source: the inference plugins of the original engine.
    """

    action = "infer"
    port_aliases: ClassVar[Mapping[str, str]] = {"deployed_model": "model"}

    @classmethod
    def variant(cls, settings: Any) -> type[Node[Any]]:
        """Return the node for settings of the second generation where they are such."""
        return _Applied if is_applied(settings) else cls

    @staticmethod
    def infer_schema_with(settings: Any, schema: Schema, model: ModelSpec) -> Schema:
        """Add the classes and tags of the model under their new names."""
        return output_schema(settings, schema, model)

    @staticmethod
    def notes(settings: Any, model: ModelSpec) -> Iterable[str]:
        """Say what may surprise: what has no effect, and what the original did otherwise."""
        return notes(settings, model)

    @staticmethod
    def batch_size(settings: Any) -> int:
        """As many images as the model sees at once."""
        return int(settings.batch_size)

    def open(self, model: Path, spec: ModelSpec) -> Predictor:
        """Load the model."""
        from dtl_nodes.models.inference.open_model import open_predictor

        return open_predictor(model, self.settings.options, self.settings.model.gpu_device)

    def remarks(self, resource: Predictor) -> Iterable[str]:
        """Say where the model runs if that is not where it was to."""
        return resource.notes

    def apply_batch(
        self, samples: Sequence[Sample], resource: Predictor, schema: Schema
    ) -> Sequence[Sample | DataError]:
        """Feed the samples to the model."""
        from dtl_nodes.models.inference.run import apply_mode

        return apply_mode(self.settings, samples, resource)


class _Applied(BatchNode[AppliedSettings, tuple[Predictor, ModelSpec]]):
    """The same with settings of the second generation."""

    action = "infer"
    port_aliases = Infer.port_aliases

    @staticmethod
    def infer_schema_with(settings: AppliedSettings, schema: Schema, model: ModelSpec) -> Schema:
        """Add the classes and tags of the model; suffixes part those that exist already."""
        try:
            return output_schema(settings.meaning(schema, model), schema, model)
        except SchemaError as error:
            raise settings.at_home(error) from error

    def open(self, model: Path, spec: ModelSpec) -> tuple[Predictor, ModelSpec]:
        """Load the model."""
        return Infer(self.settings.meaning(Schema(), spec)).open(model, spec), spec

    def remarks(self, resource: tuple[Predictor, ModelSpec]) -> Iterable[str]:
        """Say where the model runs if that is not where it was to."""
        return resource[0].notes

    def apply_batch(
        self, samples: Sequence[Sample], resource: tuple[Predictor, ModelSpec], schema: Schema
    ) -> Sequence[Sample | DataError]:
        """Feed the samples to the model."""
        predictor, spec = resource
        return Infer(self.settings.meaning(schema, spec)).apply_batch(samples, predictor, schema)
