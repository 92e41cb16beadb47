"""Signatures: ports by name and kind."""

from __future__ import annotations

from dtl_engine.node.signature import (
    SAMPLES,
    SAMPLES_TO_TRUE_FALSE,
    SINK,
    SOURCE,
    Kind,
    Port,
    Signature,
)


def test_port_of_a_kind() -> None:
    model = Port("model", Kind.MODEL)
    signature = Signature(inputs=(SAMPLES, model), outputs=(SAMPLES,))
    assert signature.input_for(Kind.MODEL, "source") is model
    assert signature.input_for(Kind.SAMPLES, "samples") is SAMPLES
    assert signature.input_for(Kind.REPORT, "samples") is None
    assert signature.input_for(Kind.SAMPLES, "model") is None


def test_ends_and_branches() -> None:
    assert SOURCE.inputs == SINK.outputs == ()
    assert [port.name for port in SAMPLES_TO_TRUE_FALSE.outputs] == ["true", "false"]
