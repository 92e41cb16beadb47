"""From the parts of a request to the annotation that a model makes of its image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from pydantic import ValidationError

from dtl_engine.sdk import DataError, ModelError, ModelSpec, Origin, Sample, Schema, SchemaError
from dtl_nodes.formats.supervisely.meta import meta_json
from dtl_nodes.models.inference.output_schema import output_schema
from dtl_nodes.models.inference.predictor import Predictor
from dtl_nodes.models.inference.run import apply_mode
from dtl_nodes.models.inference.settings import InferSettings
from dtl_nodes.models.inference.window_settings import WindowMode
from dtl_nodes.models.serving.limits import Limits
from dtl_nodes.models.serving.mistakes import mistake_in_mode
from dtl_nodes.models.serving.patience import Patience
from dtl_nodes.models.serving.project_json import (
    annotation_text,
    read_image,
    read_json,
    read_labels,
    read_schema,
)
from dtl_nodes.models.serving.refusal import TOO_LARGE, Refusal, refusal_of
from dtl_nodes.models.serving.room import Room

SUFFIX = "_model"
"""What names of results get in mode ``full_image`` where the mode says nothing."""

_ORIGIN = Origin("request", "request", "image.png")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for, as it was sent; ``None`` where it says nothing."""

    image: bytes | None = None
    annotation: bytes | None = None
    meta: bytes | None = None
    mode: bytes | None = None


class Answers:
    """What a server knows of its model to answer requests; it may be asked by any thread.

    Args:
        spec: what the model predicts.
        options: with which it was opened, see ``InferSettings.options``.
        limits: what requests may ask for.
    """

    def __init__(self, spec: ModelSpec, options: Mapping[str, Any], limits: Limits) -> None:
        self._spec = replace(spec, suffix=SUFFIX)
        self._limits = limits
        self._room = Room(limits.pixels_at_once)
        self._model = {
            key: options[key]
            for key in ("confidence_tag_name", "min_confidence_threshold")
            if key in options
        }

    def annotation(
        self, asked: Asked, predictor: Predictor, patience: Patience, **more: Any
    ) -> bytes:
        """Return the annotation of an image with what the model found, as JSON text.

        Args:
            asked: the request.
            predictor: the model, for this request.
            patience: how long somebody waits.
            more: members to add.

        Raises:
            Refusal: the request cannot be answered, and why.
            TimeoutError: it takes too long.
        """
        if asked.image is None:
            raise Refusal(400, "no_image", "the part 'image' with the bytes of an image is missing")
        if asked.annotation is not None and asked.meta is None:
            message = "'annotation' needs 'meta', the declarations of its classes and tags"
            raise Refusal(400, "no_meta", message)
        settings = self._settings(asked.mode)
        schema = read_schema(asked.meta)
        self._output(settings, schema)
        try:
            image = read_image(asked.image, self._limits.pixels)
            width, height = image.size
            with self._room.taken(width * height, patience):
                sample = Sample(_ORIGIN, image, read_labels(asked.annotation, image.size, schema))
                self._check_windows(settings, sample)
                (found,) = apply_mode(settings, [sample], _Renamed(predictor, self._spec))
                if isinstance(found, DataError):
                    raise found
                return annotation_text(found.annotation, **more)
        except (DataError, ModelError) as error:
            raise refusal_of(error) from error

    def out_meta(self, asked: Asked) -> dict[str, Any]:
        """Return what annotations declare after the model, as the value of a ``meta.json``.

        Raises:
            Refusal: model and mode do not fit together or to what was declared before.
        """
        return meta_json(self._output(self._settings(asked.mode), read_schema(asked.meta)))

    def _settings(self, mode: bytes | None) -> InferSettings:
        value = {} if mode is None else {"mode": read_json(mode, "mode")}
        try:
            return InferSettings.model_validate(
                {**value, "model": self._model, "batch_size": self._limits.batch}
            )
        except ValidationError as error:
            raise Refusal(400, "bad_mode", mistake_in_mode(error, value["mode"])) from error
        except RecursionError as error:
            raise Refusal(400, "bad_mode", "'mode' is nested too deeply") from error

    def _output(self, settings: InferSettings, schema: Schema) -> Schema:
        try:
            return output_schema(settings, schema, self._spec)
        except SchemaError as error:
            raise refusal_of(error) from error

    def _check_windows(self, settings: InferSettings, sample: Sample) -> None:
        """Refuse windows that take more memory or time than any image that is accepted."""
        mode, limits = settings.mode, self._limits
        if not isinstance(mode, WindowMode):
            return
        width, height = mode.window_size
        if width * height > limits.pixels:
            message = f"a window has {width}x{height} pixels; {limits.pixels} are accepted"
            raise Refusal(413, TOO_LARGE, message)
        some = islice(mode.windows(sample.size), limits.windows + 1)
        if sum(1 for _ in some) > limits.windows:
            message = f"the mode lays more than {limits.windows} windows over the image"
            raise Refusal(413, TOO_LARGE, message)


@dataclass(frozen=True, slots=True)
class _Renamed:
    """A predictor whose names get the suffix of servers."""

    predictor: Predictor
    spec: ModelSpec

    @property
    def device(self) -> str:
        return self.predictor.device

    @property
    def notes(self) -> tuple[str, ...]:
        return self.predictor.notes

    def predict(self, images: Any) -> Any:
        return self.predictor.predict(images)
