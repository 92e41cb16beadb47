"""Read the frames of videos as images without annotations."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from dtl_engine.sdk import (
    Annotation,
    Dataset,
    Image,
    ImageError,
    Origin,
    ReadLog,
    Sample,
    Schema,
    SchemaError,
    Source,
)
from dtl_nodes.formats.image_tree import choose_datasets
from dtl_nodes.formats.video.clip import Clip, Grid, open_clip
from dtl_nodes.formats.video.frames import read_frame
from dtl_nodes.formats.video.layout import DIGITS, SUFFIXES, is_video_name
from dtl_nodes.formats.video.options import VideoReading

_NOT_IN_A_NAME = re.compile(r'[/\\|:"?*<>\x00-\x1f\x7f]')


def open_videos(
    place: Path, project: str, subsets: tuple[str, ...], options: VideoReading
) -> VideoSource:
    """Open a video, or those in a folder, each as a dataset.

    Raises:
        SchemaError: E403, there is none that can be read; E404, no frame is asked for.
    """
    paths = videos_in(place)
    if not paths:
        raise SchemaError(
            "E403",
            f"'{place.name}' cannot be read: it has no video ({', '.join(SUFFIXES)})",
            at=(0,),
            value=place.name,
        )
    clips: dict[str, Clip] = {}
    problems: list[str] = []
    for path in paths:
        try:
            clips[_free(_NOT_IN_A_NAME.sub("_", path.stem), clips)] = open_clip(path)
        except ImageError as error:
            problems.append(error.message)
    if not clips:
        raise SchemaError("E403", "; ".join(problems), at=(0,), value=place.name)
    suffix = f".{options.frames_as}"
    files = {}
    for name, clip in sorted(clips.items()):
        digits = max(DIGITS, len(str(clip.count - 1)))
        numbers = clip.numbers(options)
        files[name] = tuple(f"{name}_{number:0{digits}}{suffix}" for number in numbers)
    datasets, notes = choose_datasets(files, project, subsets)
    skipped = tuple(f"{problem}; it is left out" for problem in problems)
    chosen = {dataset.name: clips[dataset.name] for dataset in datasets}
    grids = {name: clip.grid(options) for name, clip in chosen.items()}
    return VideoSource(place, datasets, (*skipped, *notes), chosen, grids)


def videos_in(place: Path) -> list[Path]:
    """Return the video at ``place``, or those in the folder, sorted; links out are left out."""
    if place.is_file():
        return [place]
    root = place.resolve()
    return sorted(
        path
        for path in place.iterdir()
        if is_video_name(path.name) and path.is_file() and path.resolve().is_relative_to(root)
    )


class VideoSource(Source):
    """Opened videos."""

    def __init__(
        self,
        location: Path,
        datasets: tuple[Dataset, ...],
        notes: tuple[str, ...],
        clips: dict[str, Clip],
        grids: dict[str, Grid],
    ) -> None:
        """Take the videos by the names of their datasets, with the frames that are read."""
        super().__init__(location, Schema(), datasets, notes)
        self._clips = clips
        self._grids = grids

    def read_sample(self, origin: Origin, log: ReadLog) -> Sample:
        """Return one frame, which is decoded when its pixels are needed."""
        clip, grid = self._clips[origin.dataset], self._grids[origin.dataset]
        number = int(origin.stem.rpartition("_")[2])
        frame = partial(read_frame, clip.path, clip.size, grid.holds, number)
        image = Image.computed(clip.size, frame, origin.suffix)
        return Sample(origin, image, Annotation(clip.size))


def _free(name: str, taken: dict[str, Clip]) -> str:
    name = name.lstrip(".") or "video"
    free, number = name, 0
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
