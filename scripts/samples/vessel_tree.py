"""Vessel trees of a retina, grown by a recursive random walk out of the optic disc.

All lengths are pixels of the picture, angles radians, x right and y down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]

STEP_PX = 2.5
THINNEST_PX = 0.62


@dataclass(frozen=True)
class Eye:
    """Where things are on a retina.

    ``centre`` and ``radius`` describe the lit circle, ``disc`` and ``disc_radius`` the optic
    disc. The macula lies to the right of the disc if ``side`` is 1, to its left if -1.
    """

    centre: Point
    radius: float
    disc: Point
    disc_radius: float
    side: int

    @property
    def macula(self) -> Point:
        """The centre of the macula, the dark spot without vessels."""
        return self.disc[0] + self.side * 0.66 * self.radius, self.disc[1] + 0.05 * self.radius


@dataclass(frozen=True)
class Branch:
    """One unbranched vessel: (n, 2) points x, y and (n,) radii, float64."""

    points: NDArray[np.float64]
    radii: NDArray[np.float64]
    is_vein: bool


@dataclass(frozen=True)
class Bud:
    """Where a vessel starts.

    ``turn`` is added to its heading per pixel, ``pull`` says how strongly it turns away from
    the disc, ``depth`` counts the forks back to the disc.
    """

    place: Point
    heading: float
    radius: float
    turn: float
    pull: float
    depth: int
    is_vein: bool


def grow_trees(rng: np.random.Generator, eye: Eye) -> list[Branch]:
    """Grow arteries and veins in pairs: two arcades round the macula, two nasal, small ones."""
    branches: list[Branch] = []
    for is_vein in (False, True):
        for bud in _trunks(rng, eye, is_vein):
            _grow(rng, eye, bud, branches)
    return branches


def _trunks(rng: np.random.Generator, eye: Eye, is_vein: bool) -> list[Bud]:
    """Return the vessels that leave the disc; ``up`` is -1 above it, 1 below it."""
    thick = eye.radius * (0.0165 if is_vein else 0.0125)
    skew = 0.13 if is_vein else -0.13
    buds = []
    plan = [
        (up, angle, thickness, turn)
        for up in (-1, 1)
        for angle, thickness, turn in ((1.30, 1.0, -0.95), (2.10, 0.80, 0.25), (0.50, 0.40, 0.1))
    ]
    plan.append((1, 2.90, 0.45, -0.1))
    for up, angle, thickness, turn in plan:
        away = angle + skew + (rng.random() - 0.5) * 0.34
        heading = np.arctan2(up * np.sin(away), eye.side * np.cos(away))
        start = eye.disc_radius * (0.02 + 0.10 * rng.random())
        place = (
            eye.disc[0] + start * np.cos(heading) - eye.side * eye.disc_radius * 0.15,
            eye.disc[1] + start * np.sin(heading) + 0.08 * eye.disc_radius * skew,
        )
        bend = turn * up * eye.side / eye.radius * (0.85 + 0.3 * rng.random())
        radius = thick * thickness * (0.88 + 0.24 * rng.random())
        pull = 0.0 if angle == 1.30 else 0.4
        buds.append(Bud(place, float(heading), radius, bend, pull, 0, is_vein))
    return buds


def _grow(rng: np.random.Generator, eye: Eye, bud: Bud, branches: list[Branch]) -> None:
    """Walk from a bud until the vessel is too thin or leaves the light; append all branches."""
    x, y = bud.place
    course, radius, wander = bud.heading, bud.radius, 0.0
    points, radii = [(x, y)], [radius]
    fork_after = eye.radius * (0.14 + 0.16 * rng.random())
    side = 1 if rng.random() < 0.5 else -1
    forks: list[Bud] = []
    while radius > THINNEST_PX and _is_free(eye, (x, y), bud.depth):
        outward = np.arctan2(y - eye.disc[1], x - eye.disc[0])
        course += bud.turn * STEP_PX
        course += bud.pull * np.sin(outward - course) * STEP_PX / eye.radius
        wander = 0.93 * wander + rng.normal(0, 0.075)
        heading = course + wander
        x, y = x + STEP_PX * np.cos(heading), y + STEP_PX * np.sin(heading)
        radius *= 1 - STEP_PX * (0.40 + 0.15 * bud.depth) / eye.radius
        fork_after -= STEP_PX
        if fork_after < 0 and radius > 1.15 * THINNEST_PX and bud.depth < 3:
            thin = max(radius * (0.48 + 0.32 * rng.random()), THINNEST_PX * 1.12)
            spread = side * (0.6 + 0.4 * rng.random())
            turn = -side * 0.6 / eye.radius * rng.random()
            start = (x, y)
            forks.append(Bud(start, course + spread, thin, turn, 0.5, bud.depth + 1, bud.is_vein))
            # Murray's law: the cubes of the radii behind a fork add up to the cube before it.
            radius = max((max(radius**3 - thin**3, 0)) ** (1 / 3), 0.86 * radius)
            course -= 0.10 * side
            side = -side if rng.random() < 0.75 else side
            fork_after = eye.radius * (0.10 + 0.20 * rng.random())
        points.append((x, y))
        radii.append(radius)
    branches.append(Branch(np.array(points), np.array(radii), bud.is_vein))
    for fork in forks:
        _grow(rng, eye, fork, branches)


def _is_free(eye: Eye, place: Point, depth: int) -> bool:
    """Whether a vessel may go on: inside the light, and no branch in the macula."""
    out = np.hypot(place[0] - eye.centre[0], place[1] - eye.centre[1]) > eye.radius + 3
    spared = eye.radius * (0.10 if depth else 0.14)
    blind = np.hypot(place[0] - eye.macula[0], place[1] - eye.macula[1]) < spared
    return not (out or blind)
