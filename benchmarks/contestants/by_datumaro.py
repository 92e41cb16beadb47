"""Datumaro as a contestant: read a COCO dataset and write it as COCO, with its images."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.contestants.clock import time_work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the dataset")
    parser.add_argument("out", type=Path)
    parser.add_argument("--streaming", action="store_true", help="its way for large datasets")
    options = parser.parse_args()

    from datumaro.components.dataset import Dataset, StreamDataset  # type: ignore[import-not-found]

    kind = StreamDataset if options.streaming else Dataset

    def work() -> int:
        dataset = kind.import_from(str(options.data), "coco_instances")
        dataset.export(str(options.out), "coco_instances", save_media=True)
        return len(dataset)

    time_work(work, options.out, 1)


if __name__ == "__main__":
    main()
