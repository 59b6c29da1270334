"""The command line goes through the proxy that the environment names."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from typing import ClassVar

import pytest

from stringee_async.cli.proxy import needs_proxy

from .conftest import Shell

LOCAL = {"STRINGEE_ICC_URL": "http://vendor-host:8700", "STRINGEE_ALLOW_HTTP": "1"}
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the machine that runs the tests."""
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    ("environ", "url", "expected"),
    [
        ({}, "https://api.example", False),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "https://api.example", True),
        ({"https_proxy": "http://proxy:3128"}, "https://api.example/x", True),
        ({"HTTP_PROXY": "http://proxy:3128"}, "https://api.example", False),
        ({"HTTP_PROXY": "http://proxy:3128"}, "http://emulator:8700", True),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": ".example"}, "https://api.example", False),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "*"}, "https://api.example", False),
        ({"HTTP_PROXY": "http://proxy:3128"}, "http://127.0.0.1:8700", False),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "https://[", False),
    ],
)
def test_which_addresses_need_a_proxy(
    environ: dict[str, str], url: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variables count as everywhere; this computer is never reached through a proxy."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert needs_proxy([url]) is expected


@pytest.mark.parametrize(
    "value", ["127.0.0.1:3128", "proxy", "socks5://127.0.0.1:1080", "https://secret@proxy.example", "http://"]
)
def test_an_address_that_is_no_proxys_is_named(value: str, shell: Shell) -> None:
    result = shell("groups", "list", code=1, HTTP_PROXY=value, **LOCAL)
    assert "HTTP_PROXY must be the URL of an HTTP proxy" in result.stderr
    assert "secret" not in result.output
    assert not shell.emulator.requests


class Quiet(BaseHTTPRequestHandler):
    """A handler that logs nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


class Proxy(Quiet):
    """A proxy that responds for every host, and notes for which."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path.partition("?")[0])
        data = {"totalAgents": 1, "totalPages": 1, "currentPage": 1, "limit": 100, "agents": [{"id": "AG_1"}]}
        body = json.dumps({"r": 0, "data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class StrayProxy(Quiet):
    """A proxy whose vendor knows the first agent only, and that writes a response unasked after each of its own."""

    protocol_version = "HTTP/1.1"
    connections: ClassVar[list[object]] = []

    def setup(self) -> None:
        super().setup()
        self.connections.append(self.client_address)

    def do_DELETE(self) -> None:
        known = self.path.endswith("/A1")
        self.respond(b'{"r":0}' if known else b'{"r":6,"message":"Agent not found"}')
        time.sleep(0.002)
        with contextlib.suppress(OSError):
            self.respond(b'{"r":0,"message":"for another request"}')

    def respond(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)


def test_what_a_proxy_writes_unasked_is_never_taken_for_a_response(shell: Shell) -> None:
    StrayProxy.connections.clear()
    names = [f"A{number}" for number in range(1, 41)]
    with ThreadingHTTPServer(("127.0.0.1", 0), StrayProxy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        proxy = f"http://127.0.0.1:{server.server_port}"
        found = shell("agents", "delete", *names, "--output", "json", code=4, HTTP_PROXY=proxy, **LOCAL)
        server.shutdown()
        thread.join(60)
    results = {row["id"]: row["result"] for row in json.loads(found.stdout)}
    assert results == {"A1": "deleted"} | dict.fromkeys(names[1:], "failed")
    assert len(StrayProxy.connections) == len(names)


def test_a_command_goes_through_the_proxy(shell: Shell) -> None:
    Proxy.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Proxy) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        found = shell.rows("agents", "list", HTTP_PROXY=f"http://127.0.0.1:{server.server_port}", **LOCAL)
        thread.join(60)
    assert [row["id"] for row in found] == ["AG_1"]
    assert Proxy.asked == ["http://vendor-host:8700/v1/agent"]
