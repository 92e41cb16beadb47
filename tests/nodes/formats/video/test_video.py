from __future__ import annotations

import json
import pickle
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from dtl_engine.errors import ImageError
from dtl_engine.model.sample import Origin
from dtl_engine.model.schema import Schema, SchemaError
from dtl_nodes.data import DataSettings
from dtl_nodes.formats import recognise
from dtl_nodes.formats.video import frames
from dtl_nodes.formats.video.clip import Grid
from dtl_nodes.formats.video.reader import VideoSource, open_videos
from tests.fixtures.cli import run_cli

COUNT = 90
CODECS = {".mp4": "mp4v", ".mov": "mp4v", ".avi": "MJPG", ".mkv": "mp4v"}


def draw(path: Path, count: int = COUNT, size: tuple[int, int] = (64, 48)) -> Path:
    """Write a video in which a block moves and the brightness tells the number of the frame."""
    codec = cv2.VideoWriter.fourcc(*CODECS[path.suffix.lower()])
    writer = cv2.VideoWriter(str(path), codec, 25, size)
    assert writer.isOpened()
    for number in range(count):
        picture = np.full((size[1], size[0], 3), 20 + 2 * (number % 100), np.uint8)
        at = number % (size[0] - 8)
        picture[10:20, at : at + 8] = (0, 0, 255)
        writer.write(picture)
    writer.release()
    return path


def decoded(path: Path) -> list[NDArray[np.uint8]]:
    """Return all frames in the plainest way."""
    capture = cv2.VideoCapture(str(path))
    found = []
    while True:
        is_read, picture = capture.read()
        if not is_read:
            capture.release()
            return found
        found.append(np.ascontiguousarray(picture[..., ::-1]))  # type: ignore[arg-type]


def opened(place: Path, **options: Any) -> VideoSource:
    text = json.dumps({"format": "video", **options})
    return open_videos(place, place.name, ("*",), DataSettings.model_validate_json(text))


def origins(source: VideoSource) -> list[Origin]:
    return [origin for dataset in source.datasets for origin in dataset.origins()]


def numbers(source: VideoSource) -> list[int]:
    return [int(origin.stem.rpartition("_")[2]) for origin in origins(source)]


@pytest.mark.parametrize("suffix", CODECS)
def test_every_frame_is_a_sample(tmp_path: Path, suffix: str) -> None:
    path = draw(tmp_path / f"clip{suffix}")
    assert [each.name for each, _ in recognise(path)] == ["video"]
    source = opened(path)
    assert source.schema == Schema()
    (dataset,) = source.datasets
    assert dataset.name == "clip"
    assert dataset.files[:2] == ("clip_000000.png", "clip_000001.png")
    expected = decoded(path)
    assert len(dataset.files) == len(expected) == COUNT
    for origin, picture in zip(origins(source), expected, strict=True):
        sample = source.read(origin)
        assert sample.size == sample.image.size == (64, 48)
        assert sample.instances == ()
        assert (sample.image.pixels() == picture).all()
    # What was drawn is there: red blocks are red.
    red, green, blue = expected[5][12:18, 7:11].reshape(-1, 3).mean(0)
    assert red > 200 > 60 > green
    assert blue < 60


@pytest.mark.parametrize("most", [1, 3, 64])
def test_frames_are_exact_in_any_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(frames, "MAX_CACHED_FRAMES", most)
    path = draw(tmp_path / "clip.mp4")
    expected = decoded(path)
    source = opened(path, frame_step=3)
    wanted = origins(source)
    for order in (wanted[::-1], random.Random(1).sample(wanted, len(wanted)), wanted):
        for origin in order:
            number = int(origin.stem.rpartition("_")[2])
            sample = pickle.loads(pickle.dumps(source)).read(origin)
            assert (sample.image.pixels() == expected[number]).all()


def test_little_is_kept_and_little_is_decoded_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = draw(tmp_path / "clip.mp4")
    frame_bytes = 64 * 48 * 3
    monkeypatch.setattr(frames, "MAX_CACHED_BYTES", 10 * frame_bytes)
    starts = []
    original = frames.open_capture
    monkeypatch.setattr(
        frames, "open_capture", lambda each: (starts.append(each), original(each))[1]
    )
    source = opened(path)
    # Two workers that take turns are a few frames apart.
    order = origins(source)
    for at in range(0, COUNT, 2):
        for origin in order[at : at + 2][::-1]:
            source.read(origin).image.pixels()
    assert len(starts) == 1
    player = frames._players[path]
    assert len(player._kept) <= 10
    for origin in order[::-1]:
        source.read(origin).image.pixels()
    assert len(starts) <= 1 + COUNT // 9 + 1


def test_few_videos_stay_open(tmp_path: Path) -> None:
    for name in "abcdefg":
        draw(tmp_path / f"{name}.avi", count=2)
    source = opened(tmp_path)
    for origin in origins(source):
        source.read(origin).image.pixels()
    assert len(frames._players) == frames.MAX_OPEN


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"frame_step": 30}, [0, 30, 60]),
        ({"start": 85}, [85, 86, 87, 88, 89]),
        ({"start": 10, "end": 13}, [10, 11, 12]),
        ({"start": 1, "end": 500, "frame_step": 40}, [1, 41, 81]),
        ({"max_frames": 2, "start": 4, "frame_step": 2}, [4, 6]),
        ({"fps": 1}, [0, 25, 50, 75]),
        ({"fps": 10, "max_frames": 5}, [0, 2, 5, 7, 10]),
        ({"fps": 1000, "end": 3}, [0, 1, 2]),
        ({"fps": 0.5}, [0, 50]),
    ],
)
def test_frames_are_chosen(tmp_path: Path, options: dict[str, Any], expected: list[int]) -> None:
    assert numbers(opened(draw(tmp_path / "clip.mp4"), **options)) == expected


@pytest.mark.parametrize("step", [Fraction(1), Fraction(5, 2), Fraction(7), Fraction(30000, 1001)])
def test_a_grid_holds_what_it_yields(step: Fraction) -> None:
    grid = Grid(3, step)
    assert [at for at in range(200) if grid.holds(at)] == list(grid.numbers(200))


@pytest.mark.parametrize(
    "options",
    [{"frame_step": 0}, {"fps": 0}, {"fps": 5, "frame_step": 2}, {"start": 5, "end": 5},
     {"max_frames": 0}, {"start": -1}],
)  # fmt: skip
def test_options_that_contradict(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DataSettings.model_validate_json(json.dumps({"format": "video", **options}))


def test_no_frame_is_left(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as refused:
        opened(draw(tmp_path / "clip.mp4"), start=500)
    assert refused.value.code == "E404"


def test_a_folder_of_videos(tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    folder.mkdir()
    draw(folder / "a.mp4", count=3)
    draw(folder / "a.avi", count=2, size=(32, 32))
    draw(folder / "b:1.mkv", count=2)
    (folder / "broken.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(500))
    (folder / "text.avi").write_text("no video")
    (folder / "notes.txt").write_text("no video")
    outside = draw(tmp_path / "outside.mp4", count=2)
    (folder / "link.mp4").symlink_to(outside)
    assert [each.name for each, _ in recognise(folder)] == ["video"]
    source = opened(folder)
    assert {each.name: len(each.files) for each in source.datasets} == {"a": 2, "a_1": 3, "b_1": 2}
    assert source.datasets[2].files[0] == "b_1_000000.png"
    assert [note.split()[0] for note in source.notes] == ["broken.mp4", "text.avi"]
    for origin in origins(source):
        expected = decoded(
            folder / {"a": "a.avi", "a_1": "a.mp4", "b_1": "b:1.mkv"}[origin.dataset]
        )
        number = int(origin.stem.rpartition("_")[2])
        assert (source.read(origin).image.pixels() == expected[number]).all()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no video",
        b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b"\0\0\0\x18ftypmp42" + b"x" * 500,
        b"RIFF\0\0\0\0AVI " + b"x" * 500,
        b"\x1a\x45\xdf\xa3" + b"x" * 500,
    ],
)
def test_broken_videos_are_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(SchemaError, match=r"clip\.mp4") as refused:
        opened(path)
    assert refused.value.code == "E403"


def test_a_video_that_ends_early(tmp_path: Path) -> None:
    whole = draw(tmp_path / "whole.avi")
    path = tmp_path / "cut.avi"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    source = opened(path)
    wanted = origins(source)
    good = len(decoded(path))
    assert 0 < good < len(wanted)
    assert source.read(wanted[good - 1]).image.pixels().shape == (48, 64, 3)
    for origin in (wanted[-1], wanted[good]):
        with pytest.raises(ImageError, match=f"its last one is {good - 1}") as refused:
            source.read(origin).image.pixels()
        assert refused.value.code == "F601"
    assert source.read(wanted[0]).image.pixels().shape == (48, 64, 3)


def test_a_video_that_goes(tmp_path: Path) -> None:
    path = draw(tmp_path / "clip.mp4")
    source = opened(path)
    path.unlink()
    with pytest.raises(ImageError, match="cannot be opened"):
        source.read(origins(source)[0]).image.pixels()


@pytest.mark.parametrize("frames_as", ["png", "jpg"])
def test_frames_are_saved_alike_however_it_is_run(tmp_path: Path, frames_as: str) -> None:
    data = tmp_path / "data"
    (data / "videos").mkdir(parents=True)
    draw(data / "videos" / "one.mp4", count=12)
    draw(data / "videos" / "two.avi", count=9)
    layers = [
        {"action": "data", "src": ["videos/*"], "dst": "$in",
         "settings": {"format": "video", "frame_step": 2, "frames_as": frames_as}},
        {"action": "flip", "src": ["$in"], "dst": "$flipped", "settings": {"axis": "vertical"}},
        {"action": "supervisely", "src": ["$in"], "dst": "plain", "settings": {}},
        {"action": "supervisely", "src": ["$flipped"], "dst": "flipped", "settings": {}},
    ]  # fmt: skip
    graph = tmp_path / "graph.json"
    graph.write_text(json.dumps({"version": 1, "layers": layers}))
    results = []
    for runner, workers in (("serial", 1), ("threads", 2), ("processes", 2)):
        out = tmp_path / runner
        outcome = run_cli(
            "run", graph, "--data", data, "--out", out, "--runner", runner, "--workers", workers
        )
        assert outcome.code == 0, outcome.err
        files = (path for path in out.rglob("*") if path.is_file())
        results.append({p.relative_to(out).as_posix(): p.read_bytes() for p in files})
    assert results[0] == results[1] == results[2]
    name = f"plain/one/img/one_000004.{frames_as}"
    assert name in results[0]
    picture = cv2.imdecode(np.frombuffer(results[0][name], np.uint8), cv2.IMREAD_COLOR)
    expected = decoded(data / "videos" / "one.mp4")[4]
    assert picture is not None
    if frames_as == "png":
        assert (picture[..., ::-1] == expected).all()
        flipped = results[0][name.replace("plain", "flipped")]
        mirrored = cv2.imdecode(np.frombuffer(flipped, np.uint8), cv2.IMREAD_COLOR)
        assert mirrored is not None
        assert (mirrored[:, ::-1, ::-1] == expected).all()


def test_two_layers_must_read_the_same_frames(tmp_path: Path) -> None:
    draw(tmp_path / "clip.mp4", count=6)
    layers: list[dict[str, Any]] = [
        {"action": "data", "src": ["clip.mp4"], "dst": f"${step}",
         "settings": {"format": "video", "frame_step": step}}
        for step in (1, 2)
    ]  # fmt: skip
    layers.append({"action": "supervisely", "src": ["$1", "$2"], "dst": "out", "settings": {}})
    graph = tmp_path / "graph.json"
    graph.write_text(json.dumps({"version": 1, "layers": layers}))
    outcome = run_cli("run", graph, "--data", tmp_path, "--out", tmp_path / "out")
    assert outcome.code == 2
    assert "another layer reads 'clip.mp4/clip' with other images" in outcome.err
