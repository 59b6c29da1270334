"""Dry runs of clients: nothing is sent, no request for a token either, and the call ends with what it would have sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from stringee_async import ClosedError, ItniotechClient, RetryPolicy, RingMeClient, StringeeClient
from stringee_async.core.client import session_of, view_over
from stringee_async.core.dry_run import DrySession, WouldSendError, dry
from stringee_async.emulator import Emulator

CALLS: dict[str, tuple[Any, Callable[[Any], Awaitable[object]], str, str]] = {
    "stringee": (
        StringeeClient,
        lambda c: c.agents.create(name="An", stringee_user_id="an"),
        "POST",
        "/v1/agent",
    ),
    "ringme": (RingMeClient, lambda c: c.extensions.delete("7"), "DELETE", "/extension/7"),
    "itniotech": (ItniotechClient, lambda c: c.agents.enable("7"), "POST", "/v3/cc/seat/batchingSeat"),
}


@pytest.mark.parametrize("vendor", CALLS)
async def test_a_call_ends_with_the_request_that_it_would_have_sent(vendor: str) -> None:
    kind, call, method, path = CALLS[vendor]
    async with Emulator() as emulator, kind(**getattr(emulator, vendor)()) as client:
        session = dry(session_of(client))
        view = view_over(client, session)
        for one in (view, view.with_options(retry=RetryPolicy(max_attempts=9), lane="bulk")):
            with pytest.raises(WouldSendError) as caught:
                await call(one)
            request = caught.value.request
            assert (request.method, request.url.endswith(path)) == (method, True)
            assert request.credential is None
            assert "Authorization" not in request.headers
        assert session.requests == [request, request]
        assert emulator.requests == []
        stats = client.stats()
        assert (stats.requests, stats.tokens, stats.unknown) == (0, 0, 0)
        assert type(session_of(view.with_options(lane="bulk"))) is DrySession


async def test_reads_and_downloads_are_not_sent_either(tmp_path: Path) -> None:
    async with Emulator() as emulator, StringeeClient(**emulator.stringee()) as client:
        view = view_over(client, dry(session_of(client)))
        for call in (
            lambda: view.groups.ensure(name="Sales"),
            lambda: view.groups.list(read_ahead=2).collect(),
            lambda: view.recordings.save("1", tmp_path / "call.mp3"),
            lambda: view.check(),
        ):
            with pytest.raises(WouldSendError, match=r"GET .* would be sent"):
                await call()
        assert list(tmp_path.iterdir()) == []
        assert (await client.groups.create(name="Sales")).id  # the client itself is as before
        assert [entry.operation for entry in emulator.requests] == ["groups.create"]
    with pytest.raises(ClosedError):
        await view.groups.create(name="Sales")
