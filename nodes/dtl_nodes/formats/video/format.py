"""Videos among the formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dtl_engine.sdk import IMAGE_SUFFIXES, Source
from dtl_nodes.formats.base import DatasetFormat, Subsets
from dtl_nodes.formats.video.layout import is_container, is_video_name
from dtl_nodes.formats.video.reader import open_videos, videos_in


class VideoFormat(DatasetFormat):
    """Videos, of which every frame is an image without annotation."""

    name = "video"
    title = "video frames"

    @staticmethod
    def detect(place: Path) -> str:
        """A video, or a folder with videos and without images."""
        if place.is_file():
            is_video = is_video_name(place.name) and is_container(place)
            return f"it is a video ({place.suffix.lower()})" if is_video else ""
        videos = videos_in(place)
        if not videos or any(path.suffix.lower() in IMAGE_SUFFIXES for path in place.iterdir()):
            return ""
        return f"it has videos such as {videos[0].name}"

    @staticmethod
    def open(place: Path, project: str, subsets: Subsets, settings: Any) -> Source:
        """Look at the header and the first frame of each video."""
        return open_videos(place, project, subsets, settings)
