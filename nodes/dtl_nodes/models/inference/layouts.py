"""Older forms of inference settings, brought into the one form that ``InferSettings`` has.

Source: the inference configurations of the original plugins, three generations of them, and the
names of modes on later servers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import ValidationError

MODES = ("full_image", "roi", "bboxes", "sliding_window", "sliding_window_det")

ALIASES: Mapping[str, str] = {
    "objects": "bboxes",
    "bboxes_classifier": "bboxes",
    "basic": "sliding_window_det",
    "advanced": "sliding_window_det",
}
"""Other names of modes; ``advanced`` also turns suppression on."""

ROOT_KEYS = frozenset(
    ("mode", "model_classes", "existing_objects", "batch_size", "connection", "cache_limit")
)
"""Keys that stay at the root where there is no ``model``; all others belong into it."""


def normal_root(value: Any) -> Any:
    """Return settings in the current layout; what is none of a known layout stays.

    Without ``model`` at the root the settings are of an older generation: ``mode.source`` is
    ``mode.name``, and root keys that are not known belong to ``model``. A deployment has
    ``model_settings`` beside ``connection``.

    Raises:
        ValidationError: ``mode.source`` names no mode.
    """
    value = _tuples(value)
    if not isinstance(value, dict) or "model" in value:
        return _with_existing_objects(value)
    if "connection" in value and "model_settings" in value:
        value["model"] = value.pop("model_settings")
        return _with_existing_objects(value)
    moved = {key: value.pop(key) for key in list(value) if key not in ROOT_KEYS}
    mode = value.get("mode")
    if isinstance(mode, dict) and "source" in mode and "name" not in mode:
        _require_mode(mode["source"], ("mode", "source"))
        value["mode"] = {("name" if key == "source" else key): mode[key] for key in mode}
    if moved:
        value["model"] = moved
    return _with_existing_objects(value)


def normal_mode(value: Any) -> Any:
    """Return a mode's settings under the name that the mode has here.

    Raises:
        ValidationError: there is no mode of that name.
    """
    if not isinstance(value, dict):
        return value
    name = value.get("name", MODES[0])
    if name == "advanced":
        nms = value.get("nms_after", {})
        value = {**value, "nms_after": {"enable": True, **nms} if isinstance(nms, dict) else nms}
    _require_mode(name, ("name",))
    return {**value, "name": ALIASES.get(name, name)}


def _require_mode(name: Any, at: tuple[str, ...]) -> None:
    if isinstance(name, str) and (name in MODES or name in ALIASES):
        return
    expected = ", ".join(f"'{mode}'" for mode in MODES)
    raise ValidationError.from_exception_data(
        "mode",
        [{"type": "literal_error", "loc": at, "input": name, "ctx": {"expected": expected}}],
    )


def _with_existing_objects(value: Any) -> Any:
    """Take ``"existing_objects": []`` for ``{"save_classes": []}``."""
    if isinstance(value, dict) and isinstance(value.get("existing_objects"), (tuple, str)):
        return {**value, "existing_objects": {"save_classes": value["existing_objects"]}}
    return value


def _tuples(value: Any) -> Any:
    """Return a copy with tuples for lists: pydantic takes no list for a tuple behind this."""
    if isinstance(value, dict):
        return {key: _tuples(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_tuples(each) for each in value)
    return value
