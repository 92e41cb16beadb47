from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.schema import SchemaError
from dtl_engine.testing import conformance_samples, sample_schema
from dtl_nodes.drop_obj_by_class import DropObjByClass
from tests.fixtures.nodes import infer, refuses, run

SAMPLE = conformance_samples()[0]


@pytest.mark.parametrize(
    ("classes", "left"),
    [([], ["dot", "box", "path", "patch", "blob", "hand"]),
     (["box", "box"], ["dot", "path", "patch", "blob", "hand"]),
     (["hand", "dot", "path"], ["box", "patch", "blob"])],
)  # fmt: skip
def test_objects_and_declarations_go(classes: list[str], left: list[str]) -> None:
    settings = {"classes": classes}
    schema = infer(DropObjByClass, settings, sample_schema())
    assert list(schema.label_names) == left
    assert schema.tags == sample_schema().tags
    (result,) = run(DropObjByClass, settings, SAMPLE)
    assert [instance.label for instance in result.instances] == left
    assert (result is SAMPLE) == (not classes)
    assert all(instance in SAMPLE.instances for instance in result.instances)


def test_unknown_class() -> None:
    with pytest.raises(SchemaError, match="'patches' to drop") as refused:
        infer(DropObjByClass, {"classes": ["box", "patches"]}, sample_schema())
    error = refused.value
    assert (error.code, error.at, error.in_key) == ("E302", ("classes", 1), False)
    assert error.help == "did you mean 'patch'?"


@pytest.mark.parametrize("wrong", [{}, {"classes": "box"}, {"classes": [""]}, {"class": "box"}])
def test_refuses(wrong: dict[str, Any]) -> None:
    refuses(DropObjByClass, wrong)
