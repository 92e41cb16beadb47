"""``dtl serve``: a model behind HTTP."""

from __future__ import annotations

import click


@click.command("serve")
@click.argument("model", type=click.Path())
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=5000,
    show_default=True,
    envvar="rest_inference_port",
    show_envvar=True,
    help="Port to listen on; 0: any free one.",
)
@click.option(
    "--token",
    envvar="DTL_SERVE_TOKEN",
    show_envvar=True,
    default="",
    help="Text that requests must bring. Needed where other machines can reach HOST; better given "
    "as the variable DTL_SERVE_TOKEN, which other users do not see.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="HOST",
    help="Further host name by which it is called, as of a proxy; may be repeated.",
)
@click.option(
    "--device",
    default="0",
    show_default=True,
    envvar="GPU_DEVICE",
    show_envvar=True,
    metavar="GPU",
    help="Number of the GPU, or 'cpu'. Where there is none: the CPU.",
)
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    default=0.7,
    show_default=True,
    help="The least score of objects.",
)
@click.option("--confidence-tag", default="confidence", show_default=True, help="The tag with it.")
@click.option(
    "--batch",
    type=click.IntRange(1),
    default=8,
    show_default=True,
    help="How many images the model sees at once, of several requests too.",
)
@click.option(
    "--max-image-mib",
    type=click.IntRange(1),
    default=32,
    show_default=True,
    help="The largest image file.",
)
@click.option(
    "--max-megapixels",
    type=click.FloatRange(0, min_open=True),
    default=50,
    show_default=True,
    help="The largest image, in millions of pixels.",
)
@click.option(
    "--max-seconds",
    type=click.FloatRange(0, min_open=True),
    default=60,
    show_default=True,
    help="How long a request may take.",
)
@click.option(
    "--max-requests",
    type=click.IntRange(1),
    default=32,
    show_default=True,
    help="How many requests are accepted at one time.",
)
def command(
    model: str,
    host: str,
    port: int,
    token: str,
    names: tuple[str, ...],
    device: str,
    min_confidence: float,
    confidence_tag: str,
    batch: int,
    max_image_mib: int,
    max_megapixels: float,
    max_seconds: float,
    max_requests: int,
) -> int:
    """Answer HTTP requests with what MODEL finds in images.

    MODEL is a checkpoint folder, a training folder or an .onnx file. The page at / takes an image
    and shows the result, /docs describes the interface. It listens on this machine alone unless
    HOST says otherwise. Ctrl-C or SIGTERM stops it when the requests in flight are answered.
    """
    from pathlib import Path

    from dtl_engine.sdk import UsageError
    from dtl_nodes.models.serving.access import access_to
    from dtl_nodes.models.serving.limits import MIB, Limits
    from dtl_nodes.models.serving.server import gpu_of, require_server, serve

    require_server()
    if not confidence_tag:
        raise UsageError("--confidence-tag names a tag; it cannot be empty")
    limits = Limits(
        image_bytes=max_image_mib * MIB,
        pixels=int(max_megapixels * 1e6),
        seconds=max_seconds,
        requests=max_requests,
        batch=batch,
    )
    options = {
        "confidence_tag_name": confidence_tag,
        "min_confidence_threshold": min_confidence,
    }
    return serve(
        Path(model), host, port, access_to(host, names, token), limits, options, gpu_of(device)
    )
