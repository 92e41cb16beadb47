"""Settings of nodes that turn and scale, for properties."""

from __future__ import annotations

from typing import Any


def to(width: int, height: int, *, keep: bool) -> dict[str, Any]:
    return {"width": width, "height": height, "aspect_ratio": {"keep": keep}}


def turning(degrees: float, mode: str = "keep") -> dict[str, Any]:
    angles = {"min_degrees": degrees, "max_degrees": degrees}
    return {"rotate_angles": angles, "black_regions": {"mode": mode}}
