"""Models: networks, their training, inference, evaluation, export and serving.

``torch``, ``torchvision``, ``segmentation_models_pytorch``, ``onnxruntime`` and the like are
imported inside functions: a graph without model nodes needs none of them.
"""
