"""Sheets of sample predictions, and curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from dtl_engine.model.model_spec import ModelFamily
from dtl_engine.model.shapes import Rectangle
from dtl_engine.sdk import Instance, Pixels, Tag
from dtl_nodes.models.architectures.base import Arrays
from dtl_nodes.models.inference.predictor import Prediction
from dtl_nodes.models.training.curves import draw_curves
from dtl_nodes.models.training.model_config import model_config
from dtl_nodes.models.training.samples import choose_shown, draw_sheet
from tests.nodes.models.training.tiny import Tiny, tiny_settings, write_samples

GREEN = np.array((0x22, 0xAA, 0x00))


class Saying(Tiny):
    """Says the same of every image."""

    family: ClassVar[ModelFamily] = ModelFamily.SEMANTIC
    said: ClassVar[Prediction] = Prediction()

    def forward(self, module: Any, inputs: Sequence[Arrays], device: Any) -> list[Arrays]:
        return [{} for _ in inputs]

    def finish(
        self, outputs: Arrays, pixels: Pixels, options: Mapping[str, Any], *, scores: bool = False
    ) -> Prediction:
        return self.said


def sheet_of(folder: Path, family: ModelFamily, said: Prediction) -> Any:
    data = write_samples(folder / "p")
    config = replace(model_config(Tiny, tiny_settings(), data.source.schema), family=family)
    architecture = type("Said", (Saying,), {"family": family, "said": said})(config)
    shown = choose_shown(tuple(data.source.datasets[0].origins()))
    return draw_sheet(architecture, None, data.source, shown, None)


def right_tile(sheet: Any) -> Any:
    return sheet[22 : 22 + 320, 328:648]


def test_boxes_are_drawn_in_the_colour_of_their_class_and_not_filled(tmp_path: Path) -> None:
    said = Prediction((Instance("box", Rectangle(4, 4, 12, 12)),))
    tile = right_tile(sheet_of(tmp_path, ModelFamily.BOXES, said))
    assert (tile[80] == GREEN).all(-1).sum() > 150
    assert (tile[160] == GREEN).all(-1).sum() < 10


def test_masks_are_tinted_but_not_the_background(tmp_path: Path) -> None:
    said = Prediction(tuple(Instance(name, Rectangle(4, 4, 12, 12)) for name in ("bg", "box")))
    both = right_tile(sheet_of(tmp_path, ModelFamily.SEMANTIC, said))
    alone = replace(said, instances=said.instances[:1])
    nothing = right_tile(sheet_of(tmp_path / "other", ModelFamily.SEMANTIC, alone))
    changed = (both != nothing).any(-1)
    assert changed[100:220, 100:220].all()
    assert not changed[:60].any()


def test_tags_are_written_above_the_picture(tmp_path: Path) -> None:
    with_tag = sheet_of(tmp_path, ModelFamily.TAGS, Prediction(tags=(Tag("ripe", 0.9312),)))
    without = sheet_of(tmp_path / "other", ModelFamily.TAGS, Prediction())
    assert (with_tag[:22, 328:] != without[:22, 328:]).any()
    assert (with_tag[22:342] == without[22:342]).all()


def test_few_samples_are_shown_spread_over_the_set(tmp_path: Path) -> None:
    origins = tuple(write_samples(tmp_path / "p", ["val"] * 10).source.datasets[0].origins())
    assert [origin.file for origin in choose_shown(origins)] == ["0.png", "3.png", "6.png", "9.png"]
    assert choose_shown(origins[:2]) == origins[:2]


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    data = write_samples(tmp_path / "p", ["val"])
    (tmp_path / "p/ds/img/0.png").write_bytes(b"")
    config = model_config(Tiny, tiny_settings(), data.source.schema)
    shown = tuple(data.source.datasets[0].origins())
    assert draw_sheet(Saying(config), None, data.source, shown, None) is None  # type: ignore[arg-type]


def test_curves_are_the_same_twice_and_take_odd_numbers(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    curves = {
        ("train", "loss"): [(n / 1000, float(n)) for n in range(5000)],
        ("val", "loss"): [(1.0, float("nan")), (2.0, 3.0)],
        ("val", "miou"): [(1.0, 0.5)],
    }
    for name in "ab":
        assert draw_curves(tmp_path / f"{name}.png", curves)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
