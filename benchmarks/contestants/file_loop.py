"""Loops over the files of a project with no engine: copy them, or add a tag to each annotation.

Both write beside the target and rename, as the engine does.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path

import orjson

from benchmarks.contestants.clock import time_work

PLENTY_BYTES = 1 << 30


def run(project: Path, out: Path, *, tag: bool) -> int:
    """Copy the images of ``project`` with their annotations, with a tag more if ``tag``."""
    images, annotations = f"{project}/ds1/img", f"{project}/ds1/ann"
    new_images, new_annotations, partial_ = f"{out}/ds1/img", f"{out}/ds1/ann", f"{out}/.partial"
    for folder in (new_images, new_annotations, partial_):
        os.makedirs(folder)  # noqa: PTH103
    copy(f"{project}/meta.json", f"{out}/meta.json")
    names = sorted(os.listdir(images))  # noqa: PTH208
    for number, name in enumerate(names):
        image, annotation = f"{partial_}/{number}-0", f"{partial_}/{number}-1"
        copy(f"{images}/{name}", image)
        if tag:
            add_tag(f"{annotations}/{name}.json", annotation)
        else:
            copy(f"{annotations}/{name}.json", annotation)
        os.rename(image, f"{new_images}/{name}")  # noqa: PTH104
        os.rename(annotation, f"{new_annotations}/{name}.json")  # noqa: PTH104
    os.rmdir(partial_)  # noqa: PTH106
    return len(names)


def copy(source: str, target: str) -> None:
    """Copy a file inside the system where that can be done."""
    with open(source, "rb", buffering=0) as old, open(target, "wb", buffering=0) as new:  # noqa: PTH123
        if sys.platform == "linux":
            while os.copy_file_range(old.fileno(), new.fileno(), PLENTY_BYTES):
                pass
        else:
            new.write(old.read())


def add_tag(source: str, target: str) -> None:
    """Copy an annotation with one more tag."""
    with open(source, "rb", buffering=0) as old:  # noqa: PTH123
        annotation = orjson.loads(old.read())
    annotation["tags"].append({"name": "seen"})
    with open(target, "wb", buffering=0) as new:  # noqa: PTH123
        new.write(orjson.dumps(annotation))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tag", action="store_true", help="parse, add a tag and write anew")
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    work = partial(run, options.project, options.out, tag=options.tag)
    time_work(work, options.out, options.repeat)


if __name__ == "__main__":
    main()
