"""What is wrong with a mode, in the words of a caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dtl_engine.sdk import Settings, did_you_mean
from dtl_nodes.models.inference.boxes import Boxes
from dtl_nodes.models.inference.full_image import FullImage
from dtl_nodes.models.inference.layouts import MODES
from dtl_nodes.models.inference.roi import Roi
from dtl_nodes.models.inference.sliding import SlidingWindow
from dtl_nodes.models.inference.sliding_detection import SlidingDetection

_SETTINGS: Mapping[str, type[Settings]] = dict(
    zip(MODES, (FullImage, Roi, Boxes, SlidingWindow, SlidingDetection), strict=True)
)


def mistake_in_mode(error: ValidationError, mode: Any) -> str:
    """Return the first mistake: its place, what stands there, and what may stand there.

    Args:
        error: of settings of ``infer`` that hold the mode.
        mode: as it was sent.
    """
    first = error.errors(include_url=False)[0]
    # The names of union members that pydantic puts into a place say nothing to a caller.
    kind = next((part for part in first["loc"] if part in _SETTINGS), MODES[0])
    path = [part for part in first["loc"] if part not in MODES and "[" not in str(part)]
    where = ".".join(str(part) for part in path)
    match first["type"]:
        case "extra_forbidden":
            known = [*_SETTINGS[str(kind)].model_fields] if len(path) == 2 else []
            hint = did_you_mean(str(path[-1])[:80], known) or _listed(known)
            return f"unknown setting '{where}'{hint and f' ({hint})'}"
        case "literal_error" | "union_tag_invalid" if path[-1:] == ["name"]:
            hint = did_you_mean(str(_at(mode, path[1:]))[:80], MODES)
            modes = f"one of {', '.join(MODES)}"
            given = f"{_at(mode, path[1:])!r:.80}"
            return f"'{where}' is {modes}, not {given}{hint and f' ({hint})'}"
        case "model_attributes_type" | "model_type" | "dict_type":
            return f"'{where}' is an object, not {_at(mode, path[1:])!r:.80}"
    return f"'{where}': {_message(first)}"


def _listed(known: list[str]) -> str:
    return f"known are {', '.join(known)}" if known else ""


def _at(mode: Any, path: list[int | str]) -> Any:
    """Return what stands at a place; ``None`` where there is nothing."""
    for part in path:
        if isinstance(mode, dict):
            mode = mode.get(part)
        elif isinstance(mode, list) and isinstance(part, int) and part < len(mode):
            mode = mode[part]
        else:
            return None
    return mode


def _message(error: ErrorDetails) -> str:
    hint = str((error.get("ctx") or {}).get("help", ""))
    return f"{error['msg']}{hint and f' ({hint})'}"
