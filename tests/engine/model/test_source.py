"""What images of one source share, across threads, and when it goes."""

from __future__ import annotations

import gc
import pickle
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from dtl_engine.model import source as source_module
from dtl_engine.model.geometry import Window
from dtl_engine.model.image import Image
from dtl_engine.model.imagefile import stored
from tests.fixtures.images import Spy


def test_all_that_is_derived_shares_one_decoding_and_one_flip_each(
    path: Path, decodes: Spy, monkeypatch: pytest.MonkeyPatch
) -> None:
    flips = Spy(monkeypatch, cv2, "flip")
    image = Image.open(path)
    upside = image.mirror("horizontal")
    turned = upside.mirror("vertical")
    for whole in (image, upside, turned, image.mirror("horizontal")):
        for left in range(5):
            crop = whole.crop(Window(left, 1, left + 20, 30))
            assert np.shares_memory(crop.raster(), whole.raster())
            crop.encode(".jpg")
    assert image.mirror("vertical").mirror("horizontal").raster() is turned.raster()
    assert decodes.calls == 1
    assert flips.calls == 2


def test_threads_share_one_decoding(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decodes = Spy(monkeypatch, source_module, "decode")
    flips = Spy(monkeypatch, cv2, "flip")
    image = Image.open(path)
    mirrored = image.mirror("vertical")
    start = threading.Barrier(8)

    def work(number: int) -> np.ndarray:
        start.wait()
        shown = image if number % 2 else image.mirror("vertical")
        return shown.crop(Window(number, 0, number + 9, 9)).pixels()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(8)))
    assert decodes.calls == 1
    assert flips.calls == 1
    for number, pixels in enumerate(results):
        whole = (image if number % 2 else mirrored).pixels()
        assert (pixels == whole[:9, number : number + 9]).all()


def test_the_header_is_read_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = Spy(monkeypatch, stored, "read_file_header")
    image = Image.open(path)
    assert image.size == image.mirror("vertical").size
    assert headers.calls == 1


def test_a_pickled_image_leaves_its_pixels_behind(path: Path, decodes: Spy) -> None:
    image = Image.open(path)
    family = (image, image.mirror("vertical"), image.mirror("vertical").crop(Window(1, 2, 9, 8)))
    expected = [shown.pixels() for shown in family]
    data = pickle.dumps(family)
    assert len(data) < 2000
    again = pickle.loads(data)
    assert decodes.calls == 1
    for shown, pixels in zip(again, expected, strict=True):
        assert (shown.pixels() == pixels).all()
    assert again[0].is_untouched
    assert decodes.calls == 2


def test_memory_is_freed_with_the_last_image(path: Path) -> None:
    gc.collect()
    gc.disable()
    try:
        image = Image.open(path)
        mirrored = image.mirror("vertical")
        crop = mirrored.crop(Window(0, 0, 9, 9))
        decoded, flipped = weakref.ref(image.raster()), weakref.ref(mirrored.raster())
        del mirrored
        assert crop.pixels() is not None
        assert flipped() is not None
        del crop
        assert flipped() is None
        assert decoded() is not None
        derived = image.mirror("horizontal")
        del image
        assert decoded() is not None
        del derived
        assert decoded() is None
    finally:
        gc.enable()


def test_a_detached_image_keeps_nothing(path: Path) -> None:
    image = Image.open(path)
    decoded = weakref.ref(image.detached().raster())
    gc.collect()
    assert decoded() is None
    assert image.detached().is_untouched
