"""Build transforms once and run copies of them, each with random numbers of its own."""

from __future__ import annotations

import copy
import json
import random
from functools import lru_cache
from typing import Any

import numpy as np

from dtl_engine.sdk import DataError, Pixels
from dtl_nodes.albumentation.names import BUILT_AS, MORE_THAN_ONE_PIXEL, SCALED, offered
from dtl_nodes.albumentation.steps import Chosen

OPENCV_NAMES = ("INTER_", "BORDER_")


def with_numbers(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with names of OpenCV, such as ``INTER_LINEAR``, as its numbers."""
    import cv2

    return {
        key: getattr(cv2, part, part)
        if isinstance(part, str) and part.startswith(OPENCV_NAMES)
        else part
        for key, part in arguments.items()
    }


@lru_cache(maxsize=1024)
def build(name: str, arguments: str) -> Any:
    """Return the transform; it is shared and must not be changed, nor run by its own call.

    Args:
        name: of an offered transform.
        arguments: a JSON object, checked.
    """
    import cv2

    written = with_numbers(json.loads(arguments))
    if name == "ShiftScaleRotate":
        written = _affine(written)
    made = offered()[BUILT_AS.get(name, name)](**written)
    if name in SCALED:
        # OpenCV's other nearest-pixel rule is off by up to half a pixel.
        made.mask_interpolation = cv2.INTER_NEAREST_EXACT
    return made


def run(chosen: Chosen, data: dict[str, Any]) -> tuple[Any, dict[str, Any], Pixels]:
    """Apply a transform.

    Args:
        chosen: the transform and its seed.
        data: ``image``, (H, W, 3) uint8 that it may overwrite, and what else it looks at.

    Returns:
        The transform as it was run, its parameters, and the new pixels.

    Raises:
        DataError: F610, it cannot work on this image.
    """
    import cv2
    from albumentations.augmentations.crops.transforms import CropSizeError

    leaf = chosen.leaf
    # Transforms change nothing but their random numbers, so a shallow copy is one's own.
    own = copy.copy(build(leaf.name, leaf.arguments))
    own.set_random_state(
        np.random.Generator(np.random.Philox(key=chosen.seed)), random.Random(chosen.seed)
    )
    height, width = data["image"].shape[:2]
    if leaf.name in MORE_THAN_ONE_PIXEL and height == width == 1:
        raise _unfit(leaf.name, data, "it needs more than one pixel")
    try:
        with np.errstate(all="ignore"):
            params = own.update_transform_params(own.get_params(), data)
            params = {**params, **own.get_params_dependent_on_data(params, data)}
            made = own.apply(data["image"], **params)
            # Some transforms lose an axis where a side has one pixel.
            pixels = np.ascontiguousarray(made if made.ndim == 3 else made.reshape(height, -1, 3))
    except cv2.error as error:
        raise _unfit(leaf.name, data, f"OpenCV requires {error.err}") from error
    except (CropSizeError, ValueError, ArithmeticError, LookupError) as error:
        raise _unfit(leaf.name, data, str(error).strip().split("\n")[0]) from error
    return own, params, pixels


def _unfit(name: str, data: dict[str, Any], reason: str) -> DataError:
    height, width = data["image"].shape[:2]
    message = f"{name} cannot work on an image of {width}x{height} pixels: {reason}"
    return DataError("F610", message)


def _affine(written: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of ``Affine`` for those of ``ShiftScaleRotate``."""
    from albumentations.core.utils import to_tuple

    rest = dict(written)
    shift = rest.pop("shift_limit", (-0.0625, 0.0625))
    shifts = {
        axis: to_tuple(shift if (one := rest.pop(f"shift_limit_{axis}", None)) is None else one)
        for axis in ("x", "y")
    }
    scale = to_tuple(rest.pop("scale_limit", (-0.1, 0.1)), bias=1.0)
    rotate = to_tuple(rest.pop("rotate_limit", (-45, 45)))
    return {**rest, "translate_percent": shifts, "scale": scale, "rotate": rotate}
