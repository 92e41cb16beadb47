from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
import dtl_nodes.models.architectures.unet
import dtl_nodes.models.architectures.deeplab_v3plus
import dtl_nodes.models.architectures.resnet
import dtl_nodes.models.training.class_mapping
heavy = {"torch", "torchvision", "segmentation_models_pytorch", "cv2", "onnxruntime"}
print(sorted(heavy & set(sys.modules)))
"""


def test_importing_the_networks_is_cheap() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
