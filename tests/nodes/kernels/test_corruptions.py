from __future__ import annotations

import warnings

import numpy as np
import pytest
from numpy.typing import NDArray

from dtl_engine.sdk import Pixels, Size
from dtl_nodes.kernels.corruptions import BY_CHANCE, BY_RULE
from dtl_nodes.kernels.corruptions.blur import motion_kernel
from dtl_nodes.kernels.corruptions.fields import enlarged, field_size, plasma
from dtl_nodes.kernels.corruptions.frost import frost_texture
from dtl_nodes.kernels.noise import seeded

NAMES = sorted([*BY_RULE, *BY_CHANCE])


def corrupted(name: str, pixels: Pixels, severity: int, seed: int = 0) -> Pixels:
    pixels.flags.writeable = False
    if name in BY_RULE:
        return BY_RULE[name](pixels, severity)
    return BY_CHANCE[name](pixels, severity, seeded(seed))


def scene(height: int = 120, width: int = 160) -> Pixels:
    """Return stripes, a ramp and a disc in strong colours."""
    rows, columns = np.mgrid[:height, :width]
    pixels = np.stack((columns * 255 // width, rows * 255 // height, 200 - columns * 99 // width))
    pixels[:, (rows // 10) % 3 == 0] //= 2
    disc = (rows - height / 2) ** 2 + (columns - width / 2) ** 2 < (height / 4) ** 2
    pixels[:, disc] = np.array((220, 60, 20))[:, None]
    return np.ascontiguousarray(pixels.transpose(1, 2, 0).astype(np.uint8))


def gray(value: int, height: int = 120, width: int = 160) -> Pixels:
    return np.full((height, width, 3), value, np.uint8)


def change(name: str, pixels: Pixels, severity: int) -> float:
    return float(np.abs(corrupted(name, pixels, severity).astype(float) - pixels).mean())


@pytest.mark.parametrize("name", NAMES)
def test_5_is_stronger_than_1(name: str) -> None:
    pixels = scene()
    if name == "saturate":  # It takes colour away at first: only pale ones can gain more.
        pixels = pixels // 6 + 100
    assert change(name, pixels, 5) > change(name, pixels, 1) > 0


@pytest.mark.parametrize("name", NAMES)
def test_every_size_works(name: str) -> None:
    ramp = np.arange(7 * 5 * 3, dtype=np.uint8).reshape(7, 5, 3)
    pictures = [gray(value, *size) for value in (0, 90, 255) for size in ((1, 1), (1, 9), (9, 1))]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for pixels in (ramp, ramp.transpose(1, 0, 2).copy(), *pictures):
            for severity in range(1, 6):
                result = corrupted(name, pixels, severity)
                assert (result.shape, result.dtype) == (pixels.shape, np.uint8)


@pytest.mark.parametrize("name", NAMES)
def test_equal_seeds_give_equal_pictures(name: str) -> None:
    pixels = scene()
    one, again, other = (corrupted(name, pixels, 3, seed) for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any() == (name in BY_CHANCE)


@pytest.mark.parametrize("name", NAMES)
def test_a_part_of_a_picture_is_a_picture(name: str) -> None:
    """What is cut out shares its rows with the whole, and is corrupted like a copy."""
    part = scene()[10:50, 20:70]
    assert (corrupted(name, part, 2) == corrupted(name, part.copy(), 2)).all()


@pytest.mark.parametrize(("severity", "std"), [(1, 20.4), (3, 45.9)])
def test_gaussian_noise(severity: int, std: float) -> None:
    # From level 128, a deviation of 45.9 leaves the scale in 0.5 % of all values.
    result = corrupted("gaussian_noise", gray(128, 200, 200), severity).astype(float)
    assert abs(result.mean() - 128) < 1
    assert abs(result.std() - std) < 0.02 * std


@pytest.mark.parametrize(("severity", "photons"), [(1, 60), (3, 12)])
def test_shot_noise_counts_photons(severity: int, photons: int) -> None:
    result = corrupted("shot_noise", gray(102, 200, 200), severity)
    steps = np.unique(result)
    assert set(steps) <= set(np.rint(np.arange(photons + 1) * 255 / photons))
    assert abs(result.mean() - 102) < 1.5
    assert abs(result.std() - 255 * np.sqrt(0.4 / photons)) < 6
    assert not corrupted("shot_noise", gray(0), severity).any()


@pytest.mark.parametrize(("severity", "share"), [(1, 0.03), (5, 0.27)])
def test_impulse_noise_sets_a_share_to_either_end(severity: int, share: float) -> None:
    result = corrupted("impulse_noise", gray(100, 200, 200), severity)
    assert set(np.unique(result)) == {0, 100, 255}
    for end in (0, 255):
        assert abs((result == end).mean() - share / 2) < 0.005
    whole = (result != 100).all(axis=2).mean()
    assert abs(whole - share**3) < 0.005, "channels are independent"


def test_speckle_grows_with_the_value() -> None:
    dark, light = (
        corrupted("speckle_noise", gray(value, 200, 200), 1).std() for value in (20, 120)
    )
    assert abs(dark - 3) < 0.1
    assert abs(light - 18) < 0.3


@pytest.mark.parametrize("name", ["defocus_blur", "motion_blur", "zoom_blur", "elastic_transform"])
@pytest.mark.parametrize("severity", [1, 5])
def test_flat_pictures_have_nothing_to_lose(name: str, severity: int) -> None:
    pixels = gray(77, 30, 40)
    assert (corrupted(name, pixels, severity) == pixels).all()


def test_defocus_spreads_a_point_over_a_disc() -> None:
    point = gray(0, 41, 41)
    point[20, 20] = 255
    spread = corrupted("defocus_blur", point, 1)[..., 0]
    rows, columns = np.nonzero(spread)
    assert np.hypot(rows - 20, columns - 20).max() < 3.5
    assert (spread == spread.T).all()
    assert (spread == spread[::-1]).all()


def test_motion_kernel_runs_from_the_middle_and_fades() -> None:
    kernel = motion_kernel(3, 2, 0)
    assert kernel.shape == (13, 13)
    assert kernel.sum() == pytest.approx(1)
    assert not kernel[:6].any()
    assert not kernel[7:].any()
    line = kernel[6]
    assert not line[:6].any()
    assert (np.diff(line[6:]) < 0).all()
    down = motion_kernel(3, 2, 90)
    assert (down == kernel.T).all()


def test_zoom_keeps_the_middle_and_smears_the_rim() -> None:
    pixels = scene(101, 101)
    off = np.abs(corrupted("zoom_blur", pixels, 5).astype(float) - pixels).mean(axis=2)
    assert off[45:56, 45:56].mean() < off[[0, -1]].mean() / 3


def test_contrast_pulls_toward_the_mean_of_each_channel() -> None:
    pixels = scene()
    result = corrupted("contrast", pixels, 4).astype(float)
    means = pixels.mean(axis=(0, 1))
    assert np.abs(result - (means + 0.1 * (pixels - means))).max() <= 0.51


def test_brightness_lifts_the_brightest_channel() -> None:
    pixels = np.uint8([[[100, 50, 0], [250, 125, 5], [0, 0, 0], [10, 10, 10]]])
    assert corrupted("brightness", pixels, 2).tolist() == [
        [[151, 76, 0], [255, 128, 5], [51, 51, 51], [61, 61, 61]]
    ]


def test_saturation() -> None:
    pixels = np.uint8([[[200, 100, 100], [100, 100, 100], [0, 50, 100]]])
    assert corrupted("saturate", pixels, 1).tolist() == [
        [[200, 170, 170], [100, 100, 100], [70, 85, 100]]
    ]
    assert corrupted("saturate", pixels, 3).tolist() == [
        [[200, 0, 0], [100, 100, 100], [0, 50, 100]]
    ]


def test_pixelate_repeats_means() -> None:
    pixels = scene(40, 80)
    result = corrupted("pixelate", pixels, 5)
    blocks = pixels.reshape(10, 4, 20, 4, 3).mean(axis=(1, 3))
    exact = blocks.repeat(4, axis=0).repeat(4, axis=1)
    assert np.abs(result - exact).max() <= 0.51


def test_jpeg_loses_more_at_lower_quality() -> None:
    off = [change("jpeg_compression", scene(), severity) for severity in range(1, 6)]
    assert off == sorted(off)
    assert 0.5 < off[0] < off[-1] < 15


@pytest.mark.parametrize("size", [(200, 300), (1100, 1500)])
def test_elastic_transform_moves_by_a_few_pixels(size: tuple[int, int]) -> None:
    ramp = np.zeros((*size, 3), np.uint8)
    ramp[...] = (np.arange(size[1]) % 250)[:, None]
    result = corrupted("elastic_transform", ramp, 5)
    inside = (ramp[..., 0] > 20) & (ramp[..., 0] < 230)
    moved = result[..., 0].astype(float)[inside] - ramp[..., 0][inside]
    assert 1 < moved.std() < 4
    assert abs(moved.mean()) < 0.5


def test_plasma_is_a_cloud_from_0_to_1() -> None:
    whole = plasma(Size(256, 256), 1.5, seeded(4))
    assert (whole.min(), whole.max()) == (0, 1)
    assert 0.2 < whole.mean() < 0.8
    rough, smooth = (
        np.abs(np.diff(plasma(Size(128, 128), decay, seeded(1)), axis=0)).mean()
        for decay in (1.3, 3)
    )
    assert rough > smooth
    for width, height in ((1, 1), (3, 1), (200, 90), (1500, 30)):
        field = plasma(Size(width, height), 2, seeded(0))
        assert field.shape == (height, width)
        assert np.isfinite(field).all()


def test_fields_of_large_pictures_are_made_small() -> None:
    assert field_size(Size(4000, 1000)) == (1024, 256)
    assert field_size(Size(300, 5)) == (300, 5)
    assert field_size(Size(100_000, 1)) == (1024, 1)
    field: NDArray[np.float32] = np.float32([[0, 1]])
    assert enlarged(field, Size(2, 1)) is field
    assert enlarged(field, Size(40, 3)).shape == (3, 40)


def test_frost_is_bluish_and_half_bright() -> None:
    ice = frost_texture(Size(300, 200), seeded(3))
    assert ice.shape == (200, 300, 3)
    assert 0 <= ice.min() < ice.max() <= 255
    assert 80 < ice.mean() < 180
    assert (np.diff(ice.mean(axis=(0, 1))) > 0).all()


def test_fog_keeps_black_pictures_black_and_others_within_reach() -> None:
    assert not corrupted("fog", gray(0), 5).any()
    clear = corrupted("fog", gray(200), 1)
    assert 40 < clear.min() < clear.max() <= 255


def test_snow_whitens() -> None:
    for severity in range(1, 6):
        assert corrupted("snow", gray(60), severity).mean() > 60 + 15


def test_rain_is_light_and_mud_is_dark() -> None:
    rain = corrupted("spatter", gray(100), 3).astype(int)
    assert (rain >= 100).all()
    assert (rain > 130).any()
    mud = corrupted("spatter", gray(100), 5)
    assert (mud <= 100).all()
    assert (mud == (63, 42, 20)).all(axis=2).any()
