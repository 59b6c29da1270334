"""The guard of tests: which hosts a client may reach, and transports that refuse all others before anything is sent."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from ..core.aiohttp_transport import AiohttpTransport
from ..core.errors import ConfigError
from ..core.messages import Request, Response
from ..core.mocked_session import session_is_mocked
from ..core.options import Timeouts
from ..core.pooled_transport import PooledTransport
from ..core.streamed import StreamedResponse
from ..core.transport import Transport

_LOCAL: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        [
            "127.0.0.0/8",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "169.254.0.0/16",
            "::1/128",
            "fc00::/7",
            "fe80::/10",
        ]
    )
)
"""Loopback, private and link-local networks."""


def is_local(host: str) -> bool:
    """Return whether a host is `localhost`, or an address of a loopback or private network; no name is looked up."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in _LOCAL)


def check_url(url: str) -> None:
    """Refuse a URL whose host is not local.

    Raises:
        ConfigError: The host is not loopback or private.
    """
    host = urlsplit(url).hostname or ""
    if not is_local(host):
        raise ConfigError(
            f"a test may not send requests to {host or 'a URL without a host'}: they could ring a customer. Use the fixtures "
            "or the emulator, or allow it with @pytest.mark.allow_vendor_hosts, --allow-vendor-hosts, or "
            "allow_vendor_hosts = true in pytest's configuration; nothing was sent"
        )


class GuardedPool(PooledTransport):
    """Connections of its own, to local hosts only; where a mock has replaced aiohttp's session, to all."""

    active: Callable[[], bool]

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        """Send one request once, if its host is local."""
        self._check(request)
        return await super().send(request, timeouts)

    @asynccontextmanager
    async def stream(self, request: Request, timeouts: Timeouts) -> AsyncGenerator[StreamedResponse]:
        """Send one request once and hand out its response while it comes, if its host is local."""
        self._check(request)
        async with super().stream(request, timeouts) as response:
            yield response

    def _check(self, request: Request) -> None:
        if self.active() and not session_is_mocked():
            check_url(request.url)


class GuardedSession(AiohttpTransport):
    """The same over an aiohttp session; one that is a mock, or whose way to send a request is replaced, passes."""

    active: Callable[[], bool]

    async def send(self, request: Request, timeouts: Timeouts) -> Response:
        """Send one request once, if its host is local."""
        self._check(request)
        return await super().send(request, timeouts)

    @asynccontextmanager
    async def stream(self, request: Request, timeouts: Timeouts) -> AsyncGenerator[StreamedResponse]:
        """Send one request once and hand out its response while it comes, if its host is local."""
        self._check(request)
        async with super().stream(request, timeouts) as response:
            yield response

    def _check(self, request: Request) -> None:
        if self.active() and not session_is_mocked() and not _is_double(self._given):
            check_url(request.url)


def _is_double(session: object) -> bool:
    """Return whether a caller's session is a stand-in of a test, and not a session of aiohttp."""
    import aiohttp

    if session is None:
        return False
    return not isinstance(session, aiohttp.ClientSession) or bool(
        {"request", "_request"} & vars(session).keys()
    )


def guarded(transport: Transport, active: Callable[[], bool]) -> Transport:
    """Return a new transport with the guard, as it was just made for a client.

    Args:
        transport: The transport; it has sent nothing yet.
        active: Whether the guard refuses hosts now; asked at each request.
    """
    kinds: dict[type[Any], type[Any]] = {PooledTransport: GuardedPool, AiohttpTransport: GuardedSession}
    kind = kinds.get(type(transport))
    if kind is not None:
        transport.__class__ = kind
        vars(transport)["active"] = active
    return transport
