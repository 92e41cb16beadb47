"""The project ``lemon``: six tables with lemons, kiwis and leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scripts.samples.fruit import Frame, kiwi, kiwi_half, lemon, lemon_half
from scripts.samples.leaf import Outline, leaf, leaf_outline
from scripts.samples.paint import SCALE, Canvas, Light, Patch, expose, lay
from scripts.samples.project import Json, Picture, bitmap_object, polygon_object
from scripts.samples.tables import TABLES

META: Json = {
    "classes": [
        {"title": "kiwi", "shape": "bitmap", "color": "#8A5A2B", "geometry_config": {}},
        {"title": "lemon", "shape": "bitmap", "color": "#F5D327", "geometry_config": {}},
        {"title": "leaf", "shape": "polygon", "color": "#2F9E44", "geometry_config": {}},
    ],
    "tags": [
        {
            "name": "table",
            "value_type": "oneof_string",
            "values": sorted(TABLES),
            "color": "#7A5CCB",
            "applicable_type": "imagesOnly",
        },
        {
            "name": "pieces",
            "value_type": "any_number",
            "color": "#4C8BB8",
            "applicable_type": "imagesOnly",
        },
        {
            "name": "cut",
            "value_type": "none",
            "color": "#D9487D",
            "applicable_type": "objectsOnly",
            "classes": ["kiwi", "lemon"],
        },
    ],
    "projectType": "images",
}

FRUIT: dict[str, Callable[[np.random.Generator, Frame, Light], Patch]] = {
    "lemon": lemon,
    "kiwi": kiwi,
    "lemon half": lemon_half,
    "kiwi half": kiwi_half,
}

Thing = tuple[str, float, float, float, float]
"""What, centre x and y in parts of the picture, half length in px, clockwise degrees. A leaf:
the end of its stalk instead of the centre, and its whole length. Leaves come last, as their
polygons are stored whole and nothing may hide a part of them."""


@dataclass(frozen=True)
class Scene:
    """One picture: its size in pixels, its table, its lamp, and what lies on it, bottom first."""

    name: str
    size: tuple[int, int]
    table: str
    light: Light
    falloff: float
    things: tuple[Thing, ...]


SCENES = (
    Scene(
        "fruit_1.jpg",
        (560, 420),
        "wood",
        Light.towards(-0.75, -0.6, (0.3, 0.25)),
        1.1,
        (
            ("lemon", 0.30, 0.40, 100, 28),
            ("kiwi", 0.66, 0.27, 62, -35),
            ("kiwi half", 0.57, 0.70, 66, 10),
            ("lemon", 0.80, 0.66, 92, -62),
            ("leaf", 0.15, 0.72, 138, -40),
        ),
    ),
    Scene(
        "fruit_2.jpg",
        (320, 240),
        "cloth",
        Light.towards(0.7, -0.5, (0.6, 0.3)),
        0.8,
        (
            ("lemon", 0.36, 0.38, 66, -160),
            ("kiwi", 0.74, 0.62, 46, 70),
            ("leaf", 0.20, 0.84, 92, -38),
        ),
    ),
    Scene(
        "fruit_3.jpg",
        (420, 560),
        "stone",
        Light.towards(-0.55, -0.8, (0.4, 0.2)),
        1.3,
        (
            ("kiwi", 0.27, 0.20, 62, 100),
            ("lemon", 0.68, 0.27, 92, 64),
            ("kiwi", 0.30, 0.50, 60, 20),
            ("lemon half", 0.60, 0.555, 68, 0),
            ("kiwi half", 0.42, 0.735, 60, -40),
            ("kiwi", 0.80, 0.84, 64, 140),
        ),
    ),
    Scene(
        "fruit_4.jpg",
        (481, 361),
        "wood",
        Light.towards(0.6, -0.75, (0.65, 0.3)),
        1.0,
        (
            ("kiwi", 0.22, 0.30, 58, 30),
            ("kiwi", 0.42, 0.42, 60, -60),
            ("lemon half", 0.72, 0.34, 62, 0),
            ("lemon", 0.62, 0.74, 84, 172),
            ("kiwi half", 0.20, 0.74, 54, 55),
            ("leaf", 0.91, 0.93, 128, -130),
            ("leaf", 0.48, 0.05, 112, 34),
        ),
    ),
    Scene(
        "fruit_5.jpg",
        (360, 480),
        "cloth",
        Light.towards(-0.8, -0.35, (0.3, 0.4)),
        0.9,
        (
            ("lemon", 0.42, 0.24, 84, 200),
            ("lemon", 0.60, 0.50, 86, 118),
            ("kiwi half", 0.34, 0.68, 60, 0),
            ("kiwi", 0.70, 0.82, 57, 15),
            ("leaf", 0.08, 0.97, 132, -50),
        ),
    ),
    Scene(
        "fruit_6.jpg",
        (500, 333),
        "stone",
        Light.towards(0.5, -0.6, (0.55, 0.35)),
        1.2,
        (
            ("lemon", 0.02, 0.52, 76, 80),
            ("kiwi", 0.33, 0.36, 56, -20),
            ("lemon half", 0.52, 0.66, 58, 0),
            ("kiwi half", 0.70, 0.34, 56, 100),
            ("lemon", 0.87, 0.70, 74, -30),
            ("leaf", 0.22, 0.90, 124, -26),
        ),
    ),
)


def draw_scene(scene: Scene, rng: np.random.Generator) -> Picture:
    """Draw one table; later things lie on earlier ones and hide part of them."""
    width, height = scene.size
    shape = (height * SCALE, width * SCALE)
    table = TABLES[scene.table](rng, shape, scene.light)
    canvas = Canvas(table, np.zeros(shape, np.int16))
    outlines: dict[int, Outline] = {}
    for number, (kind, x, y, reach, degrees) in enumerate(scene.things, start=1):
        centre = (x * width, y * height)
        if kind == "leaf":
            bend = float(rng.random() - 0.5) * 0.24
            hole = number == len(scene.things) and reach > 130
            outlines[number] = leaf_outline(centre, reach, degrees, bend, hole)
            patch = leaf(rng, outlines[number], (centre, reach, degrees, bend), scene.light)
        else:
            patch = FRUIT[kind](rng, Frame.around(centre, reach, degrees), scene.light)
        lay(canvas, patch, number, scene.light)
    objects = []
    for number, (kind, *_) in enumerate(scene.things, start=1):
        if number in outlines:
            objects.append(polygon_object("leaf", outlines[number]))
            continue
        title, _, cut = kind.partition(" ")
        marks = [{"name": "cut"}] if cut else []
        objects.append(bitmap_object(title, canvas.mask(number), marks))
    tags: tuple[Json, ...] = (
        {"name": "table", "value": scene.table},
        {"name": "pieces", "value": len(scene.things) - len(outlines)},
    )
    pixels = expose(canvas, scene.light, rng, scene.falloff)
    return Picture(scene.name, pixels, tuple(objects), tags)
