"""Sent, not sent or unknown: every way in which an exchange can end, for every method, over plain and TLS sockets."""

from __future__ import annotations

import asyncio
import os
import ssl
from typing import Any

import pytest

from stringee_async import (
    NotSentError,
    OutcomeUnknownError,
    RetryClass,
    RetryPolicy,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.messages import Response
from stringee_async.core.operation import Operation

from ..kit import Play, RawServer, canned, jump, reset

WHOLE = canned(b'{"r":0,"agentID":"A1"}')
POLICY = RetryPolicy(max_attempts=3, base=0.0)
OPERATIONS = {
    "GET": Operation("probe.read", "GET", "/v1/probe", RetryClass.READ),
    "PUT": Operation("probe.put", "PUT", "/v1/probe", RetryClass.IDEMPOTENT_WRITE),
    "POST": Operation("probe.create", "POST", "/v1/probe", RetryClass.CREATE),
    "DELETE": Operation("probe.delete", "DELETE", "/v1/probe", RetryClass.IDEMPOTENT_WRITE),
}
UVLOOP = os.environ.get("TESTS_LOOP") == "uvloop"
"""Whether the clock of the loop cannot be set."""
ATTEMPT = 1.5 if UVLOOP else 60.0
PARTS = {"nothing": b"", "a part": WHOLE[:-5], "all": WHOLE}


@pytest.fixture(params=["plain", "TLS"])
def tls(request: pytest.FixtureRequest) -> ssl.SSLContext | None:
    """The server's side of TLS, which the client trusts; None without TLS."""
    return None if request.param == "plain" else request.getfixturevalue("vouched_for")()


def ended(data: bytes, ending: str) -> Play:
    """Write a part of a response, and end it: by silence, by FIN, or by RST."""

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if ending == "hang":
            if data != WHOLE and not UVLOOP:
                jump(
                    ATTEMPT
                )  # the time of the attempt is over, and that of the next one is as long as a busy machine needs
            await asyncio.Event().wait()
        elif ending == "RST":
            await asyncio.sleep(0.01)
            await reset(writer)
        else:
            writer.close()

    return play


async def send(client: StringeeClient, operation: Operation) -> int:
    def read(response: Response) -> int:
        return response.status

    body: Any = {} if operation.method in {"PUT", "POST"} else None
    return await client.agents._send(operation, read, body=body)


@pytest.mark.parametrize("connection", ["fresh", "idle"])
@pytest.mark.parametrize("ending", ["hang", "FIN", "RST"])
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("method", OPERATIONS)
async def test_what_is_sent_again_and_what_stays_unknown(
    method: str, part: str, ending: str, connection: str, tls: ssl.SSLContext | None
) -> None:
    idle = connection == "idle"
    plays = [WHOLE, ended(PARTS[part], ending)] if idle else [ended(PARTS[part], ending)]
    async with RawServer(*plays, default=WHOLE, tls=tls) as server:
        limits = Timeouts(connect=60.0, attempt=ATTEMPT if ending == "hang" else 60.0, total=None)
        async with StringeeClient(**server.client, retry=POLICY, timeouts=limits) as client:
            if idle:
                await send(client, OPERATIONS["GET"])
            if part != "all" and method == "POST":
                with pytest.raises(OutcomeUnknownError) as caught:
                    await send(client, OPERATIONS[method])
                assert (caught.value.outcome, caught.value.attempts) == ("unknown", 1)
                assert client.stats().unknown == 1
                expected = 1
            else:
                assert await send(client, OPERATIONS[method]) == 200
                expected = 1 if part == "all" else 2
            assert client.stats().retries == expected - 1
        assert len(server.requests) == expected + idle


@pytest.mark.parametrize("method", OPERATIONS)
@pytest.mark.usefixtures("way")
async def test_what_got_no_connection_is_sent_again(method: str) -> None:
    async with RawServer() as server:
        options = server.client
    async with StringeeClient(**options, retry=POLICY) as client:
        with pytest.raises(NotSentError) as caught:
            await send(client, OPERATIONS[method])
        assert (caught.value.outcome, caught.value.attempts) == ("not_sent", 3)
        assert client.stats().unknown == 0
