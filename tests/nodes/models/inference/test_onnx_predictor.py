from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dtl_engine.errors import ModelError
from dtl_engine.model.sample import Sample
from dtl_nodes.models.config_file import config_json
from dtl_nodes.models.inference.open_model import open_predictor, spec_of
from dtl_nodes.models.inference.run import apply_mode
from tests.nodes.models.inference.fakes import brief, picture, sample_of, settings
from tests.nodes.models.inference.tiny_models import OPTIONS, unet_config, write_onnx

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "red.onnx"
    write_onnx(path)
    return path


def test_what_it_predicts(file: Path) -> None:
    spec = spec_of(file)
    assert spec.label_names == ("bg", "vessel")
    assert spec.suffix == "_unet"
    assert spec.has_scores
    assert open_predictor(file, OPTIONS, None).spec == spec


def test_predictions(file: Path) -> None:
    predictor = open_predictor(file, OPTIONS, None)
    assert predictor.device == "cpu"
    images = [picture((32, 32), (4, 4, 20, 12, 255)), picture((48, 16), (0, 0, 24, 16, 255))]
    first, second = predictor.predict(images)
    assert [each.label for each in first.instances] == ["bg", "vessel"]
    assert tuple(first.instances[1].shape.bbox) == (4, 4, 20, 12)
    assert second.scores is not None
    assert second.scores.shape == (2, 16, 48)
    assert second.scores[1, 8, 4] > second.scores[0, 8, 4]
    (again,) = predictor.predict(images[1:])
    np.testing.assert_array_equal(again.scores, second.scores)
    assert predictor.predict([]) == []


def test_a_batch_axis_of_one(tmp_path: Path, file: Path) -> None:
    path = tmp_path / "one.onnx"
    write_onnx(path, batch=1)
    images = [picture((32, 32), (at, 4, 20, 12, 255)) for at in range(3)]
    one, any_ = (open_predictor(each, OPTIONS, None).predict(images) for each in (path, file))
    assert [each.instances for each in one] == [each.instances for each in any_]


def test_in_a_mode(file: Path) -> None:
    chosen = settings(
        mode={"name": "sliding_window", "window": {"width": 32, "height": 32},
              "model_classes": {"save_classes": ["vessel"], "add_suffix": "_found"}},
        batch_size=3,
    )  # fmt: skip
    predictor = open_predictor(file, chosen.options, chosen.model.gpu_device)
    sample = sample_of(picture((70, 40), (10, 10, 60, 30, 255)))
    (found,) = apply_mode(chosen, [sample], predictor)
    assert isinstance(found, Sample)
    assert brief(found) == [("vessel_found", (10, 10, 60, 30))]


def test_a_gpu_that_is_not_there_is_said(file: Path) -> None:
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("there is one")
    predictor = open_predictor(file, OPTIONS, 3)
    assert predictor.device == "cpu"
    assert getattr(predictor, "notes") == (  # noqa: B009 - not of all predictors
        "GPU 3 cannot be used by onnxruntime: the model runs on the CPU",
    )


def test_files_that_are_no_models(tmp_path: Path) -> None:
    path = tmp_path / "red.onnx"
    write_onnx(path, dtl_config=None)
    with pytest.raises(ModelError, match="not exported by this engine"):
        spec_of(path)
    write_onnx(path, dtl_config="{")
    with pytest.raises(ModelError, match=r"'dtl_config' of .*red.onnx is no JSON"):
        spec_of(path)
    write_onnx(path)
    other = tmp_path / "other.onnx"
    data = path.read_bytes()
    other.write_bytes(data.replace(b"Softmax", b"Softmix"))
    spec_of(other)
    with pytest.raises(ModelError, match="onnxruntime cannot load"):
        open_predictor(other, OPTIONS, None)


def test_torch_is_not_imported(file: Path) -> None:
    code = f"""
import sys, numpy as np
from pathlib import Path
from dtl_nodes.models.config_file import config_json
from dtl_nodes.models.inference.open_model import open_predictor
predictor = open_predictor(Path({str(file)!r}), {OPTIONS!r}, None)
predictor.predict([np.zeros((8, 8, 3), np.uint8)])
print([name for name in ("torch", "torchvision", "segmentation_models_pytorch", "onnx")
       if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr


def test_a_network_with_another_output(file: Path) -> None:
    import onnx

    model = onnx.load(str(file))
    model.graph.node[-1].output[0] = model.graph.output[0].name = "other"
    onnx.save(model, str(file))
    with pytest.raises(ModelError, match="is not the unet that it says: it has no output 'proba"):
        open_predictor(file, OPTIONS, None)


def test_a_network_with_another_number_of_classes(tmp_path: Path) -> None:
    config = config_json(unet_config())
    config["class_title_to_idx"] = {"bg": 0, "vessel": 1, "nerve": 2}
    write_onnx(tmp_path / "red.onnx", dtl_config=json.dumps(config))
    predictor = open_predictor(tmp_path / "red.onnx", OPTIONS, None)
    with pytest.raises(ModelError, match="it has 2 outputs, its classes are 3"):
        predictor.predict([picture((32, 32))])
