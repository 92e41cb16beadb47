"""Settings of ``infer`` as the second generation of the language writes them.

Source: DTL ``apply_nn_inference``, second generation, and ``apply_nn``, its older name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from dtl_engine.sdk import ModelSpec, Schema, SchemaError, Settings
from dtl_nodes.models.inference.settings import MIN_CONFIDENCE, InferSettings

_KEYS = frozenset(
    ("add_pred_ann_method", "apply_method", "current_meta", "model_info", "model_meta",
     "model_suffix", "session_id", "use_model_suffix")
)  # fmt: skip
_KNOWN = "the data and the model say it"
_SERVER = "no server is asked: the model is that of the input 'deployed_model'"

Threshold = Annotated[float, Field(ge=0, le=1)]


def is_applied(settings: Any) -> bool:
    """Whether settings, as they are written, are those of the second generation."""
    return isinstance(settings, Mapping) and not _KEYS.isdisjoint(settings)


class ModelOptions(Settings):
    """How the network is used."""

    conf: Threshold | None = None
    """The least score of objects that are kept."""

    confidence_threshold: Threshold | None = None
    """The same; ``conf`` wins."""


class AppliedSettings(Settings):
    """Settings of ``apply_nn_inference``."""

    classes: tuple[str, ...] | None = None
    """Classes of the model to take over; not given: all."""

    tags: tuple[str, ...] | None = None
    """Tags of the model to take over; not given: all."""

    model_suffix: str = ""
    """What is put behind names, after a hyphen."""

    use_model_suffix: bool = False
    """Whether all names get it; otherwise those that exist already."""

    add_pred_ann_method: Literal["merge", "replace", "replace_keep_img_tags"] = "merge"
    """What becomes of the objects that images had before."""

    apply_method: Literal["image", "roi", "sliding_window"] = "image"
    """How images are fed to the model."""

    model_settings: ModelOptions = ModelOptions()
    """How the network is used."""

    ignore_labeled: bool = False
    """Whether images with objects and tags keep their annotation."""

    current_meta: Any = Field(default=None, deprecated=_KNOWN)
    """Classes and tags of the data."""

    model_meta: Any = Field(default=None, deprecated=_KNOWN)
    """Classes and tags of the model."""

    model_info: Any = Field(default=None, deprecated=_KNOWN)
    """What the server says of the model."""

    session_id: int | None = Field(default=None, deprecated=_SERVER)
    """Number on a server."""

    @field_validator("add_pred_ann_method")
    @classmethod
    def _keeps_tags(cls, value: str) -> str:
        if value == "replace":
            raise PydanticCustomError(
                "value_error",
                "tags of images stay",
                {"help": "write 'replace_keep_img_tags', or 'tag' layers that delete them"},
            )
        return value

    @field_validator("apply_method")
    @classmethod
    def _takes_images(cls, value: str) -> str:
        if value != "image":
            raise PydanticCustomError(
                "value_error",
                "it is not said which part",
                {"help": f'write "action": "infer" with "settings": {{"mode": {{"name": '
                         f'"{value}", ...}}}}'},
            )  # fmt: skip
        return value

    @field_validator("ignore_labeled")
    @classmethod
    def _takes_all(cls, value: bool) -> bool:
        if value:
            raise PydanticCustomError(
                "value_error",
                "every image that enters is predicted",
                {"help": "send labelled images another way: 'filter_image_without_objects'"},
            )
        return value

    def meaning(self, schema: Schema, model: ModelSpec) -> InferSettings:
        """Return the same as ``infer`` writes it.

        Args:
            schema: what enters.
            model: what the model predicts.
        """
        replaces = self.add_pred_ann_method != "merge"
        suffix = f"-{self.model_suffix}" if self.model_suffix else ""
        titles, names = (set(schema.label_names), set(schema.tag_names))
        taken = {title for title in model.label_names if title in titles and not replaces}
        classes: dict[str, Any] = {"save_classes": _saved(self.classes), "add_suffix": ""}
        tags = {"save_names": _saved(self.tags), "add_suffix": ""}
        if self.use_model_suffix:
            classes["add_suffix"] = tags["add_suffix"] = suffix
        else:
            classes["class_mapping"] = {title: title + suffix for title in taken}
            if names & set(model.tag_names):
                tags["add_suffix"] = suffix
        value: dict[str, Any] = {
            "mode": {"name": "full_image", "model_classes": classes, "model_tags": tags},
            "model": {"min_confidence_threshold": self.threshold},
        }
        return InferSettings.model_validate(value | ({"existing_objects": ()} if replaces else {}))

    @property
    def threshold(self) -> float:
        """The least score of objects that are kept."""
        told = (self.model_settings.conf, self.model_settings.confidence_threshold, MIN_CONFIDENCE)
        return next(value for value in told if value is not None)

    def at_home(self, error: SchemaError) -> SchemaError:
        """Return what was found wrong with the meaning, with the place where it is written."""
        places: dict[tuple[object, ...], tuple[str, ...]] = {
            ("mode", "model_classes", "save_classes"): ("classes",),
            ("mode", "model_tags", "save_names"): ("tags",),
        }
        at = next(
            ((*place, *error.at[3:]) for start, place in places.items() if error.at[:3] == start),
            ("model_suffix",),
        )
        return SchemaError(
            error.code,
            error.message,
            at=at,
            value=error.value,
            allowed=error.allowed,
            help=error.help if at != ("model_suffix",) else "write another 'model_suffix'",
        )


def _saved(names: tuple[str, ...] | None) -> str | tuple[str, ...]:
    return "__all__" if names is None else names
