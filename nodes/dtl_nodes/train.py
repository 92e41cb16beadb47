"""The ``train`` node: fit a network to a stream of samples."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from dtl_engine.sdk import (
    DataFolders,
    FitNode,
    FitTask,
    ModelError,
    ModelFamily,
    ModelSpec,
    OpenedModel,
    Place,
    Sample,
    Schema,
    SchemaError,
    Variant,
)
from dtl_nodes.classes.unknown import require_known
from dtl_nodes.formats.supervisely.options import SavedProject
from dtl_nodes.formats.supervisely.writer import write_meta, write_sample
from dtl_nodes.models.architectures import (
    ALIASES,
    architecture_names,
    canonical_name,
    load_architecture,
)
from dtl_nodes.models.extras import require_extra
from dtl_nodes.models.model_source import find_in
from dtl_nodes.models.training.settings import TrainSettings, UnknownArchitecture
from dtl_nodes.models.training.spool import ROOTS

_AS_IT_IS = SavedProject()
_OBJECTS = (ModelFamily.INSTANCES, ModelFamily.BOXES)
_TRAINING = ("lightning_fabric", "safetensors")


class Train(FitNode[TrainSettings]):
    """Train a network on the samples that are tagged ``train``, and validate it on those ``val``.

    The first output is the model, the second one its curves; ``null`` discards one. The folder of
    the model, called ``name``, holds a checkpoint for each validation, tables and pictures of the
    losses, and the state from which an interrupted training goes on. A training that is complete
    and unchanged is not run again.

    Settings beyond these are those of the ``architecture``, in the words of the original
    configurations.

    Example:
        {"architecture": "unet", "encoder": "resnet18", "epochs": 1,
         "input_size": {"width": 64, "height": 64}, "gpu_devices": []}

    Source: the training plugins of the original engine.
    """

    action = "train"
    architecture: ClassVar[Any] = None
    """The network; a class of its own is made for each."""

    @classmethod
    def variant(cls, settings: Any) -> type[Train]:
        """Return the node for the architecture that is asked for."""
        name = settings.get("architecture") if isinstance(settings, Mapping) else None
        if not isinstance(name, str):
            return _TrainUnknown
        try:
            return _for_architecture(name if name in architecture_names() else canonical_name(name))
        except ModelError:
            return _TrainUnknown  # its settings say so, with the place

    @classmethod
    def variants(cls) -> tuple[Variant, ...]:
        """Return one for each network that can be loaded."""
        found = []
        for name in architecture_names():
            others = tuple(other for other, known in ALIASES.items() if known == name)
            with suppress(ModelError):
                found.append(Variant("architecture", (name, *others), _for_architecture(name)))
        return tuple(found)

    @staticmethod
    def infer_model(settings: Any, schema: Schema) -> ModelSpec:
        """Return what the network will predict: the classes of the samples."""
        from dtl_nodes.models.training.model_config import model_config

        for key, name in settings.dataset_tags:
            require_known(
                schema.tag_names, name, "on the images", ("dataset_tags", key), what="tag"
            )
        architecture = load_architecture(settings.architecture)
        return model_config(architecture, settings, schema).spec(architecture.suffix)

    @staticmethod
    def check_start(settings: Any, schema: Schema, data: DataFolders) -> None:
        """Refuse weights that are not there, and a model of other classes to go on with."""
        from dtl_nodes.models.training.model_config import model_config
        from dtl_nodes.models.training.weights import starting_model

        goes_on = settings.weights_init_type == "continue_training"
        if not isinstance(settings.weights, str):
            if goes_on:
                raise SchemaError(
                    "E410",
                    "'continue_training' needs a model to go on with",
                    at=("weights_init_type",),
                    value=settings.weights_init_type,
                    help="name it in 'weights': the folder of a training in a data folder",
                )
            return
        place = find_in(data, settings.weights, ("weights",))
        try:
            start = starting_model(settings, place)
            model_config(load_architecture(settings.architecture), settings, schema, start)
        except ModelError as error:
            raise SchemaError(
                "E410", str(error), at=("weights",), value=settings.weights
            ) from error

    def check_installed(self, schemas: Mapping[str, Schema], opened: OpenedModel | None) -> None:
        """Refuse to collect samples where nothing can be trained on them."""
        architecture = load_architecture(self.settings.architecture)
        judging = ("pycocotools",) if architecture.family in _OBJECTS else ()
        libraries = dict.fromkeys((*architecture.libraries, *_TRAINING, *judging))
        require_extra("models", "training", *libraries)

    def start(self, schema: Schema, folder: Path) -> None:
        """Declare what the samples carry."""
        write_meta(schema, folder)

    def write(self, sample: Sample, schema: Schema, place: Place) -> None:
        """Store the sample, and which source image it comes from."""
        write_sample(sample, place, _AS_IT_IS)
        name = f"{place.stem}{sample.origin.suffix}"
        place.path(ROOTS, place.dataset, f"{name}.txt").write_text(str(sample.origin))

    def fit(self, task: FitTask) -> None:
        """Train, or go on with what an interrupted run left."""
        from dtl_nodes.models.training.task import train

        train(load_architecture(self.settings.architecture), self.settings, task)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.settings,)


class _TrainUnknown(Train):
    """Train a network that nobody knows: only what all settings have in common can be checked."""

    settings_model = UnknownArchitecture


@cache
def _for_architecture(name: str) -> type[Train]:
    architecture = load_architecture(name)
    members = {
        "architecture": architecture,
        "settings_model": architecture.settings_model,
        "__doc__": Train.__doc__,
        "__module__": __name__,
    }
    return type("Train", (Train,), members)


def _rebuilt(settings: TrainSettings) -> Train:
    return Train.variant({"architecture": settings.architecture})(settings)
