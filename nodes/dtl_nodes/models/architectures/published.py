"""File names of published ImageNet weights in PyTorch's local cache, by encoder.

Source: torchvision's model urls, newer recipe first where there are two, and older ones of the
same networks; for EfficientNets the names of EfficientNet-PyTorch, whose layers they share.
"""

from __future__ import annotations

from collections.abc import Iterator

IMAGENET = "ImageNet"

_FILES = {
    "vgg11": ("vgg11-8a719046", "vgg11-bbd30ac9"),
    "vgg11_bn": ("vgg11_bn-6002323d",),
    "vgg13": ("vgg13-19584684", "vgg13-c768596a"),
    "vgg13_bn": ("vgg13_bn-abd245e5",),
    "vgg16": ("vgg16-397923af",),
    "vgg16_bn": ("vgg16_bn-6c64b313",),
    "vgg19": ("vgg19-dcbb9e9d",),
    "vgg19_bn": ("vgg19_bn-c79401a0",),
    "resnet18": ("resnet18-f37072fd", "resnet18-5c106cde"),
    "resnet34": ("resnet34-b627a593", "resnet34-333f7ec4"),
    "resnet50": ("resnet50-11ad3fa6", "resnet50-0676ba61", "resnet50-19c8e357"),
    "resnet101": ("resnet101-cd907fc2", "resnet101-63fe2227", "resnet101-5d3b4d8f"),
    "resnet152": ("resnet152-f82ba261", "resnet152-394f9c45", "resnet152-b121ed2d"),
    "resnext50_32x4d": ("resnext50_32x4d-1a0047aa", "resnext50_32x4d-7cdf4587"),
    "resnext101_32x8d": ("resnext101_32x8d-110c445d", "resnext101_32x8d-8ba56ff5"),
    "mobilenet_v2": ("mobilenet_v2-7ebf99e0", "mobilenet_v2-b0353104"),
    "efficientnet-b0": ("efficientnet-b0-355c32eb",),
    "efficientnet-b1": ("efficientnet-b1-f1951068",),
    "efficientnet-b2": ("efficientnet-b2-8bb594d6",),
    "efficientnet-b3": ("efficientnet-b3-5fb5a3c3",),
    "efficientnet-b4": ("efficientnet-b4-6ed6700e",),
    "efficientnet-b5": ("efficientnet-b5-b6417697",),
    "efficientnet-b6": ("efficientnet-b6-c76e70fd",),
    "efficientnet-b7": ("efficientnet-b7-dcc49843",),
}


def imagenet_files(encoder: str) -> Iterator[tuple[str, str]]:
    """Yield file names with what the weights are, best first; none for unknown encoders."""
    for stem in _FILES.get(encoder, ()):
        yield f"{stem}.pth", IMAGENET
