"""Credentials: each account's requests carry its own, and rejected ones are never asked about without end."""

from __future__ import annotations

import asyncio
import builtins
import inspect
import socket
import ssl
import threading
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from stringee_async import AuthError, ConfigError, Request, Response
from stringee_async.emulator import Emulator, Fault

from ..kit import until, virtual
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
    headers = {name: {rig.credential_header} for name, rig in RIGS.items()}
    headers["itniotech"] |= {"Sign", "Timestamp"}
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


@pytest.mark.parametrize("bad", ["", " ", "a b", "a\n", "canary\n", None, 7], ids=repr)
@pytest.mark.parametrize("place", [0, 1])
def test_what_cannot_be_a_credential_is_refused_and_never_shown(rig: Rig, place: int, bad: Any) -> None:
    """By class, client and `rotate`, which then keeps what it had; the error names the argument."""
    given: list[Any] = list(rig.credentials)
    given[place] = bad
    named = list(inspect.signature(rig.auth_class).parameters)[place]
    urls = dict.fromkeys(rig.urls, "https://x.example")
    client = rig.client_class(*rig.credentials, **urls)
    before = repr(client.auth)
    own = urls if rig.unlisted else {}
    calls: list[Callable[[], Any]] = [
        lambda: rig.auth_class(*given, **own),
        lambda: rig.client_class(*given, **urls),
        lambda: client.auth.rotate(*given),
    ]
    for make in calls:
        with pytest.raises(ConfigError, match=named) as caught:
            make()
        assert "canary" not in str(caught.value)
    assert repr(client.auth) == before


@virtual
async def test_rotated_credentials_serve_the_next_call(rig: Rig) -> None:
    transport = rig.transport(default=rig.ok)
    async with rig.over(transport) as client:
        await rig.read(client)
        client.auth.rotate("other", "another-secret-of-more-than-32-bytes")
        await rig.read(client)
        assert repr(client.auth).startswith(f"{rig.auth_class.__name__}('other'")
    accounts = [rig.account_of(request) for request in transport.requests]
    assert accounts == [rig.credentials[0], "other"]


async def test_credentials_rotated_in_mid_flight_fail_no_call(rig: Rig) -> None:
    """While both are live: what is under way ends with the old ones, the next call carries the new ones."""
    async with rig.emulated(latency=0.01) as site:
        await rig.read(site.client)
        under_way = [asyncio.create_task(rig.read(site.client)) for _ in range(20)]
        await until(lambda: site.emulator.count(rig.read_operation) > 20, "twenty calls are under way")
        public, secret, *_ = getattr(site.emulator, rig.vendor)(1).values()
        site.client.auth.rotate(public, secret)
        await rig.read(site.client)
        await asyncio.gather(*under_way)
        header = rig.credential_header
        sent = [record.headers[header] for record in site.emulator.calls(rig.read_operation)]
        assert len(set(sent[:21])) == 1
        assert sent[21] != sent[0]
        assert site.emulator.refused("auth") == 0


async def test_no_step_blocks_the_loop_cold_start_included(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cold start, 20 calls and new credentials make none of the calls that block: no sleep, look-up, file or certificate.

    Counted, not timed: a busy machine stops a process for longer than any limit worth setting.
    """
    blocking: list[str] = []
    loop_thread = threading.get_ident()

    def watch(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            looks_up = not kwargs.get("flags", 0) & socket.AI_NUMERICHOST  # else it only parses
            if threading.get_ident() == loop_thread and looks_up:
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
