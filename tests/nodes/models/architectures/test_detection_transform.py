"""The sizes that detectors see: torchvision's, where the original centred in a square."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("torchvision")


@pytest.mark.parametrize(
    ("image", "scaled", "padded"),
    [
        # The scale of the original, 0.512 and 5.12. It rounds 409.6 to 410, torchvision cuts it.
        ((1000, 600), (512, 307), (512, 320)),
        ((100, 80), (512, 409), (512, 416)),
    ],
)
def test_worked_number_10(
    image: tuple[int, int], scaled: tuple[int, int], padded: tuple[int, int]
) -> None:
    from dtl_nodes.models.architectures.detection_transform import DetectionTransform

    transform = DetectionTransform(512, 512, [0.5] * 3, [0.25] * 3).eval()
    width, height = image
    pixels = torch.full((3, height, width), 255, dtype=torch.uint8)
    assert transform.scaled_size(pixels, 512) == scaled[::-1]
    batch, _ = transform([pixels])
    assert batch.image_sizes == [scaled[::-1]]
    assert tuple(batch.tensors.shape) == (1, 3, *padded[::-1])
    # At the right and the lower border, where the original puts half of it before the image.
    assert (batch.tensors[0, :, : scaled[1], : scaled[0]] > 0).all()
    assert not batch.tensors[0, :, scaled[1] :].any()
