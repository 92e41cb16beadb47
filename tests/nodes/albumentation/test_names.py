"""Every public transform of albumentations is either offered or refused with a reason."""

from __future__ import annotations

import albumentations as A

from dtl_nodes.albumentation.names import (
    BUILT_AS,
    COMPOSITIONS,
    FIXED,
    GEOMETRIC,
    LOOK_AT_BOXES,
    LOOK_AT_MASKS,
    MORE_THAN_ONE_PIXEL,
    PIXELS_ONLY,
    REFUSED,
    SCALED,
    offered,
)

ABSTRACT = {
    "BaseCompose",
    "BasicTransform",
    "DualTransform",
    "ImageOnlyTransform",
    "Transform3D",
}


def test_the_version_is_the_one_that_was_looked_at() -> None:
    assert A.__version__ == "2.0.8"


def test_every_public_name_is_accounted_for() -> None:
    things = {name: getattr(A, name) for name in dir(A)}
    public = {
        name
        for name, thing in things.items()
        if isinstance(thing, type) and issubclass(thing, (A.BasicTransform, A.BaseCompose))
    }
    known = set(offered()) | set(COMPOSITIONS) | set(REFUSED) | ABSTRACT
    assert public <= known
    assert set(COMPOSITIONS) <= public
    assert not set(offered()) & (set(REFUSED) | ABSTRACT | set(COMPOSITIONS))


def test_what_moves_content_is_known() -> None:
    pixels = {n for n, found in offered().items() if issubclass(found, A.ImageOnlyTransform)}
    assert set(offered()) == GEOMETRIC | PIXELS_ONLY | pixels
    assert not (GEOMETRIC | PIXELS_ONLY) & pixels
    assert GEOMETRIC.isdisjoint(PIXELS_ONLY)


def test_special_cases_are_offered() -> None:
    special = (FIXED, LOOK_AT_BOXES, LOOK_AT_MASKS, MORE_THAN_ONE_PIXEL, SCALED, BUILT_AS)
    for names in special:
        assert set(names) <= set(offered())
    assert LOOK_AT_BOXES | LOOK_AT_MASKS | SCALED <= GEOMETRIC


def test_what_needs_more_than_an_image_is_refused() -> None:
    for name, transform in offered().items():
        if transform.targets_as_params is not A.BasicTransform.targets_as_params:
            # Equalize wants what its argument names, which is refused.
            assert name == "Equalize", name
