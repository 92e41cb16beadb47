"""The three filters of the second generation: which way samples go."""

from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.sample import Sample
from dtl_engine.model.shapes import Rectangle
from dtl_engine.testing import make_sample
from dtl_nodes.filter_image_by_tag import FilterImageByTag
from dtl_nodes.filter_image_without_objects import FilterImageWithoutObjects
from dtl_nodes.filter_images_by_object import FilterImagesByObject
from tests.fixtures.nodes import NodeClass, port, refuses

RIPE, GREEN = Tag("ripeness", "ripe"), Tag("ripeness", "green")
CHECKED, COUNT = Tag("checked"), Tag("count", 6)


def sample(*labels: str, tags: tuple[Tag, ...] = (), of_objects: tuple[Tag, ...] = ()) -> Sample:
    box = Rectangle(0, 0, 2, 2)
    return make_sample(4, 4, [Instance(label, box, of_objects) for label in labels], tags)


def holds(node: NodeClass, settings: Any, given: Sample) -> bool:
    return port(node, settings, given) == 0


@pytest.mark.parametrize(
    ("include", "exclude", "labels", "expected"),
    [
        ([], [], "", True),
        ([], [], "ab", True),
        (["a"], [], "ab", True),
        (["a", "b"], [], "a", False),
        (["a", "b"], [], "ba", True),
        (["a"], ["b"], "ab", False),
        ([], ["b"], "a", True),
        (["a"], ["a"], "a", False),
    ],
)
def test_by_object(include: list[str], exclude: list[str], labels: str, expected: bool) -> None:
    settings = {"include": include, "exclude": exclude}
    assert holds(FilterImagesByObject, settings, sample(*labels)) is expected


def test_both_lists_are_needed() -> None:
    refuses(FilterImagesByObject, {"include": []}, "exclude")


@pytest.mark.parametrize(
    ("classes", "labels", "expected"),
    [([], "ab", True), (["a"], "b", True), (["a"], "", True), (["a", "b"], "cb", False)],
)
def test_without_objects(classes: list[str], labels: str, expected: bool) -> None:
    settings = {"exclude_classes": classes}
    assert holds(FilterImageWithoutObjects, settings, sample(*labels)) is expected


@pytest.mark.parametrize(
    ("wanted", "tags", "with_all", "with_none"),
    [
        ([{"name": "checked"}], (CHECKED,), True, False),
        ([{"name": "checked", "value": None}], (CHECKED,), True, False),
        ([{"name": "checked", "value": "yes"}], (CHECKED,), False, True),
        ([{"name": "ripeness", "value": "ripe"}], (GREEN,), False, True),
        ([{"name": "ripeness", "value": "ripe"}, {"name": "checked"}], (RIPE,), False, False),
        ([{"name": "count", "value": 6}], (COUNT, RIPE), True, False),
        ([{"name": "ripeness"}], (RIPE,), False, True),
        ([], (RIPE,), True, True),
    ],
)
def test_by_tag(wanted: Any, tags: tuple[Tag, ...], with_all: bool, with_none: bool) -> None:
    of_image, of_object = sample("a", tags=tags), sample("a", "b", of_objects=tags)
    for given, where in ((of_image, "img"), (of_object, "obj")):
        for condition, expected in (("with", with_all), ("without", with_none)):
            settings = {"condition": f"{condition}_{where}", "tags": wanted}
            assert holds(FilterImageByTag, settings, given) is expected, settings


def test_tags_may_be_on_different_objects() -> None:
    box = Rectangle(0, 0, 2, 2)
    given = make_sample(4, 4, [Instance("a", box, (RIPE,)), Instance("a", box, (CHECKED,))])
    both = [{"name": "ripeness", "value": "ripe"}, {"name": "checked"}]
    assert holds(FilterImageByTag, {"condition": "with_obj", "tags": both}, given)


def test_unknown_conditions_are_refused() -> None:
    refuses(FilterImageByTag, {"condition": "with", "tags": []}, "with_img")
