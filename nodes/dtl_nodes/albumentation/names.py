"""Which transforms of albumentations are offered, which move content, and which are refused."""

from __future__ import annotations

from functools import cache
from typing import Any

COMPOSITIONS = {
    "Compose": 1.0,
    "OneOf": 0.5,
    "OneOrOther": 0.5,
    "RandomOrder": 1.0,
    "Sequential": 0.5,
    "SomeOf": 1.0,
}
"""Name of each composition -> its probability where none is written."""

SYMMETRIES = frozenset(
    ("D4", "HorizontalFlip", "RandomRotate90", "SquareSymmetry", "TimeReverse", "Transpose",
     "VerticalFlip")
)  # fmt: skip
CROPS = frozenset(
    ("AtLeastOneBBoxRandomCrop", "BBoxSafeRandomCrop", "CenterCrop", "Crop",
     "CropNonEmptyMaskIfExists", "RandomCrop", "RandomCropFromBorders")
)  # fmt: skip
CROPS_TO_SIZE = frozenset(("RandomResizedCrop", "RandomSizedBBoxSafeCrop", "RandomSizedCrop"))
PADS = frozenset(("Pad", "PadIfNeeded"))
SCALES = frozenset(("LongestMaxSize", "RandomScale", "Resize", "SmallestMaxSize"))
AFFINE = frozenset(("Affine", "Rotate", "SafeRotate", "ShiftScaleRotate"))
MAPS = frozenset(("ElasticTransform", "GridDistortion", "OpticalDistortion", "ThinPlateSpline"))
OTHER_WARPS = frozenset(("CropAndPad", "GridElasticDeform", "Perspective", "RandomGridShuffle"))

SCALED = CROPS_TO_SIZE | SCALES | {"CropAndPad"}
"""Transforms whose last step is to stretch the image."""

GEOMETRIC = SYMMETRIES | CROPS | CROPS_TO_SIZE | PADS | SCALES | AFFINE | MAPS | OTHER_WARPS
"""Transforms that move what an image shows; annotations are carried along."""

LOOK_AT_BOXES = frozenset(
    ("AtLeastOneBBoxRandomCrop", "BBoxSafeRandomCrop", "RandomSizedBBoxSafeCrop")
)
"""Transforms that choose by the boxes of the instances."""

LOOK_AT_MASKS = frozenset(("CropNonEmptyMaskIfExists",))
"""Transforms that choose by where masks and polygons are."""

PIXELS_ONLY = frozenset(
    ("CoarseDropout", "Erasing", "GridDropout", "Morphological", "NoOp", "PixelDropout",
     "XYMasking")
)  # fmt: skip
"""Transforms that albumentations counts among those that move, though content stays in place."""

FIXED = frozenset(
    ("HorizontalFlip", "InvertImg", "NoOp", "Resize", "TimeReverse", "ToGray", "ToSepia",
     "Transpose", "VerticalFlip")
)  # fmt: skip
"""Transforms that draw nothing."""

MORE_THAN_ONE_PIXEL = frozenset(("FancyPCA", "PlasmaBrightnessContrast", "PlasmaShadow"))
"""Transforms that make numbers out of nothing for a single pixel."""

BUILT_AS = {"TimeReverse": "HorizontalFlip", "ShiftScaleRotate": "Affine"}
"""Transforms that only warn that they are another one."""

_VOLUMES = "works on volumes, not on pictures"
_UNITS = "does not return 8-bit RGB pixels"
_MORE_IMAGES = "needs further images"

REFUSED = {
    "CenterCrop3D": _VOLUMES,
    "CoarseDropout3D": _VOLUMES,
    "ConstrainedCoarseDropout": "needs labels that are only known to a program",
    "CubicSymmetry": _VOLUMES,
    "FDA": _MORE_IMAGES,
    "FrequencyMasking": "is XYMasking with one mask along y; use that",
    "FromFloat": _UNITS,
    "HistogramMatching": _MORE_IMAGES,
    "Lambda": "runs code",
    "MaskDropout": "erases objects without saying which, so their annotation cannot follow",
    "MixUp": _MORE_IMAGES,
    "Mosaic": _MORE_IMAGES,
    "Normalize": _UNITS,
    "OverlayElements": _MORE_IMAGES,
    "Pad3D": _VOLUMES,
    "PadIfNeeded3D": _VOLUMES,
    "PiecewiseAffine": "takes ten seconds per megapixel; use GridElasticDeform, ThinPlateSpline or "
    "ElasticTransform",
    "PixelDistributionAdaptation": _MORE_IMAGES,
    "RandomCrop3D": _VOLUMES,
    "RandomCropNearBBox": "needs a box that is only known to a program",
    "ReplayCompose": "records what it draws; runs repeat by their seed, use Compose",
    "SelectiveChannelTransform": "hands single channels to its members, which need RGB",
    "TemplateTransform": _MORE_IMAGES,
    "TextImage": "needs a font file and texts",
    "TimeMasking": "is XYMasking with one mask along x; use that",
    "ToFloat": _UNITS,
    "ToRGB": "makes RGB of gray images, and all images here are RGB already",
    "ToTensor3D": _UNITS,
    "ToTensorV2": _UNITS,
}
"""Names that are known and not offered, with the reason."""


@cache
def offered() -> dict[str, type[Any]]:
    """Return the transforms that are offered, by name."""
    import albumentations as A

    found: dict[str, type[Any]] = {}
    for name in sorted(dir(A)):
        thing = getattr(A, name)
        if not isinstance(thing, type) or name in REFUSED:
            continue
        is_pixels = issubclass(thing, A.ImageOnlyTransform) and thing is not A.ImageOnlyTransform
        if is_pixels or name in GEOMETRIC or name in PIXELS_ONLY:
            found[name] = thing
    return found
