"""The text of ``config.json``: written in one form for all networks, read in the older ones too.

Source: the checkpoints of the original plugins, whose keys differ from network to network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard

from dtl_engine.sdk import LabelSpec, ModelError, ModelFamily, ShapeKind, distinct_color
from dtl_nodes.models.architectures import canonical_name
from dtl_nodes.models.config import CONFIG, FORMAT_VERSION, KINDS, ModelConfig

CLASS_LISTS = ("out_classes", "classes")
MAPPINGS = ("class_title_to_idx", "mapping", "classification_tags_to_idx")

FAMILIES: Mapping[str, ModelFamily] = {
    "mask_rcnn": ModelFamily.INSTANCES,
    "faster_rcnn": ModelFamily.BOXES,
    "unet": ModelFamily.SEMANTIC,
    "deeplab_v3plus": ModelFamily.SEMANTIC,
    "resnet": ModelFamily.TAGS,
}
"""What the networks of the original plugins predict; other configurations say it."""

_COLOR = re.compile("#[0-9A-Fa-f]{6}")

_WRITTEN_NAMES = {"resnet": "classifier"}


def config_json(config: ModelConfig) -> dict[str, Any]:
    """Return a configuration as the JSON value of its file."""
    options = {key: value for key, value in config.architecture.items() if key != "name"}
    return {
        "format_version": FORMAT_VERSION,
        "architecture": {"family": _WRITTEN_NAMES.get(config.name, config.name), **options},
        "predicts": str(config.family),
        "settings": dict(config.settings),
        "out_classes": [
            {
                "title": label.name,
                "shape": str(label.kind),
                "color": label.color,
                "geometry_config": dict(label.extra.get("geometry_config", {})),
            }
            for label in config.labels
        ],
        "class_title_to_idx": dict(config.indices),
    }


def read_config(folder: Path) -> ModelConfig:
    """Read the configuration of a checkpoint folder.

    Raises:
        ModelError: there is none, or it is not one of a model.
    """
    path = folder / CONFIG
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ModelError(f"{folder} is no model: it has no {CONFIG}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from error
    return parse_config(text, str(path))


def parse_config(text: str, shown: str) -> ModelConfig:
    """Read a configuration from its text; ``shown`` names it in messages.

    Raises:
        ModelError: the text is no configuration of a model.
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ModelError(f"{shown} is no JSON: {error}") from error
    except RecursionError as error:
        raise ModelError(
            f"{shown} is no configuration of a model: it is nested too deep"
        ) from error
    if not isinstance(content, dict):
        raise ModelError(f"{shown} is no configuration of a model: it is no object")
    version = content.get("format_version", FORMAT_VERSION)
    if not _is_whole(version) or version > FORMAT_VERSION:
        raise ModelError(
            f"{shown} has format_version {version!r}: this version of the engine reads up to "
            f"{FORMAT_VERSION}"
        )
    settings = content.get("settings", {})
    if not isinstance(settings, dict):
        raise ModelError(f"{shown}: 'settings' is no object")
    indices = _indices(content, shown)
    architecture = _architecture(content, settings)
    family = _family(content, str(architecture["name"]), shown)
    _check_input_size(settings, family, shown)
    labels = (
        ()
        if family is ModelFamily.TAGS
        else _labels(content, indices, family, str(architecture["name"]), shown)
    )
    return ModelConfig(architecture, family, indices, labels, settings)


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_input_size(settings: Mapping[str, Any], family: ModelFamily, shown: str) -> None:
    """Refuse an input size that is none.

    Raises:
        ModelError: it is no object, or a side that counts is no number from 1.
    """
    size = settings.get("input_size")
    if size is not None and not isinstance(size, dict):
        raise ModelError(f"{shown}: 'settings.input_size' is no object")
    # Detectors of the original had a width and a height of 0 beside the sizes that counted.
    sides = ("width", "height") if family is ModelFamily.SEMANTIC else ("min_dim", "max_dim")
    for key in sides:
        told: Any = (size or {}).get(key)
        several: list[Any] = told if isinstance(told, list) and told else [told]
        if told is not None and not all(_is_whole(each) and each >= 1 for each in several):
            raise ModelError(
                f"{shown}: 'settings.input_size.{key}' is {told!r}, not a number of pixels from 1"
            )


def _indices(content: Mapping[str, Any], shown: str) -> dict[str, int]:
    """Return the mapping of classes or tags to outputs."""
    key = next((key for key in MAPPINGS if key in content), None)
    if key is None:
        raise ModelError(f"{shown} has no mapping of classes: the key '{MAPPINGS[0]}' is missing")
    indices = content[key]
    is_mapping = isinstance(indices, dict) and all(
        _is_whole(index) and index >= 0 for index in indices.values()
    )
    if not is_mapping or not indices:
        raise ModelError(f"{shown}: '{key}' is to hold a whole number from 0 for each class")
    if len(set(indices.values())) < len(indices):
        raise ModelError(f"{shown}: '{key}' gives one number to several classes")
    if "" in indices:
        raise ModelError(f"{shown}: '{key}' has a class without a title")
    return dict(indices)


def _architecture(content: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the architecture, ``name`` first, guessed from the keys where it is not told."""
    told = content.get("architecture")
    if isinstance(told, dict) and (name := told.get("family", told.get("name"))):
        options = {key: value for key, value in told.items() if key not in ("family", "name")}
        return {"name": canonical_name(str(name)), **options}
    if "classification_tags_to_idx" in content:
        layers = content.get("num_layers", settings.get("num_layers"))
        return {"name": "resnet"} if layers is None else {"name": "resnet", "num_layers": layers}
    if "model_configuration" in content:
        return {"name": "tf_object_detection"}
    if "atrous_rates" in settings or "output_stride" in settings:
        return {"name": "deeplab_v3plus"}
    if "subdivisions" in settings or "bn_momentum" in settings:
        return {"name": "yolo_v3"}
    if "use_batchnorm" in settings:
        return {"name": "icnet"}
    sizes = settings.get("input_size")
    if "train_layers" in settings or (isinstance(sizes, dict) and "min_dim" in sizes):
        return {"name": "mask_rcnn"}
    return {"name": "unet"}


def _family(content: Mapping[str, Any], name: str, shown: str) -> ModelFamily:
    told = content.get("predicts")
    if told is None:
        if name in FAMILIES:
            return FAMILIES[name]
        raise ModelError(f"{shown} is of a network '{name}' that is not known here")
    try:
        return ModelFamily(told)
    except ValueError as error:
        allowed = ", ".join(ModelFamily)
        raise ModelError(f"{shown}: 'predicts' is {told!r}, not one of {allowed}") from error


def _labels(
    content: Mapping[str, Any],
    indices: Mapping[str, int],
    family: ModelFamily,
    name: str,
    shown: str,
) -> tuple[LabelSpec, ...]:
    """Return the classes as declared; one that is mapped but not declared gets a colour.

    What our own networks find has the shape of their family, whatever the classes had in the data.
    """
    entries: Any = next((content[key] for key in CLASS_LISTS if key in content), [])
    if not isinstance(entries, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("title"), str) for entry in entries
    ):
        raise ModelError(f"{shown}: 'out_classes' is no list of classes with titles")
    labels: dict[str, LabelSpec] = {}
    for entry in entries:
        title, color, shape = entry["title"], entry.get("color"), entry.get("shape")
        if not (isinstance(color, str) and _COLOR.fullmatch(color)):
            color = distinct_color(label.color for label in labels.values())
        if name in FAMILIES or shape is None:
            shape = KINDS[family]
        elif shape not in tuple(ShapeKind):
            kinds = ", ".join(ShapeKind)
            raise ModelError(
                f"{shown}: class '{title}' has the shape {shape!r}, not one of {kinds}"
            )
        template = entry.get("geometry_config")
        labels[title] = LabelSpec(
            title, str(shape), color, {"geometry_config": template} if template else {}
        )
    for title in indices:
        if title not in labels:
            color = distinct_color(label.color for label in labels.values())
            labels[title] = LabelSpec(title, KINDS[family], color)
    return tuple(labels.values())
