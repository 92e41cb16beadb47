"""Running a service on a socket until a signal stops it."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Mapping
from math import ceil
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from dtl_engine.sdk import ModelError, ModelFamily, UsageError
from dtl_nodes.models.extras import require_extra
from dtl_nodes.models.inference.open_model import open_architecture, open_predictor
from dtl_nodes.models.serving.access import LOOPBACK, Access
from dtl_nodes.models.serving.limits import Limits
from dtl_nodes.models.serving.service import Service

if TYPE_CHECKING:
    import uvicorn


def require_server() -> None:
    """Refuse to begin where the libraries of servers are missing.

    Raises:
        UsageError: they are.
    """
    # The import name of python-multipart.
    require_extra("serve", "serving models", "fastapi", "uvicorn", "python_multipart")


def gpu_of(device: str) -> int | None:
    """Return the number of a GPU given as ``0`` or ``cuda:0``; ``None`` for ``cpu``.

    Raises:
        UsageError: it is none of these.
    """
    if device == "cpu":
        return None
    number = device.removeprefix("cuda:")
    if not number.isdecimal():
        raise UsageError(f"--device is 'cpu' or the number of a GPU, not {device!r}")
    return int(number)


def serve(
    model: Path,
    host: str,
    port: int,
    access: Access,
    limits: Limits,
    options: Mapping[str, Any],
    gpu: int | None,
) -> int:
    """Answer requests until SIGINT or SIGTERM; then finish those in flight.

    The socket is open while the model is still being loaded.

    Args:
        model: a checkpoint folder, a training folder or an ONNX file.
        host: the address to listen on.
        port: its port, 0 for any free one.
        access: who may ask.
        limits: what requests may ask for.
        options: threshold and tag of the confidence, see ``InferSettings.options``.
        gpu: number of the GPU; ``None``: the CPU.

    Returns:
        The exit code.

    Raises:
        ModelError: the model cannot be loaded.
        UsageError: the address cannot be had, or others could reach it without a token.
    """
    import uvicorn

    from dtl_nodes.models.serving.app import create_app

    if host.lower() not in LOOPBACK and not access.token:
        raise UsageError(f"other machines can reach {host}: give --token, or listen on 127.0.0.1")
    architecture = open_architecture(model)
    # Any mode may be asked for, and some add up scores.
    is_semantic = architecture.config.family is ModelFamily.SEMANTIC
    options = {**options, "scores": is_semantic}
    service = Service(_name(model), limits)
    with _listening(host, port) as listening:
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(service, access),
                http="h11",
                ws="none",
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=ceil(limits.seconds),
            )
        )
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"serving {service.name} on http://{shown}:{listening.getsockname()[1]}/")
        failed: list[ModelError] = []

        def load() -> None:
            try:
                predictor = open_predictor(model, options, gpu)
            except ModelError as error:
                failed.append(error)
                server.should_exit = True
                return
            for note in getattr(predictor, "notes", ()):
                click.echo(note, err=True)
            service.open(predictor, architecture.config, options)
            click.echo(f"ready, on {predictor.device}", err=True)

        threading.Thread(target=load, name="dtl-load", daemon=True).start()
        _run(server, listening)
    if failed:
        raise failed[0]
    return 0


def _run(server: uvicorn.Server, listening: socket.socket) -> None:
    """Run a server until a signal; being stopped like this is no failure.

    The server raises the signals that it took once more at its end: for handlers like these.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        server.run(sockets=[listening])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket on an address.

    Raises:
        UsageError: it cannot be had.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"cannot listen on {host}, port {port}: {reason}") from error


def _name(model: Path) -> str:
    """Return what people call a model; a number alone says nothing."""
    if model.is_file():
        return model.stem
    parts = [part for part in model.resolve().parts if part != "checkpoints"]
    return "/".join(parts[-2:] if parts[-1].isdigit() else parts[-1:])
