"""Who may ask a server."""

from __future__ import annotations

import pytest

from dtl_engine.sdk import UsageError
from dtl_nodes.models.serving.access import Access, access_to
from dtl_nodes.models.serving.refusal import Refusal

HOST = {"host": "127.0.0.1:5000"}


def refused(access: Access, headers: dict[str, str], path: str = "/model/info") -> tuple[int, str]:
    with pytest.raises(Refusal) as raised:
        access.check(path, headers)
    return raised.value.status, raised.value.code


@pytest.mark.parametrize(
    "host", ["127.0.0.1:5000", "localhost", "LOCALHOST:80", "[::1]:5000", "127.0.0.1"]
)
def test_its_own_names(host: str) -> None:
    access_to("127.0.0.1", (), "").check("/model/info", {"host": host})


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example:5000", "[", "10.0.0.7"]
)
def test_a_foreign_name_that_leads_here(host: str) -> None:
    assert refused(access_to("127.0.0.1", (), ""), {"host": host}) == (403, "forbidden_host")
    assert refused(access_to("127.0.0.1", (), ""), {"host": host}, "/") == (403, "forbidden_host")


def test_pages_of_others() -> None:
    access = access_to("localhost", ("Lab.example",), "")
    for origin in ("http://127.0.0.1:5000", "https://lab.example"):
        access.check("/model/inference", {**HOST, "origin": origin})
    for origin in ("http://evil.example", "null", "http://127.0.0.1:3000", "http://localhost:5000"):
        assert refused(access, {**HOST, "origin": origin}) == (403, "forbidden_origin")
    access.check("/model/info", {"host": "lab.example"})


def test_the_token() -> None:
    access = access_to("0.0.0.0", (), "se.cret~")
    headers = {"host": "anything.example:5000"}
    access.check("/health", headers)
    access.check("/", headers)
    access.check("/metrics", {**headers, "authorization": "Bearer se.cret~"})
    access.check("/metrics", {**headers, "authorization": "bearer  se.cret~"})
    for given in ("", "Bearer ", "Bearer secret", "Basic se.cret~", "se.cret~"):
        assert refused(access, {**headers, "authorization": given}) == (401, "no_token")
    origin = {**headers, "origin": "http://evil.example"}
    assert refused(access, origin) == (403, "forbidden_origin")


@pytest.mark.parametrize("token", [" ", "a b", "secret\n", "säcret"])
def test_tokens_that_headers_do_not_carry(token: str) -> None:
    with pytest.raises(UsageError, match="letters, digits and signs") as raised:
        access_to("127.0.0.1", (), token)
    assert token.strip() not in str(raised.value) or not token.strip()


def test_addresses_of_this_machine_need_no_token() -> None:
    access_to("127.0.0.2", (), "").check("/model/info", {"host": "127.0.0.2:5000"})
    for host in ("0.0.0.0", "::", "10.0.0.7", "lab.example"):
        with pytest.raises(UsageError, match="other machines can reach"):
            access_to(host, (), "")
