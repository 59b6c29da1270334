"""Credentials: each account's requests carry its own, and rejected ones are never asked about without end."""

from __future__ import annotations

import asyncio
import builtins
import socket
import ssl
import threading
import time
import urllib.parse
from typing import Any

import aiohttp
import pytest

from stringee_async import AuthError, Request, Response
from stringee_async.emulator import Emulator, Fault

from ..kit import virtual
from ..kit.module_globals import module_globals
from .rig import Rig
from .rigs import RIGS


@virtual
async def test_tenants_never_mix(rig: Rig) -> None:
    """50 tenants with 40 interleaved calls each: every request carries its own tenant's key, and no module changes."""
    seen: dict[str, list[str]] = {}

    def server(request: Request) -> Response:
        tenant = (urllib.parse.urlsplit(request.url).hostname or "").partition(".")[0]
        seen.setdefault(tenant, []).append(rig.account_of(request))
        return rig.ok

    transport = rig.transport(default=server, latency=0.01)
    clients = {
        f"tenant{number}": rig.at(
            f"https://tenant{number}.example", account=f"tenant{number}", transport=transport
        )
        for number in range(50)
    }
    await rig.read(clients["tenant0"])
    before = module_globals()
    await asyncio.gather(*(rig.read(client) for _ in range(40) for client in clients.values()))
    assert module_globals() == before
    assert {name: set(accounts) for name, accounts in seen.items()} == {name: {name} for name in clients}
    assert sum(map(len, seen.values())) == 2_001
    for client in clients.values():
        await client.aclose()


async def test_credentials_of_several_vendors_on_one_session_never_meet() -> None:
    headers = {
        "stringee": {"X-STRINGEE-AUTH"}, "ringme": {"Authorization"}, "itniotech": {"Sign", "Timestamp", "Api-Key"},
    }  # fmt: skip
    async with Emulator(seed=1, latency=0.001) as emulator, aiohttp.ClientSession() as session:
        clients = {
            name: rig.client_class(**getattr(emulator, name)(), http=session) for name, rig in RIGS.items()
        }
        await asyncio.gather(
            *(RIGS[name].read(client) for _ in range(50) for name, client in clients.items())
        )
        every = set().union(*headers.values())
        for record in emulator.requests:
            expected = set() if record.operation == "oauth.token" else headers[record.vendor]
            assert {*record.headers} & every == expected
        assert len(emulator.requests) - emulator.count("oauth.token") == 50 * len(clients)
        for client in clients.values():
            await client.aclose()


@pytest.mark.parametrize("callers", [1, 500])
async def test_a_vendor_that_always_rejects_sees_two_requests_a_call(rig: Rig, callers: int) -> None:
    async with rig.emulated() as site:
        site.emulator.faults.always(f"{rig.vendor}:{rig.read_operation}", Fault.expired_token())
        errors = await asyncio.gather(
            *(rig.read(site.client) for _ in range(callers)), return_exceptions=True
        )
        assert {type(error) for error in errors} == {AuthError}
        assert {error.outcome for error in errors} == {"refused"}  # type: ignore[union-attr]
        assert site.emulator.count(rig.read_operation) <= 2 * callers
        assert site.emulator.count("oauth.token") <= 1 + callers
        if callers == 1:
            assert (site.emulator.count(rig.read_operation), errors[0].attempts) == (2, 2)  # type: ignore[union-attr]
        assert site.client.stats().retries == 0


async def test_no_step_blocks_the_loop_cold_start_included(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cold start, 20 calls and new credentials make none of the calls that block: no sleep, look-up, file or certificate.

    Counted, not timed: a busy machine stops a process for longer than any limit worth setting.
    """
    blocking: list[str] = []
    loop_thread = threading.get_ident()

    def watch(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            if threading.get_ident() == loop_thread:
                blocking.append(name)
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, watched)

    async with rig.emulated() as site:
        for owner, name in (
            (time, "sleep"),
            (socket, "getaddrinfo"),
            (socket, "create_connection"),
            (ssl, "create_default_context"),
            (builtins, "open"),
        ):
            watch(owner, name)
        await asyncio.gather(*(rig.read(site.client) for _ in range(20)))
        site.emulator.expire_tokens()
        await rig.read(site.client)
        assert blocking == []
        time.sleep(0)
        assert blocking == ["sleep"]
