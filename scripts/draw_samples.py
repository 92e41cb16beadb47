"""Draw the sample data that comes with the example graphs: lemon, vessels, nails and pumpkins.

Run it from the root of the repository::

    python -m scripts.draw_samples graphs/samples

Every picture has its own random stream, so the same version of this script always draws the
same pictures and exactly the same masks; nothing in them is a photograph.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from scripts.samples import nails, pumpkins, retina, still_life
from scripts.samples.project import write_project

SEED = 7
WORKERS = 4


def draw_samples(folder: Path) -> None:
    """Write the four datasets into a folder; files of the same names are replaced.

    Raises:
        OSError: a file cannot be written.
    """
    with ThreadPoolExecutor(WORKERS) as pool:
        fruit = pool.map(still_life.draw_scene, still_life.SCENES, _streams(len(still_life.SCENES)))
        eyes = pool.map(retina.draw_retina, retina.FUNDI, _streams(len(retina.FUNDI)))
        hands = pool.map(nails.draw_hand, nails.HANDS, _streams(len(nails.HANDS)))
        stalls = pool.map(pumpkins.draw_stall, pumpkins.STALLS, _streams(len(pumpkins.STALLS)))
        write_project(folder / "lemon", still_life.META, list(fruit))
        write_project(folder / "vessels", retina.META, list(eyes))
        nails.write_nails(folder / "nails", list(hands))
        pumpkins.write_pumpkins(folder / "pumpkins", list(stalls))


def _streams(count: int) -> list[np.random.Generator]:
    """Return one random generator per picture of a project."""
    return [np.random.default_rng([SEED, number]) for number in range(count)]


def main() -> None:
    """Draw the samples into the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Draw the sample data of the example graphs.")
    parser.add_argument("folder", type=Path, help="where the folders are written")
    draw_samples(parser.parse_args().folder)


if __name__ == "__main__":
    main()
