from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtl_engine.model.annotation import Instance, Tag
from dtl_engine.model.schema import SchemaError
from dtl_engine.model.shapes import Point
from dtl_nodes.models.inference.renaming import RenamedClasses, RenamedTags, make_renamer

KNOWN = ("lemon", "kiwi", "bg")


def titles(suffix: str = "", **value: Any) -> dict[str, str]:
    renamer = make_renamer(RenamedClasses(**value), KNOWN, ("mode", "model_classes"), suffix=suffix)
    return dict(renamer.titles)


def test_worked_number_13() -> None:
    assert titles(save_names=(), save_classes="__all__") == {}


def test_all_is_the_default() -> None:
    assert titles() == {name: name for name in KNOWN}
    assert make_renamer(None, KNOWN, (), suffix="_x").titles == {n: f"{n}_x" for n in KNOWN}


def test_both_keys_mean_the_same() -> None:
    assert titles(save_classes=("kiwi",)) == titles(save_names=("kiwi",)) == {"kiwi": "kiwi"}
    assert titles(save_names="__all__", save_classes=("kiwi",)) == {name: name for name in KNOWN}


def test_a_suffix_that_is_written_wins_even_if_it_is_empty() -> None:
    assert titles("_unet", save_names=("bg",)) == {"bg": "bg_unet"}
    assert titles("_unet", save_names=("bg",), add_suffix="") == {"bg": "bg"}


def test_mapping_comes_before_the_suffix() -> None:
    found = titles(class_mapping={"lemon": "fruit", "kiwi": "fruit"}, add_suffix="_v2")
    assert found == {"lemon": "fruit_v2", "kiwi": "fruit_v2", "bg": "bg_v2"}


def test_an_unknown_title_stands_at_its_place() -> None:
    with pytest.raises(SchemaError, match="no class 'lemn' of the model") as refused:
        titles(save_classes=("kiwi", "lemn"))
    assert refused.value.at == ("mode", "model_classes", "save_classes", 1)
    assert refused.value.help == "did you mean 'lemon'?"
    with pytest.raises(SchemaError) as refused:
        titles(class_mapping={"kwi": "fruit"})
    assert refused.value.at == ("mode", "model_classes", "class_mapping", "kwi")
    assert refused.value.in_key


def test_an_unknown_tag_is_called_one() -> None:
    with pytest.raises(SchemaError, match="no tag 'score' of the model"):
        make_renamer(RenamedTags(save_names=("score",)), ("confidence",), (), what="tag")


def test_objects_and_their_tags() -> None:
    classes = make_renamer(RenamedClasses(save_names=("kiwi",), add_suffix="_p"), KNOWN, ())
    tags = make_renamer(RenamedTags(save_names=("a",), add_suffix="_t"), ("a", "b"), ())
    found = classes.instances(
        [Instance("lemon", Point(1, 1)), Instance("kiwi", Point(2, 2), (Tag("a", 1), Tag("b", 2)))],
        tags,
    )
    assert found == [Instance("kiwi_p", Point(2, 2), (Tag("a_t", 1),))]


@given(
    st.none() | st.just("__all__") | st.lists(st.sampled_from(KNOWN)).map(tuple),
    st.none() | st.just("__all__") | st.lists(st.sampled_from(KNOWN)).map(tuple),
    st.none() | st.text(max_size=3),
)
def test_what_is_kept_is_what_is_named(names: Any, classes: Any, suffix: str | None) -> None:
    found = titles("_d", save_names=names, save_classes=classes, add_suffix=suffix)
    chosen = names if names is not None else classes
    kept = set(KNOWN) if chosen in (None, "__all__") else set(chosen)
    assert set(found) == kept
    assert list(found) == [name for name in KNOWN if name in kept]
    assert all(new == old + ("_d" if suffix is None else suffix) for old, new in found.items())
