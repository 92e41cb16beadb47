"""What a node that reads must satisfy besides ``NodeConformance``."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dtl_engine.node.ends import SourceNode
from dtl_engine.node.source import DataFolders, Source
from dtl_engine.testing.compare import assert_same_sample
from dtl_engine.testing.conformance import NodeConformance
from dtl_engine.testing.coverage import assert_schema_covers


class SourceConformance(NodeConformance):
    """The suite for source nodes: subclass it and say what they can read."""

    def write_data(self, folder: Path) -> tuple[str, ...]:
        """Write something small to read into ``folder``; return what ``src`` names it.

        Settings must fit its schema as they fit ``schema``.
        """
        raise TypeError(f"{type(self).__name__} needs 'write_data'")

    def open(self, chosen: Mapping[str, Any], folder: Path, patterns: tuple[str, ...]) -> Source:
        """Open what was written into ``folder``."""
        node = self.make(chosen)
        assert isinstance(node, SourceNode)
        return node.open(node.settings, patterns, DataFolders((folder,)))

    def test_reads_what_it_lists(self, chosen: Mapping[str, Any], tmp_path: Path) -> None:
        """Every listed image is read, fits the schema, and is mapped within the inferred one."""
        patterns = self.write_data(tmp_path)
        source = self.open(chosen, tmp_path, patterns)
        node = self.make(chosen)
        assert isinstance(node, SourceNode)
        inferred = node.infer_schema(node.settings, source.schema)
        origins = [origin for dataset in source.datasets for origin in dataset.origins()]
        assert origins, "there is nothing to read"
        for origin in origins:
            sample = source.read(origin)
            assert sample.origin == origin
            assert sample.image.size == sample.size
            assert_schema_covers(source.schema, sample)
            assert_schema_covers(inferred, node.apply(sample))

    def test_opens_alike(self, chosen: Mapping[str, Any], tmp_path: Path) -> None:
        """Opened twice, or sent to another process, a source lists and reads the same."""
        patterns = self.write_data(tmp_path)
        first, again = (self.open(chosen, tmp_path, patterns) for _ in range(2))
        sent = pickle.loads(pickle.dumps(first))
        for source in (again, sent):
            assert source.datasets == first.datasets
            assert source.schema == first.schema
            assert source.location == first.location
            for dataset in first.datasets:
                for origin in dataset.origins():
                    assert_same_sample(first.read(origin), source.read(origin), "two readings")

    def test_datasets_are_sorted(self, chosen: Mapping[str, Any], tmp_path: Path) -> None:
        """Datasets and files come by name, so that runs repeat on every machine."""
        datasets = self.open(chosen, tmp_path, self.write_data(tmp_path)).datasets
        names = [dataset.name for dataset in datasets]
        assert names == sorted(names)
        for dataset in datasets:
            assert list(dataset.files) == sorted(dataset.files)
