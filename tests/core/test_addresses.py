"""Which addresses a client may be told to connect to."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async.core.addresses import base_url
from stringee_async.core.errors import ConfigError


@pytest.mark.parametrize(
    "value",
    ["https://icc-api.stringee.com", "https://h.example/", "https://h.example:8443/base/path", "http://localhost:8080",
     "http://127.0.0.1:1", "http://[::1]:8080", "https://[2001:db8::1]"],
)  # fmt: skip
def test_base_urls_that_are_taken(value: str) -> None:
    """https to any host, http to this machine only; a slash at the end goes away."""
    assert base_url("icc_url", value) == value.rstrip("/")


@pytest.mark.parametrize(
    "value",
    ["", "icc.example", "ftp://h.example", "https://", "https://user:pw@h.example", "https://h.example?x=1",
     "https://h.example#x", "https://h.example/a b", "http://h.example", "http://127.0.0.1.evil.example",
     "http://localhost.evil.example", "http://[2001:db8::1]", "https://[::1", "https://:443", "https://[[[", 7,
     "https://h.example\n", "https://h.example\\@evil.examplehttps://a..example", "https://" + "x" * 64 + ".example",],
)  # fmt: skip
def test_base_urls_that_are_refused(value: Any) -> None:
    """Credentials never travel in the clear, nor to a host that a URL only seems to name."""
    with pytest.raises(ConfigError, match="icc_url"):
        base_url("icc_url", value)


@pytest.mark.parametrize(
    "value",
    [
        "http://emulator:8700",
        "http://10.1.2.3:8700",
        "http://192.168.0.9",
        "http://172.16.0.1",
        "http://[fd00::1]:8700",
    ],
)
def test_plain_http_in_a_private_network_only_if_allowed(value: str) -> None:
    """A container network has no certificates; the caller must say that credentials may travel in the clear there."""
    with pytest.raises(ConfigError, match="allow_http=True"):
        base_url("url", value)
    assert base_url("url", value, allow_http=True) == value


@pytest.mark.parametrize(
    "value",
    [
        "http://icc.example",
        "http://8.8.8.8",
        "http://0.0.0.0:80",
        "http://134744072",
        "http://0x08080808",
        "http://[2a00::1]",
        "http://[::ffff:8.8.8.8]",
    ],
)
def test_plain_http_over_a_public_network_is_never_allowed(value: str) -> None:
    with pytest.raises(ConfigError, match="public network"):
        base_url("url", value, allow_http=True)
