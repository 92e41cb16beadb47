"""The lazy image: when it works, what it shares, and that its geometry is exact."""

from __future__ import annotations

import io
import pickle
from dataclasses import FrozenInstanceError
from functools import partial
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtl_engine.errors import ImageError
from dtl_engine.model.codec import decode
from dtl_engine.model.geometry import Size, Window
from dtl_engine.model.image import Image
from dtl_engine.model.imagefile import stored
from dtl_engine.model.imagefile.channels import Pixels
from tests.fixtures.images import Spy, noise, png


def test_a_declared_size_leaves_the_file_alone(tmp_path: Path) -> None:
    image = Image.open(tmp_path / "missing.JPG", Size(60, 40))
    derived = image.mirror("vertical").crop(Window(10, 0, 40, 20)).mirror("horizontal")
    assert image.size == (60, 40)
    assert derived.size == (30, 20)
    assert image.suffix == ".jpg"
    assert image.path == tmp_path / "missing.JPG"
    with pytest.raises(ImageError, match=r"missing\.JPG") as caught:
        derived.pixels()
    assert caught.value.code == "F601"


def test_the_size_comes_from_the_header(path: Path, decodes: Spy) -> None:
    image = Image.open(path)
    assert image.crop(Window(0, 0, 30, 40)).mirror("vertical").size == (30, 40)
    assert image.size == (60, 40)
    assert decodes.calls == 0


def test_a_wrong_declared_size_is_found_with_the_pixels(path: Path) -> None:
    image = Image.open(path, Size(40, 60)).crop(Window(0, 0, 5, 5))
    with pytest.raises(ImageError, match=r"60x40.*40x60") as caught:
        image.pixels()
    assert caught.value.code == "F605"


def test_mirroring_twice_gives_the_untouched_image(path: Path) -> None:
    image = Image.open(path)
    for axis in ("horizontal", "vertical"):
        assert not image.mirror(axis).is_untouched
        assert image.mirror(axis).mirror(axis).is_untouched
    around = image.mirror("horizontal").mirror("vertical").mirror("horizontal").mirror("vertical")
    assert around.is_untouched
    assert around.encoded() == path.read_bytes()


def test_the_whole_window_keeps_the_pixels_but_counts_as_a_change(path: Path) -> None:
    image = Image.open(path)
    whole = image.crop(Window(0, 0, 60, 40))
    assert np.array_equal(whole.raster(), image.raster())
    assert not whole.is_untouched


@pytest.mark.parametrize("window", [(0, 0, 61, 40), (-1, 0, 5, 5), (5, 5, 5, 9), (9, 0, 3, 5)])
def test_a_window_outside_is_refused(path: Path, window: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="60x40"):
        Image.open(path).crop(Window(*window))


@st.composite
def chains(draw: st.DrawFn) -> list[str | tuple[float, float, float, float]]:
    share = st.floats(0, 1)
    step = st.one_of(
        st.sampled_from(["horizontal", "vertical"]), st.tuples(share, share, share, share)
    )
    return draw(st.lists(step, max_size=8))


def cut(length: int, first: float, second: float) -> tuple[int, int]:
    start = round(first * (length - 1))
    return start, start + 1 + round(second * (length - 1 - start))


@given(chains(), st.integers(1, 9), st.integers(1, 9), st.booleans())
def test_any_chain_is_exact(
    chain: list[str | tuple[float, float, float, float]], width: int, height: int, computed: bool
) -> None:
    truth = noise(height, width)
    image = Image.from_pixels(truth) if computed else Image.from_bytes(png(truth), ".png")
    for step in chain:
        if step == "horizontal":
            image, truth = image.mirror("horizontal"), truth[::-1]
        elif step == "vertical":
            image, truth = image.mirror("vertical"), truth[:, ::-1]
        else:
            left, right = cut(image.size.width, step[0], step[1])
            top, bottom = cut(image.size.height, step[2], step[3])
            image = image.crop(Window(left, top, right, bottom))
            truth = truth[top:bottom, left:right]
        assert image.size == (truth.shape[1], truth.shape[0])
    assert (image.pixels() == truth).all()
    assert (image.raster() == truth[..., ::-1]).all()
    assert (decode(image.encode(".png")).raster == truth[..., ::-1]).all()
    assert (pickle.loads(pickle.dumps(image)).pixels() == truth).all()
    assert (image.detached().pixels() == truth).all()


@pytest.mark.parametrize(
    "name", ["gray16.png", "gray8.png", "gray_alpha8.png", "palette8.png", "rgb16.png", "rgba8.png"]
)
@pytest.mark.parametrize("flip", [False, True])
def test_every_mode_survives_a_crop(shared: Path, name: str, flip: bool) -> None:
    original = Image.open(shared / "data/images/modes" / name)
    truth, coding = decode(original.encoded())
    crop = original.crop(Window(3, 5, 50, 40))
    truth = truth[5:40, 3:50]
    if flip:
        crop, truth = crop.mirror("vertical"), truth[:, ::-1]
    again = decode(crop.encode(crop.suffix))
    assert again.coding.layout == coding.layout
    assert again.coding.palette == coding.palette
    assert again.coding.transparency == coding.transparency
    assert again.raster.dtype == truth.dtype
    assert (again.raster == truth).all()
    assert (crop.raster() == truth).all()


def test_arrays_are_read_only(path: Path) -> None:
    image = Image.open(path)
    crop = image.crop(Window(1, 1, 9, 9))
    computed = Image.from_pixels(noise(5, 5))
    for shown in (image, image.mirror("vertical"), crop, crop.mirror("vertical"), computed):
        for array in (shown.raster(), shown.pixels()):
            with pytest.raises(ValueError, match="read-only"):
                array[0, 0] = 0


def test_the_image_is_immutable(path: Path) -> None:
    image = Image.open(path)
    with pytest.raises(FrozenInstanceError):
        image._region = Window(0, 0, 1, 1)  # type: ignore[misc]
    assert "a.png" in repr(image)


def test_untouched_bytes_are_passed_on(path: Path, tmp_path: Path, decodes: Spy) -> None:
    data = path.read_bytes()
    copy = tmp_path / "copy.png"
    Image.open(path).copy_to(copy)
    assert copy.read_bytes() == data == Image.open(path).encoded()
    assert copy.stat().st_ino != path.stat().st_ino
    Image.from_bytes(data, ".PNG").copy_to(copy)
    assert copy.read_bytes() == data
    assert decodes.calls == 0


def test_copying_works_where_the_system_cannot(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "_copy_range", lambda *_: 0)
    target = tmp_path / "copy.png"
    target.write_bytes(bytes(100_000))
    Image.open(path).copy_to(target)
    assert target.read_bytes() == path.read_bytes()


def test_a_missing_or_empty_original_is_not_passed_on(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    for name in ("empty.jpg", "missing.jpg"):
        image = Image.open(tmp_path / name, Size(1, 1))
        with pytest.raises(ImageError, match=name) as caught:
            image.copy_to(tmp_path / "copy.jpg")
        assert caught.value.code == "F601"
        with pytest.raises(ImageError, match=name):
            image.encoded()
    assert not (tmp_path / "copy.jpg").exists()


def test_a_changed_image_has_no_original_bytes(path: Path, tmp_path: Path) -> None:
    image = Image.open(path)
    for changed in (image.mirror("vertical"), image.with_pixels(noise(3, 3))):
        assert not changed.is_untouched
        with pytest.raises(ValueError, match="encode it"):
            changed.encoded()
        with pytest.raises(ValueError, match="encode it"):
            changed.copy_to(tmp_path / "copy.png")


def test_computed_pixels_keep_suffix_and_profile(shared: Path) -> None:
    image = Image.open(shared / "data/images/exif/Landscape_5.jpg")
    pixels = image.pixels() // 2
    dark = image.with_pixels(pixels)
    assert dark.suffix == ".jpg"
    assert dark.path is None
    assert dark.size == (600, 450)
    assert (dark.pixels() == pixels).all()
    with PIL.Image.open(io.BytesIO(dark.encode(dark.suffix))) as written:
        assert written.info["icc_profile"]
        assert np.abs(np.asarray(written).astype(int) - pixels).mean() < 2


def test_with_pixels_needs_no_decoding(path: Path, decodes: Spy) -> None:
    assert Image.open(path).with_pixels(noise(2, 3)).mirror("vertical").size == (3, 2)
    assert decodes.calls == 0


@pytest.mark.parametrize(
    "pixels", [noise(4, 4, 4), noise(4, 4)[..., 0], noise(4, 4) / 2, noise(4, 4)[:0]]
)
def test_other_arrays_are_refused(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="uint8"):
        Image.from_pixels(pixels)


def test_strided_pixels_are_taken() -> None:
    pixels = noise(8, 6)
    for view in (pixels[:, ::-1], pixels[::-1], pixels[..., ::-1], pixels.swapaxes(0, 1)):
        image = Image.from_pixels(view).mirror("horizontal")
        assert (image.pixels() == view[::-1]).all()
        assert (decode(image.encode(".png")).raster == view[::-1, :, ::-1]).all()
    assert pixels.flags.writeable


def test_other_suffixes_are_refused(tmp_path: Path) -> None:
    for make in (
        lambda: Image.open(tmp_path / "a.gif"),
        lambda: Image.from_bytes(b"GIF89a", ".gif"),
        lambda: Image.from_pixels(noise(2, 2), ".gif"),
    ):
        with pytest.raises(ImageError, match=r"\.gif") as caught:
            make()
        assert caught.value.code == "F601"


def _gray(level: int) -> Pixels:
    return np.full((3, 5, 3), level, np.uint8)


def test_computed_pixels_are_made_when_they_are_needed() -> None:
    made: list[int] = []

    def make() -> Pixels:
        made.append(1)
        return _gray(7)

    image = Image.computed(Size(5, 3), make)
    assert image.size == (5, 3)
    assert image.crop(Window(1, 0, 3, 2)).size == (2, 2)
    assert not made
    assert (image.mirror("vertical").pixels() == 7).all()
    assert (image.pixels() == 7).all()
    assert made == [1]
    assert not image.is_untouched
    assert image.orientation == 1


def test_computed_pixels_pickle_and_are_checked() -> None:
    image = Image.computed(Size(5, 3), partial(_gray, 9), ".jpg")
    assert (pickle.loads(pickle.dumps(image)).pixels() == 9).all()
    assert image.suffix == ".jpg"
    with pytest.raises(ImageError) as refused:
        Image.computed(Size(3, 5), partial(_gray, 9)).pixels()
    assert refused.value.code == "F605"
    with pytest.raises(ImageError):
        Image.computed(Size(3, 5), partial(_gray, 9), ".gif")
