from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from dtl_engine.errors import DataError, ImageError, ModelError
from dtl_engine.model.image import Image
from dtl_engine.model.imagefile.channels import Pixels
from dtl_engine.model.sample import Sample
from dtl_nodes.models.inference.predictor import Prediction
from dtl_nodes.models.inference.run import apply_mode
from tests.nodes.models.inference.fakes import (
    BOXES,
    SEMANTIC,
    Fake,
    brief,
    picture,
    sample_of,
    settings,
)

WINDOWS = {"name": "sliding_window_det", "window": {"width": 4, "height": 4}}


def samples() -> list[Sample]:
    return [
        sample_of(picture((4 + 2 * at, 4), (at, 1, at + 2, 3, 200 + at)), file=f"{at}.png")
        for at in range(5)
    ]


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("mode", [WINDOWS, {"name": "full_image"}, {"name": "bboxes"}])
def test_batches_across_samples_change_nothing(batch: int, mode: dict[str, Any]) -> None:
    one, several = Fake(BOXES), Fake(BOXES)
    alone = [apply_mode(settings(mode=mode), [each], one)[0] for each in samples()]
    together = apply_mode(settings(mode=mode, batch_size=batch), samples(), several)
    for a, b in zip(alone, together, strict=True):
        assert isinstance(a, Sample)
        assert isinstance(b, Sample)
        assert a.annotation == b.annotation
        assert a.id == b.id
    assert [size for sizes in several.seen for size in sizes] == [
        size for sizes in one.seen for size in sizes
    ]
    assert all(len(sizes) == batch for sizes in several.seen[:-1])


def broken(file: str) -> Sample:
    image = Image.from_bytes(b"no picture", ".png")
    return sample_of(picture((4, 4)), file=file).replace(image=image)


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_one_failing_sample_does_not_hurt_the_others(batch: int) -> None:
    given = samples()
    given[1] = broken("1.png")
    given[3] = given[3].replace(image=given[4].image)
    found = apply_mode(settings(mode=WINDOWS, batch_size=batch), given, Fake(BOXES))
    assert isinstance(found[1], ImageError)
    assert isinstance(found[3], DataError)
    assert "12x4 pixels" in found[3].message
    assert "10x4" in found[3].message
    expected = apply_mode(settings(mode=WINDOWS), samples(), Fake(BOXES))
    for at in (0, 2, 4):
        left, right = found[at], expected[at]
        assert isinstance(left, Sample)
        assert isinstance(right, Sample)
        assert brief(left) == brief(right)


class Picky(Fake):
    """Refuses images whose brightest value is 201, those of sample 1."""

    def predict(self, images: Sequence[Pixels]) -> list[Prediction]:
        if any(pixels.max() == 201 for pixels in images):
            raise DataError("F610", "too bright")
        return super().predict(images)


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_what_the_model_cannot_be_shown(batch: int) -> None:
    found = apply_mode(settings(mode=WINDOWS, batch_size=batch), samples(), Picky(BOXES))
    assert [isinstance(each, DataError) for each in found] == [False, True, False, False, False]


def test_a_model_at_fault_stops_the_run() -> None:
    class Short(Fake):
        def predict(self, images: Sequence[Pixels]) -> list[Prediction]:
            return []

    class Silent(Fake):
        def one(self, pixels: Pixels) -> Prediction:
            found = super().one(pixels)
            assert found.scores is not None
            found.scores[:, :1] = 0
            return found

    class Small(Fake):
        def one(self, pixels: Pixels) -> Prediction:
            found = super().one(pixels)
            assert found.scores is not None
            return Prediction(scores=found.scores[:, 1:])

    with pytest.raises(ModelError, match="0 predictions for 1 images"):
        apply_mode(settings(), samples()[:1], Short(BOXES))
    sliding = settings(mode={**WINDOWS, "name": "sliding_window"})
    with pytest.raises(ModelError, match="no class a score at some pixel"):
        apply_mode(sliding, samples()[:1], Silent(SEMANTIC))
    with pytest.raises(ModelError, match="shape"):
        apply_mode(sliding, samples()[:1], Small(SEMANTIC))
    nms = settings(mode={**WINDOWS, "nms_after": {"enable": True}})
    with pytest.raises(ModelError, match="'blob' no 'confidence'"):
        apply_mode(nms, samples()[:1], Fake(BOXES, "score"))


def test_nothing() -> None:
    assert apply_mode(settings(), [], Fake(BOXES)) == []


def decoded(label: dict[str, Any]) -> Any:
    data = zlib.decompress(base64.b64decode(label["multichannelBitmap"]["data"]))
    return np.load(io.BytesIO(data), allow_pickle=False)


def maps(pixels: Pixels, **mode: Any) -> tuple[dict[str, Any], Sample]:
    chosen = settings(mode={**mode, "save_probabilities": True})
    (found,) = apply_mode(chosen, [sample_of(pixels)], Fake(SEMANTIC))
    assert isinstance(found, Sample)
    custom = found.annotation.extra["customBigData"]
    assert isinstance(custom, dict)
    return custom, found


def test_probabilities_of_the_whole_image() -> None:
    pixels = picture((5, 4), (1, 1, 3, 3, 51))
    custom, _ = maps(pixels, model_classes={"save_names": ["blob"]})
    assert custom["probabilityClasses"] == [
        {"title": "blob_unet", "shape": "multichannelBitmap", "color": "#FF0000",
         "geometry_config": {}}
    ]  # fmt: skip
    (label,) = custom["probabilityLabels"]
    assert label["classTitle"] == "blob_unet"
    assert label["geometryType"] == label["shape"] == "multichannelBitmap"
    assert label["multichannelBitmap"]["origin"] == [0, 0]
    assert decoded(label).dtype == np.float32
    np.testing.assert_array_equal(decoded(label)[:, :, 0], pixels[:, :, 0] / np.float32(255))


def test_probabilities_of_a_part_and_of_windows() -> None:
    pixels = picture((9, 6), (1, 1, 7, 5, 51))
    custom, _ = maps(pixels, name="roi", bounds={"left": "2px", "top": "1px"})
    assert [each["multichannelBitmap"]["origin"] for each in custom["probabilityLabels"]] == [
        [2, 1], [2, 1],
    ]  # fmt: skip
    assert decoded(custom["probabilityLabels"][0]).shape == (5, 7, 1)
    custom, _ = maps(
        pixels,
        name="sliding_window",
        window={"width": 4, "height": 4},
        min_overlap={"x": 1, "y": 3},
    )
    background, blob = (decoded(each)[:, :, 0] for each in custom["probabilityLabels"])
    np.testing.assert_allclose(blob, pixels[:, :, 0] / 255, rtol=1e-6)
    np.testing.assert_allclose(background + blob, 1, rtol=1e-6)


def test_probabilities_come_behind_those_that_are_there() -> None:
    _, found = maps(picture((4, 4)))
    chosen = settings(mode={"save_probabilities": True, "model_classes": {"add_suffix": "_two"}})
    (again,) = apply_mode(chosen, [found], Fake(SEMANTIC))
    assert isinstance(again, Sample)
    custom = again.annotation.extra["customBigData"]
    titles = ["bg_unet", "blob_unet", "bg_two", "blob_two"]
    assert [each["title"] for each in custom["probabilityClasses"]] == titles
    assert [each["classTitle"] for each in custom["probabilityLabels"]] == titles


def test_probabilities_survive_a_saved_project(tmp_path: Any) -> None:
    import orjson

    from dtl_nodes.formats.supervisely.options import SavedProject
    from dtl_nodes.formats.supervisely.writer import annotation_json

    custom, found = maps(picture((5, 4), (1, 1, 3, 3, 51)))
    chosen = SavedProject()
    text = orjson.dumps(annotation_json(found.annotation, chosen))
    assert orjson.loads(text)["customBigData"] == custom
