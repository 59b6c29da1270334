"""Through a session of the caller's, too, a request that got no connection was not sent, whatever ended it."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from stringee_async import (
    DeadlineError,
    ItniotechClient,
    NotSentError,
    OutcomeUnknownError,
    RetryPolicy,
    SdkError,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.outgoing_body import OutgoingBody
from stringee_async.core.transport import NOTHING_SENT

from ..kit import KEY_SECRET, KEY_SID, RawServer, canned, until
from .rig import ONCE


@pytest.mark.parametrize(
    ("limits", "kind"),
    [
        (Timeouts(connect=None, attempt=0.03), NotSentError),
        (Timeouts(connect=None, attempt=None, total=0.03), DeadlineError),
        (Timeouts(connect=0.03), NotSentError),
    ],
    ids=["attempt", "total", "connect"],
)
async def test_a_stalled_handshake_of_the_callers_session_is_not_unknown(
    limits: Timeouts, kind: type[SdkError], silent: str
) -> None:
    async with aiohttp.ClientSession() as http:
        options: dict[str, Any] = {"http": http, "timeouts": limits, "retry": ONCE}
        stringee = StringeeClient(KEY_SID, KEY_SECRET, icc_url=silent, **options)
        itniotech = ItniotechClient("key", "secret", url=silent, **options)
        for client, create in (
            (stringee, stringee.agents.create(name="An", stringee_user_id="u1")),
            (itniotech, itniotech.agents.create_many(1, size=1)),
        ):
            with pytest.raises(kind) as caught:
                await create
            assert type(caught.value) is kind
            assert caught.value.outcome == "not_sent"
            assert client.stats().unknown == 0
            await client.aclose()


async def test_a_call_cancelled_while_the_callers_session_connects_was_not_sent(silent: str) -> None:
    """The cancellation says so, and the create is not among the unknown writes."""
    async with aiohttp.ClientSession() as http:
        async with StringeeClient(KEY_SID, KEY_SECRET, icc_url=silent, http=http) as client:
            call = asyncio.create_task(client.agents.create(name="An", stringee_user_id="u1"))
            await until(lambda: client.stats().in_flight, "the call has its slot")
            await asyncio.sleep(0.02)
            call.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await call
            assert caught.value.__notes__ == [NOTHING_SENT]
            assert client.unknown_writes() == ()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Close the connection without a word."""
    writer.close()


async def test_a_proxy_that_hangs_up_on_connect_has_sent_nothing() -> None:
    """A proxy that closes instead of responding to CONNECT did not pass anything on, so that a create is sent again."""
    policy = RetryPolicy(max_attempts=3, base=0.0)
    async with RawServer(default=hang_up) as proxy, aiohttp.ClientSession(proxy=proxy.url) as http:
        async with StringeeClient(
            KEY_SID, KEY_SECRET, icc_url="https://icc.example", http=http, retry=policy
        ) as client:
            with pytest.raises(NotSentError) as caught:
                await client.agents.create(name="An", stringee_user_id="u1")
        assert caught.value.outcome == "not_sent"
        assert [request[:7] for request in proxy.requests] == [b"CONNECT"] * 3


async def test_a_request_that_left_through_the_callers_session_is_unknown() -> None:
    """Once its body is written, a broken connection and a time limit leave a create unknown; it is sent once."""
    async with RawServer(hang_up) as server, aiohttp.ClientSession() as http:
        async with StringeeClient(**server.client, http=http, retry=ONCE) as client:
            with pytest.raises(OutcomeUnknownError):
                await client.agents.create(name="An", stringee_user_id="u1")
            assert client.stats().unknown == 1
        assert len(server.requests) == 1


class Mocked:
    """A session in which a mock has taken the place of sending: it fails without looking at what it is given."""

    closed = False
    auto_decompress = True

    def request(self, *_: object, **__: object) -> Any:
        raise aiohttp.ServerDisconnectedError


async def test_what_a_mock_breaks_is_unknown() -> None:
    """Where no one made a request of the body, nothing is known, and a create must not be sent again."""
    http: Any = Mocked()
    client = StringeeClient(KEY_SID, KEY_SECRET, icc_url="https://icc.example", http=http)
    with pytest.raises(OutcomeUnknownError) as caught:
        await client.agents.create(name="An", stringee_user_id="u1")
    assert caught.value.attempts == 1
    await client.aclose()


def test_how_a_body_is_held_back() -> None:
    """Measured and not read: held back. Not measured, or read by whomever: not known to be."""
    for measure in (OutgoingBody.tell, OutgoingBody.getbuffer):
        body = OutgoingBody(b"abc")
        assert not body.held_back
        measure(body)
        assert body.held_back
        assert body.read() == b"abc"
        assert not body.held_back


async def test_a_large_upload_through_the_callers_session_is_the_last_on_its_connection() -> None:
    """aiohttp does not see that a body was not read, so the server is asked to end the connection; the next call has another."""
    fine = canned(b'{"status":0,"data":{"balance":"1"}}')
    options: dict[str, Any] = {"retry": ONCE, "timeouts": Timeouts(attempt=2.0)}
    async with RawServer(default=fine, unread="413 Payload Too Large") as server:
        async with aiohttp.ClientSession() as http:
            async with ItniotechClient("key", "secret", url=server.url, http=http, **options) as client:
                with pytest.raises(SdkError) as caught:
                    await client.agent_groups.upload_ring(b"RIFF" + bytes(100_000), file_name="a.wav")
                assert caught.value.status == 413
                assert (await client.balance()).balance == 1
        assert server.connections == 2
