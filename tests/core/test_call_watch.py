"""Servers as events name them."""

from __future__ import annotations

import pytest

from stringee_async.core.call_watch import _server_of


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://icc-api.stringee.com/v1/agent?page=1", "icc-api.stringee.com:443"),
        ("http://pbx.local/x", "pbx.local:80"),
        ("http://127.0.0.1:8700/x", "127.0.0.1:8700"),
        ("https://[::1]/x", "[::1]:443"),
        ("https://user:word@files.example:444/x", "files.example:444"),
    ],
)
def test_a_server_is_host_and_port(url: str, server: str) -> None:
    assert _server_of(url) == server
