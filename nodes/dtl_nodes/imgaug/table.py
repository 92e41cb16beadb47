"""All augmenters by category and name, and the check of what a graph says about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import InitErrorDetails

from dtl_engine.sdk import did_you_mean
from dtl_nodes.imgaug import (
    arithmetic,
    blur,
    color,
    contrast,
    convolutional,
    geometric,
    other,
    pillike,
    size,
)
from dtl_nodes.imgaug.augmenter import Augmenter
from dtl_nodes.imgaug.parameters import WrongParameter
from dtl_nodes.settings.mistakes import mistake

CATEGORIES: Mapping[str, Mapping[str, Augmenter]] = {
    "arithmetic": arithmetic.AUGMENTERS,
    "blur": blur.AUGMENTERS,
    "color": color.AUGMENTERS,
    "contrast": contrast.AUGMENTERS,
    "convolutional": convolutional.AUGMENTERS,
    "flip": geometric.FLIPS,
    "geometric": geometric.AUGMENTERS,
    "imgcorruptlike": other.CORRUPTIONS,
    "pillike": pillike.AUGMENTERS,
    "segmentation": other.SEGMENTATION,
    "size": size.AUGMENTERS,
}

_EITHER = (("px", "percent"), ("translate_px", "translate_percent"), ("size_px", "size_percent"))
"""Parameters of which one at most may be given."""


def check_augmenter(category: str, name: str, params: Mapping[str, Any]) -> list[InitErrorDetails]:
    """Return what is wrong with the entry of a pipeline; the category is known."""
    augmenters = CATEGORIES[category]
    if name not in augmenters:
        known = tuple(augmenters)
        near = did_you_mean(name, known)
        elsewhere = [other for other, names in CATEGORIES.items() if name in names]
        help = near or f"{category} has {', '.join(known)}"
        if elsewhere:
            help = f"it is in category '{elsewhere[0]}'"
        reason = f"no augmenter of category '{category}' has this name here"
        return [mistake(("name",), name, reason, help=help, allowed=known)]
    parameters = augmenters[name].parameters
    found = []
    for key, value in params.items():
        if key not in parameters:
            known = tuple(parameters)
            has = f"it has {', '.join(known)}" if known else "it has none"
            help = did_you_mean(key, known) or has
            reason = f"'{name}' has no parameter '{key}'"
            found.append(mistake(("params", key), value, reason, help=help, allowed=known))
            continue
        try:
            parameters[key].read(value)
        except WrongParameter as wrong:
            found.append(mistake(("params", key), value, str(wrong)))
    for one, another in _EITHER:
        if params.get(one) is not None and params.get(another) is not None:
            reason = f"give '{one}' or '{another}', not both"
            found.append(mistake(("params", another), params[another], reason))
    return found
