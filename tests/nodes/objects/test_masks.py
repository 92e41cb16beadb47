from __future__ import annotations

import numpy as np

from dtl_engine.model.geometry import Window
from dtl_engine.testing import make_sample
from dtl_nodes.objects.masks import change_masks, pixels_in, united, window_around
from tests.fixtures.masks import grid, mask, read_mask, thing


def test_united_is_tight_and_local() -> None:
    one, other = mask("11/10", 90, 90), mask("1", 93, 88)
    assert united([one, other]) == mask("0001/0000/1100/1000", 90, 88)
    assert united([one]) == one
    assert united([]) is None
    assert united([read_mask("00/00")]) is None


def test_windows() -> None:
    window = window_around([mask("11", 3, 4), mask("1/1", -2, 5)])
    assert window == Window(-2, 4, 5, 7)
    assert (pixels_in(window, mask("1/1", -2, 5)) == grid("0000000/1000000/1000000")).all()
    assert (pixels_in(Window(0, 0, 2, 1), mask("111", 1, 0)) == grid("01")).all()
    assert not pixels_in(Window(0, 0, 2, 2), mask("1", 5, 5)).any()


def test_what_does_not_change_is_the_same_sample() -> None:
    sample = make_sample(8, 8, [thing(mask("1")), thing(mask("1"), "other")])
    assert change_masks(sample, ["blob"], "a node", lambda shape: (shape,)) is sample
    changed = change_masks(sample, ["blob"], "a node", lambda shape: (shape, shape.shift(1, 0)))
    assert [instance.label for instance in changed.instances] == ["blob", "blob", "other"]
    assert changed.instances[0] is sample.instances[0]
    assert changed.instances[2] is sample.instances[1]
    assert changed.instances[1] == thing(mask("1", 1, 0))
    gone = change_masks(sample, ["blob"], "a node", lambda _: ())
    assert gone.instances == sample.instances[1:]
    assert np.shares_memory(changed.image.pixels(), sample.image.pixels())
