"""Sockets: a TCP connection to a host that may have several addresses (RFC 8305, "happy eyeballs"), and what it says.

One job: to try the addresses of both families by turns, the next one when the one before has failed or is slow, and to
leave no socket open but the one that connected first, also when the caller is cancelled.
"""

from __future__ import annotations

import asyncio
import contextlib
import select
import socket
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest
from typing import Any, Final

_NEXT: Final = 0.25
"""Seconds after which the next address is tried beside those that have not responded yet."""

_Address = tuple[int, int, int, str, Any]
"""Family, type, protocol, canonical name and address, as `getaddrinfo` returns them."""


async def dial(host: str, port: int) -> socket.socket:
    """Return a connected socket.

    Args:
        host: A name or an address.
        port: The port.

    Raises:
        OSError: The name could not be looked up, or no address could be connected to; that of the first address.
    """
    addresses = _by_turns(await _look_up(host, port))
    if len(addresses) == 1:
        return await _connect(addresses[0])
    attempts: list[asyncio.Task[socket.socket]] = []
    try:
        return await _first(addresses, attempts)
    finally:
        for attempt in attempts:
            attempt.cancel()
            attempt.add_done_callback(_close)


async def _look_up(host: str, port: int) -> Sequence[_Address]:
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError):
            socket.inet_pton(family, host)  # an address needs no resolver, and no thread for it
            return [(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port))]
    return await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)


def _by_turns(addresses: Sequence[_Address]) -> list[_Address]:
    """Return addresses so that the families alternate, beginning with that of the first."""
    preferred = [address for address in addresses if address[0] == addresses[0][0]]
    others = [address for address in addresses if address[0] != addresses[0][0]]
    return [address for address in chain.from_iterable(zip_longest(preferred, others)) if address]


async def _first(addresses: list[_Address], attempts: list[asyncio.Task[socket.socket]]) -> socket.socket:
    """Return the socket that connects first; it leaves `attempts`, and the others stay there."""
    left = list(addresses)
    failed: list[BaseException] = []
    pending: set[asyncio.Task[socket.socket]] = set()
    while left or pending:
        if left:
            attempts.append(asyncio.create_task(_connect(left.pop(0))))
            pending.add(attempts[-1])
        done, pending = await asyncio.wait(
            pending, timeout=_NEXT if left else None, return_when=asyncio.FIRST_COMPLETED
        )
        for attempt in done:
            error = attempt.exception()
            if error is None:
                attempts.remove(attempt)
                return attempt.result()
            failed.append(error)
    raise failed[0]


async def _connect(address: _Address) -> socket.socket:
    family, kind, protocol, _, where = address
    connecting = socket.socket(family, kind, protocol)
    try:
        connecting.setblocking(False)
        connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(connecting, where)
    except BaseException:
        connecting.close()
        raise
    return connecting


def _close(attempt: asyncio.Task[socket.socket]) -> None:
    """Close the socket of an attempt that is not needed."""
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()


def watch(sock: Any) -> Callable[[], object]:
    """Return a function that asks a socket whether anything can be read, its end included."""
    if sock is None or sock.fileno() < 0:
        return _never
    if not hasattr(select, "poll"):  # pragma: no cover - Windows
        return lambda: select.select([sock], [], [], 0)[0]
    poll = select.poll()
    poll.register(sock.fileno(), select.POLLIN)
    return lambda: poll.poll(0)


def _never() -> bool:
    return False
