"""Which hosts the guard takes for local: no name is looked up."""

from __future__ import annotations

import pytest

from stringee_async import ConfigError
from stringee_async.testing.guard import check_url


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "[::1]",
        "10.1.2.3:8700",
        "172.31.0.1",
        "192.168.1.1",
        "[fd00::1]",
        "[::ffff:10.0.0.1]",
    ],
)
def test_local_hosts_pass(host: str) -> None:
    check_url(f"http://{host}/v1/agent")


@pytest.mark.parametrize(
    "host",
    [
        "icc-api.stringee.com",
        "emulator",
        "localhost.example",
        "8.8.8.8",
        "172.32.0.1",
        "0.0.0.0",
        "203.0.113.7",
        "127.1",
        "[2001:db8::1]",
        "[::ffff:8.8.8.8]",
    ],
)
def test_all_others_are_refused(host: str) -> None:
    with pytest.raises(ConfigError, match="allow_vendor_hosts"):
        check_url(f"https://{host}/v1/agent")
