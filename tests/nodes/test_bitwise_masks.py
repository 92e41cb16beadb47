from __future__ import annotations

from typing import Any

import pytest

from dtl_engine.model.annotation import Instance
from dtl_engine.model.shapes import Point, ShapeKind
from dtl_engine.testing import make_sample, sample_schema
from dtl_nodes.bitwise_masks import BitwiseMasks
from tests.fixtures.masks import accepts_masks_only, mask, read_mask, schema_of, thing
from tests.fixtures.nodes import infer, make, refuses, run

FIELD = thing(mask("111/111", 1, 1), "field")
BLOB = thing(mask("111/111"))


def settings(type: str, *classes: str, operand: str = "field") -> dict[str, Any]:
    return {"type": type, "class_mask": operand, "classes_to_correct": list(classes or ("blob",))}


def corrected(type: str, *objects: Instance, size: tuple[int, int] = (6, 4)) -> Any:
    (result,) = run(BitwiseMasks, settings(type), make_sample(*size, objects))
    return result.instances


@pytest.mark.parametrize(
    ("type", "text", "x", "y"),
    [
        ("and", "11", 1, 1),
        ("or", "1110/1111/0111", 0, 0),
        ("nor", "1110/1001/0111", 0, 0),
        ("xor", "1110/1001/0111", 0, 0),
    ],
)
def test_types(type: str, text: str, x: int, y: int) -> None:
    assert corrected(type, BLOB, FIELD) == (thing(mask(text, x, y)), FIELD)
    assert corrected(type, FIELD, BLOB) == (FIELD, thing(mask(text, x, y)))


def test_all_masks_of_the_class_count() -> None:
    other = thing(mask("1", 0, 0), "field")
    assert corrected("and", FIELD, other, BLOB)[2] == thing(mask("100/011"))


@pytest.mark.parametrize("type", ["and", "or", "xor"])
def test_without_an_operand_everything_passes(type: str) -> None:
    for objects in ([BLOB], [BLOB, thing(read_mask("00"), "field")]):
        sample = make_sample(6, 4, objects)
        assert run(BitwiseMasks, settings(type), sample) == [sample]


def test_nothing_left_drops_the_object() -> None:
    far = thing(mask("1", 5, 3))
    assert corrected("and", FIELD, far) == (FIELD,)
    assert corrected("xor", FIELD, thing(FIELD.shape)) == (FIELD,)


def test_what_stays_equal_stays_the_same() -> None:
    inside = thing(read_mask("11", 1, 1))
    sample = make_sample(6, 4, [FIELD, inside])
    assert run(BitwiseMasks, settings("and"), sample) == [sample]


def test_the_operand_is_never_corrected() -> None:
    sample = make_sample(6, 4, [FIELD])
    assert run(BitwiseMasks, settings("xor", "field", "blob"), sample) == [sample]


def test_other_classes_stay() -> None:
    objects = [FIELD, thing(Point(1, 1), "dot"), thing(mask("1"), "other")]
    assert corrected("and", *objects) == tuple(objects)


def test_classes_stay() -> None:
    schema = schema_of(field=ShapeKind.BITMAP, blob=ShapeKind.BITMAP)
    assert infer(BitwiseMasks, settings("and"), schema) == schema
    assert infer(BitwiseMasks, settings("and", "ghost"), sample_schema()) == sample_schema()
    node = make(BitwiseMasks, settings("and", "blob", "ghost"))
    assert node.mentioned_labels(node.settings) == {
        ("class_mask",): "field",
        ("classes_to_correct", 0): "blob",
        ("classes_to_correct", 1): "ghost",
    }


def test_shapes() -> None:
    accepts_masks_only(
        BitwiseMasks, settings("or", "box", operand="blob"), ("classes_to_correct", 0)
    )
    accepts_masks_only(BitwiseMasks, settings("or", "blob", operand="box"), ("class_mask",))


@pytest.mark.parametrize(
    "wrong",
    [{}, settings("not"), settings("or", operand=""), {"type": "or", "class_mask": "field"},
     {"type": "or", "class_mask": ["field"], "classes_to_correct": ["blob"]}],
)  # fmt: skip
def test_refuses(wrong: dict[str, Any]) -> None:
    refuses(BitwiseMasks, wrong)
