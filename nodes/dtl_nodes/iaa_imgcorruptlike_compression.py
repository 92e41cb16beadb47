"""The ``iaa_imgcorruptlike_compression`` node: lose detail of images on the way."""

from __future__ import annotations

from typing import Literal

from dtl_nodes.families.corruption import Corruption, CorruptionSettings


class CompressionSettings(CorruptionSettings):
    """Settings of ``iaa_imgcorruptlike_compression``."""

    option: Literal["jpeg_compression", "pixelate", "elastic_transform"]
    """``jpeg_compression``: JPEG of low quality; ``pixelate``: coarse pixels;
    ``elastic_transform``: bent a little, by up to a few pixels, without the annotation."""


class Compression(Corruption[CompressionSettings]):
    """Take detail from images, as storing and sending does; annotations stay as they are.

    Example:
        {"option": "jpeg_compression", "severity": 4}

    Source: DTL ``iaa_imgcorruptlike_compression``, second generation, after Hendrycks and
    Dietterich (2019); an unknown option is refused at once.
    """

    action = "iaa_imgcorruptlike_compression"
