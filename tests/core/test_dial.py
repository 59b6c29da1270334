"""Connecting to a host with several addresses: by turns, the next where one is slow, and no socket is left open."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from stringee_async.core import dial as dial_module
from stringee_async.core.dial import dial

pytestmark = pytest.mark.skipif(
    os.environ.get("TESTS_LOOP") == "uvloop", reason="uvloop connects itself; see `Pool._connect`"
)


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of a server on 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture(autouse=True)
def no_socket_is_left() -> Iterator[None]:
    """A socket that is collected while open is a warning, and a warning fails the test."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def known(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let the host `several` have these addresses."""
    loop = asyncio.get_running_loop()

    async def look_up(host: str, port: int, **_: Any) -> list[Any]:
        assert host == "several"
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port),
            )
            for address in addresses
        ]

    monkeypatch.setattr(loop, "getaddrinfo", look_up)


def connecting(monkeypatch: pytest.MonkeyPatch, **seconds: float) -> list[str]:
    """Let connecting to an address take so long (underscores for dots and colons); return the list of those tried."""
    loop = asyncio.get_running_loop()
    tried: list[str] = []
    real = loop.sock_connect

    async def connect(sock: socket.socket, address: Any) -> None:
        tried.append(address[0])
        await asyncio.sleep(seconds.get("_" + address[0].replace(".", "_").replace(":", "_"), 0.0))
        await real(sock, address)

    monkeypatch.setattr(loop, "sock_connect", connect)
    return tried


async def test_an_address_is_not_looked_up(listening: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A numeric address is connected to without asking the resolver."""
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", None)
    with await dial("127.0.0.1", listening) as connected:
        assert connected.getpeername() == ("127.0.0.1", listening)
        assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


async def test_the_next_address_is_tried_where_one_fails(
    listening: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address that refuses costs no waiting."""
    known(monkeypatch, "127.0.0.9", "127.0.0.1")
    tried = connecting(monkeypatch)
    with await dial("several", listening):
        assert tried == ["127.0.0.9", "127.0.0.1"]


async def test_the_families_are_tried_by_turns(listening: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an address of one family that does not respond comes one of the other, not the next of the same."""
    monkeypatch.setattr(dial_module, "_NEXT", 0.01)
    known(monkeypatch, "::9", "::8", "127.0.0.1")
    tried = connecting(monkeypatch, ___9=10.0, ___8=10.0)
    with await dial("several", listening):
        assert tried == ["::9", "127.0.0.1"]


async def test_the_first_that_connects_wins_and_the_others_are_closed(
    listening: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow address that connects after all is not kept."""
    monkeypatch.setattr(dial_module, "_NEXT", 0.001)
    known(monkeypatch, "127.0.0.1", "localhost")
    tried = connecting(monkeypatch, _127_0_0_1=0.02)
    with await dial("several", listening):
        assert tried == ["127.0.0.1", "localhost"]
    await asyncio.sleep(0.03)


async def test_an_attempt_that_connects_beside_the_winner_is_closed(
    listening: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that are done in the same turn of the loop: one is returned, the other closed."""
    monkeypatch.setattr(dial_module, "_NEXT", 0.0)
    known(monkeypatch, "127.0.0.1", "localhost", "127.0.0.1")
    connecting(monkeypatch, _127_0_0_1=0.01, _localhost=0.01)
    with await dial("several", listening) as connected:
        assert connected.getpeername()[1] == listening
    await asyncio.sleep(0)


async def test_where_no_address_connects_the_first_reason_is_raised(
    listening: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(monkeypatch, "127.0.0.8", "127.0.0.9")
    tried = connecting(monkeypatch)
    with pytest.raises(ConnectionRefusedError, match=r"127\.0\.0\.8"):
        await dial("several", listening)
    assert tried == ["127.0.0.8", "127.0.0.9"]


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["127.0.0.1", "127.0.0.1"]], ids=["one", "two"])
@pytest.mark.parametrize("turns", range(8))
async def test_a_cancelled_caller_leaves_no_socket(
    addresses: list[str], turns: int, listening: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dial_module, "_NEXT", 0.0)
    known(monkeypatch, *addresses)
    dialling = asyncio.create_task(dial("several", listening))
    for _ in range(turns):
        await asyncio.sleep(0)
    dialling.cancel()
    outcome = (await asyncio.gather(dialling, return_exceptions=True))[0]
    if isinstance(outcome, socket.socket):
        outcome.close()
    for _ in range(3):
        await asyncio.sleep(0)
