"""Clocks, keys and accounts of this vendor, over real sockets against the emulator."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Any

import aiohttp
import pytest

from stringee_async import ItniotechAuth, ItniotechClient
from stringee_async.emulator import Emulator

from ..core.rig import make_request
from .rig import API_KEY, API_SECRET, centre_of


@pytest.mark.parametrize("skew", [600.0, -600.0, 3600.0])
async def test_a_clock_ten_minutes_off_costs_one_refusal(
    skew: float, caplog: pytest.LogCaptureFixture
) -> None:
    async with centre_of(clock_skew=skew) as centre:
        with caplog.at_level(logging.WARNING):
            for _ in range(5):
                await centre.client.agents.list().collect()
        assert centre.emulator.count() == 6
        assert centre.emulator.refused("auth") == 1
        assert centre.client.stats().retries == 0
    warned = [record.getMessage() for record in caplog.records if "clock" in record.getMessage()]
    assert len(warned) == 1


async def test_a_crowd_behind_a_wrong_clock_is_refused_only_while_in_flight() -> None:
    async with centre_of({"max_connections": 20}, clock_skew=-600.0, latency=0.001) as centre:
        await asyncio.gather(*(centre.client.agents.list().collect() for _ in range(500)))
        assert centre.emulator.refused("auth") <= 20
        assert centre.emulator.count() == 500 + centre.emulator.refused("auth")


async def test_a_clock_that_steps_in_mid_run_costs_one_refusal_each_time() -> None:
    async with centre_of() as centre:
        for skew in (0.0, 3600.0, 0.0):
            centre.emulator.clock_skew = skew
            for _ in range(3):
                await centre.client.agents.list().collect()
        assert centre.emulator.refused("auth") == 2
        assert centre.emulator.count() == 11


def test_signing_costs_next_to_nothing() -> None:
    """A signature carries its time, so each request has its own; it is one digest and a handful of calls."""
    auth, request = ItniotechAuth(API_KEY, API_SECRET), make_request()
    auth.authorize(request)
    calls: list[str] = []

    def note(frame: Any, event: str, argument: Any) -> None:
        if event in {"call", "c_call"}:
            calls.append(frame.f_code.co_name if event == "call" else argument.__name__)

    sys.setprofile(note)
    try:
        auth.authorize(request)
    finally:
        sys.setprofile(None)
    assert calls.count("openssl_md5") + calls.count("md5") == 1
    assert len(calls) <= 20, calls


async def test_tenants_see_their_own_rows() -> None:
    """Clients of ten accounts at one server, interleaved over one session of the caller's: no row strays."""
    async with Emulator(seed=1, latency=0.001) as emulator, aiohttp.ClientSession() as session:
        clients = [ItniotechClient(**emulator.itniotech(number), http=session) for number in range(10)]
        for number, state in emulator.state.itniotech_accounts.items():
            state.add_agents(state.add_group(f"Group {number}"), number + 1)
        for _ in range(3):
            found = await asyncio.gather(*(client.agents.list().collect() for client in clients))
            assert [len(agents) for agents in found] == list(range(1, 11))
        for client in clients:
            await client.aclose()
