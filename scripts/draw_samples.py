"""Draw the sample data that comes with the example graphs: fruit, retinas, hands and pumpkins.

Run it from the root of the repository::

    python -m scripts.draw_samples graphs/samples

Every picture has its own random stream, so the same version of this script always draws the
same pictures and exactly the same masks; nothing in them is a photograph.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np

from scripts.samples import nails, pumpkins, retina, still_life, unseen
from scripts.samples.project import write_project

SEED = 7
WORKERS = 4

Drawn = TypeVar("Drawn")


def draw_samples(folder: Path) -> None:
    """Write all datasets into a folder; files of the same names are replaced.

    Raises:
        OSError: a file cannot be written.
    """
    scenes, fundi = (*still_life.SCENES, *unseen.SCENES), (*retina.FUNDI, *unseen.FUNDI)
    with ThreadPoolExecutor(WORKERS) as pool:
        drawn = pool.map(still_life.draw_scene, scenes, _streams(len(scenes)))
        eyes = pool.map(retina.draw_retina, fundi, _streams(len(fundi)))
        hands = pool.map(nails.draw_hand, nails.HANDS, _streams(len(nails.HANDS)))
        stalls = pool.map(pumpkins.draw_stall, pumpkins.STALLS, _streams(len(pumpkins.STALLS)))
        seen, new = _split(list(drawn), len(still_life.SCENES))
        write_project(folder / "lemon", still_life.META, seen)
        unseen.write_unseen(folder / "lemons_test", new)
        train, test = _split(list(eyes), len(retina.FUNDI))
        write_project(folder / "vessels", retina.META, [picture for picture, _ in train])
        unseen.write_unseen(folder / "vessels_test", [picture for picture, _ in test])
        unseen.write_vessel_masks(folder / "vessels_masks", {"train": train, "test": test})
        nails.write_nails(folder / "nails", list(hands))
        pumpkins.write_pumpkins(folder / "pumpkins", list(stalls))


def _split(drawn: list[Drawn], count: int) -> tuple[list[Drawn], list[Drawn]]:
    """Return the first ones and the rest."""
    return drawn[:count], drawn[count:]


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
