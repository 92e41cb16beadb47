from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dtl_engine.model.schema import SchemaError
from dtl_engine.node.source import DataFolders, Source
from dtl_engine.testing import make_sample, sample_schema
from dtl_engine.testing.samples import instances_of_every_shape
from dtl_nodes.data import Data
from tests.fixtures.nodes import infer, make, refuses, run
from tests.fixtures.projects import write_project

DEFAULT = {"classes_mapping": "default"}


def opened(folder: Path, *patterns: str) -> Source:
    node = make(Data, DEFAULT)
    assert isinstance(node, Data)
    return node.open(node.settings, patterns, DataFolders((folder,)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_project(tmp_path)
    write_project(tmp_path, "other", datasets={"ds1": (("x.png", 16, 16),)})
    return tmp_path


@pytest.mark.parametrize(
    ("patterns", "datasets"),
    [
        (("mini",), ["ds1", "ds2"]),
        (("mini/*",), ["ds1", "ds2"]),
        (("mini/ds2",), ["ds2"]),
        (("mini/ds2", "mini/ds1"), ["ds1", "ds2"]),
        (("mini/ds1", "mini/*"), ["ds1", "ds2"]),
        (("mini/absent",), []),
        (("mini/ds*",), []),
    ],
)
def test_reads_the_union_of_its_patterns(
    folder: Path, patterns: tuple[str, ...], datasets: list[str]
) -> None:
    source = opened(folder, *patterns)
    assert [dataset.name for dataset in source.datasets] == datasets
    assert bool(source.notes) == (not datasets)


def test_an_absent_dataset_is_noted_with_a_hint(folder: Path) -> None:
    (note,) = opened(folder, "mini/ds1", "mini/ds22").notes
    assert "'ds22'" in note
    assert "did you mean 'ds2'?" in note


def test_an_unknown_project_is_an_error(folder: Path) -> None:
    with pytest.raises(SchemaError, match="'mnii'") as refused:
        opened(folder, "mnii/*")
    assert (refused.value.code, refused.value.at) == ("E401", (0,))
    assert refused.value.help == "did you mean 'mini'?"
    assert refused.value.allowed == ("mini", "other")


@pytest.mark.parametrize("project", ["..", ".", "...", "mini\0"])
def test_names_never_lead_out_of_the_data_folders(folder: Path, project: str) -> None:
    write_project(folder / "inner", "secret")
    with pytest.raises(SchemaError) as refused:
        node = make(Data, DEFAULT)
        assert isinstance(node, Data)
        node.open(node.settings, (project,), DataFolders((folder / "inner",)))
    assert refused.value.code == "E401"


def test_two_projects_in_one_layer_are_an_error(folder: Path) -> None:
    with pytest.raises(SchemaError) as refused:
        opened(folder, "mini/*", "other/*")
    assert refused.value.code == "E406"


def test_the_first_data_folder_wins(tmp_path: Path) -> None:
    for number in (1, 2):
        write_project(
            tmp_path / str(number), "twin", datasets={f"ds{number}": (("a.png", 16, 16),)}
        )
    node = make(Data, DEFAULT)
    assert isinstance(node, Data)
    folders = DataFolders((tmp_path / "2", tmp_path / "1"))
    assert [each.name for each in node.open(node.settings, ("twin",), folders).datasets] == ["ds2"]


MAPPING = {"box": "crate", "dot": "__ignore__", "hand": "__default__", "__other__": "__ignore__"}


def test_mapping_reaches_schema_and_objects() -> None:
    sample = make_sample(24, 16, instances_of_every_shape(make_sample(24, 16).size))
    (result,) = run(Data, {"classes_mapping": MAPPING}, sample)
    assert [instance.label for instance in result.instances] == ["crate", "hand"]
    schema = infer(Data, {"classes_mapping": MAPPING}, sample_schema())
    assert schema.label_names == ("crate", "hand")
    assert schema.tags == sample_schema().tags


@pytest.mark.parametrize(
    "mapping", ["default", {"__other__": "__default__"}, {"box": "box", "__other__": "__default__"}]
)
def test_keeping_all_passes_samples_on(mapping: Any) -> None:
    sample = make_sample(4, 3)
    (result,) = run(Data, {"classes_mapping": mapping}, sample)
    assert result is sample
    assert infer(Data, {"classes_mapping": mapping}, sample_schema()) == sample_schema()


def test_an_incomplete_mapping_is_an_error() -> None:
    with pytest.raises(SchemaError) as refused:
        infer(Data, {"classes_mapping": {"box": "crate"}}, sample_schema())
    assert (refused.value.code, refused.value.at) == ("E301", ("classes_mapping",))


@pytest.mark.parametrize(
    "settings",
    [{}, {"classes_mapping": {}}, {"classes_mapping": "all"}, {"classes_mapping": ""},
     {"classes_mapping": None}, {"classes_mapping": ["box"]}, {"classes_mapping": {"box": 1}},
     {"classes_mapping": {"box": None}}, {"classes_maping": "default"},
     {"classes_mapping": "default", "images": True}],
)  # fmt: skip
def test_refuses(settings: dict[str, Any]) -> None:
    refuses(Data, settings)
