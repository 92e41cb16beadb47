"""The command ``dtl serve``: a real process, a real socket, a real model."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dtl_nodes.models import extras
from tests.fixtures.cli import run_cli
from tests.nodes.models.serving.fake import picture, png

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")
pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("httpx2")

import httpx2

from tests.nodes.models.inference.tiny_models import write_onnx


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "vessels.onnx"
    write_onnx(path)
    return path


def start(model: Path, *options: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "dtl_engine", "serve", str(model), "--port", "0", *options]
    return subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


@contextmanager
def serving(model: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """Start the command on a free port, and give the process and a client of it."""
    process = start(model, *options)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"serving vessels on (http://127\.0\.0\.1:\d+)/\n", line)
        assert found, (line, process.stderr.read() if process.stderr else "")
        with httpx2.Client(base_url=found[1], timeout=60) as client:
            while client.get("/health").status_code == 503:
                threading.Event().wait(0.02)
            yield process, client
    finally:
        process.kill()
        process.communicate()


def image_parts(**parts: Any) -> dict[str, Any]:
    files = {name: (name, json.dumps(value)) for name, value in parts.items()}
    return {"image": ("red.png", png(red())), **files}


def red() -> Any:
    pixels = picture(size=(64, 48))
    pixels[:] = 0
    pixels[8:40, 16:48, 0] = 255
    return pixels


def test_from_the_first_request_to_sigterm(model: Path) -> None:
    with serving(model) as (process, client):
        assert client.get("/health").json()["model"] == "vessels"
        assert client.get("/").text.startswith("<!doctype html>")
        found = client.post("/model/inference", files=image_parts()).json()
        titles = {each["classTitle"] for each in found["objects"]}
        assert titles == {"vessel_model", "bg_model"}
        assert client.get("/model/info").json()["input_size"] == {"width": 32, "height": 32}
        assert client.get("/model/info", headers={"host": "evil.example"}).status_code == 403

        # A request in flight is answered before the end.
        mode = {"name": "sliding_window", "window": {"width": 6, "height": 6}}
        slow = {**mode, "min_overlap": {"x": 5, "y": 5}}
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(client.post, "/model/inference", files=image_parts(mode=slow))
            while "dtl_active_requests 1" not in client.get("/metrics").text:
                assert not asked.done(), "too quick to be stopped on its way"
            process.send_signal(signal.SIGTERM)
            assert asked.result(60).status_code == 200
        assert process.wait(60) == 0
        assert process.stderr is not None
        errors = process.stderr.read()
        assert "Traceback" not in errors
        assert "ready, on cpu" in errors


def test_a_token_from_the_environment(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DTL_SERVE_TOKEN", "sesame")
    monkeypatch.setenv("rest_inference_port", "")
    monkeypatch.setenv("GPU_DEVICE", "cpu")
    with serving(model) as (process, client):
        assert client.get("/model/info").status_code == 401
        allowed = {"authorization": "Bearer sesame"}
        assert client.get("/model/info", headers=allowed).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def test_a_model_that_cannot_be_loaded(tmp_path: Path, model: Path) -> None:
    outcome = run_cli("serve", tmp_path / "nothing", "--port", "0")
    assert (outcome.code, outcome.out) == (2, "")
    assert "nothing does not exist" in outcome.err
    # What is wrong with the network shows when it is loaded, behind the open socket.
    model.write_bytes(model.read_bytes().replace(b"Softmax", b"Softmix"))
    outcome = run_cli("serve", model, "--port", "0")
    assert outcome.code == 2
    assert "cannot load" in outcome.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--host", "0.0.0.0"), "other machines can reach '0.0.0.0': give --token"),
        (("--confidence-tag", ""), "--confidence-tag names a tag; it cannot be empty"),
        (("--token", "a b"), "a token is made of letters, digits and signs"),
        (("--device", "tpu"), "--device is 'cpu' or the number of a GPU, not 'tpu'"),
        (("--max-seconds", "0"), "max-seconds"),
        (("--host", "256.1.1.1", "--token", "t"), "cannot listen on 256.1.1.1"),
    ],
)
def test_calls_that_are_wrong(model: Path, options: tuple[str, ...], words: str) -> None:
    outcome = run_cli("serve", model, "--port", "0", *options)
    assert outcome.code == 2
    assert words in outcome.err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped_as_soon_as_it_is_told_where(model: Path, number: signal.Signals) -> None:
    process = start(model)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_the_second_signal_does_not_wait(model: Path) -> None:
    with serving(model) as (process, client):
        port = client.base_url.port
        with socket.create_connection(("127.0.0.1", port)) as stuck:
            head = "POST /model/inference HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n"
            stuck.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode())
            while "dtl_active_requests 1" not in client.get("/metrics").text:
                pass
            process.send_signal(signal.SIGINT)
            with pytest.raises(httpx2.TransportError):
                while True:
                    client.get("/health")
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
            assert b"closing" in stuck.recv(2000)
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_a_port_that_is_taken(model: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = run_cli("serve", model, "--port", port)
    assert outcome.code == 2
    wanted = f"cannot listen on 127.0.0.1, port {port}: Address already in use; --port 0 takes"
    assert outcome.err == f"dtl: {wanted} a free one\n"


def test_a_missing_extra_is_named(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "uvicorn" else object())
    outcome = run_cli("serve", model)
    assert outcome.code == 2
    wanted = "serving models needs uvicorn: pip install 'dtl-engine[serve]'"
    assert outcome.err == f"dtl: {wanted}\n"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from dtl_engine.cli import dtl; dtl.main(['--help'], standalone_mode=False); "
        "print(*sorted({'torch', 'fastapi', 'numpy', 'pydantic', 'uvicorn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[-1] == ""
    assert any(line.split()[:1] == ["serve"] for line in lines if line)
