"""Which hosts the guard takes for local: no name is looked up."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest

from stringee_async import ConfigError, NotSentError, Request, RetryClass, Timeouts
from stringee_async.core.transport_choice import transport_for
from stringee_async.testing.guard import check_url, guarded

from ..kit import ScriptedTransport


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


@pytest.mark.parametrize("over", ["own", "aiohttp"])
async def test_a_client_refuses_at_its_first_request_and_not_when_it_is_made(
    over: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the plugin loaded, every way to send asks the guard at each request; reading a download, too."""
    active = True
    plugin = SimpleNamespace(guarded_transport=lambda transport: guarded(transport, lambda: active))
    monkeypatch.setitem(sys.modules, "stringee_async.testing.plugin", cast("ModuleType", plugin))
    monkeypatch.setenv("STRINGEE_ASYNC_TRANSPORT", over)
    transport = transport_for(1, None)
    request = Request(
        operation="probe.call",
        method="GET",
        path="/",
        url="https://no-such-host.invalid/",
        retry_class=RetryClass.READ,
    )
    with pytest.raises(ConfigError, match="nothing was sent"):
        await transport.send(request, Timeouts())
    with pytest.raises(ConfigError, match="nothing was sent"):
        async with cast("Any", transport).stream(request, Timeouts()):
            pass
    active = False
    with pytest.raises(NotSentError):
        await transport.send(request, Timeouts(connect=0.5))
    await transport.aclose()


def test_a_transport_of_the_callers_has_no_guard() -> None:
    scripted = ScriptedTransport()
    assert guarded(scripted, lambda: True) is scripted
    assert type(scripted) is ScriptedTransport
