"""What leaves on the wire, byte for byte, against the vendor's pages: method, path with its slashes, query, body."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

import pytest

from stringee_async import RingMeClient

from ..kit import RawServer, canned, split
from .calls import UPLOADS
from .rig import CLIENT_ID, CLIENT_SECRET, GRANT, TOKEN


def granted(**changes: Any) -> bytes:
    return canned(json.dumps({**GRANT, **changes}).encode())


def client_of(server: RawServer, **options: Any) -> RingMeClient:
    return RingMeClient(CLIENT_ID, CLIENT_SECRET, url=server.url, **options)


def check_headers(headers: dict[str, str], server: RawServer) -> None:
    assert headers["host"] == f"127.0.0.1:{server.port}"
    assert headers["accept"] == "application/json"
    assert "gzip" in headers["accept-encoding"]
    assert headers["user-agent"].startswith("stringee-async/")
    assert "cookie" not in headers
    assert "transfer-encoding" not in headers


@pytest.mark.parametrize("case", UPLOADS)
async def test_the_request_of_each_upload(case: str) -> None:
    """A sound travels as multipart/form-data: text first, then the file with its name and kind, byte for byte."""
    call, target, parts = UPLOADS[case]
    async with RawServer(granted(), default=canned(b'{"id": 36}', "201 Created")) as server:
        async with client_of(server) as client:
            assert (await call(client)).id == 36
        method, seen_target, headers, body = split(server.requests[1])
        check_headers(headers, server)
    assert (method, seen_target) == ("POST", f"/api/ver1.0{target}")
    match = re.fullmatch(r"multipart/form-data; boundary=([0-9a-f]{48})", headers["content-type"])
    assert match is not None
    line = b"--" + match[1].encode()
    expected = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
    assert body == expected
    assert headers["authorization"] == f"Bearer {TOKEN}"


async def test_the_request_for_a_token() -> None:
    """The token endpoint stands on the host's root and is asked with a form, without credentials in a header."""
    async with RawServer(granted(), default=canned(b'{"id": 1}')) as server:
        async with RingMeClient("app 1&x".replace(" ", ""), "s=e&c+r%t", url=server.url + "/") as client:
            await client.user()
        method, target, headers, body = split(server.requests[0])
        check_headers(headers, server)
    assert (method, target) == ("POST", "/oauth/token")
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in headers
    assert parse_qsl(body.decode(), strict_parsing=True) == [
        ("grant_type", "client_credentials"),
        ("client_id", "app1&x"),
        ("client_secret", "s=e&c+r%t"),
    ]
