"""Why a request got no connection or no whole response, in words: a name of a class alone tells no one what to do."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import Any

import aiohttp
import pytest

from stringee_async import (
    NotSentError,
    OutcomeUnknownError,
    RateLimit,
    SdkError,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.network_errors import no_connection

from ..kit import (
    KEY_SECRET,
    KEY_SID,
    Play,
    RawServer,
    ScriptedTransport,
    answer,
    client_over,
    hang,
    reset,
    then,
    virtual,
)
from .rig import CREATE, OK, ONCE, make_request


def client(url: str, **options: Any) -> StringeeClient:
    return StringeeClient(KEY_SID, KEY_SECRET, icc_url=url, retry=ONCE, **options)


async def failed(client: StringeeClient) -> SdkError:
    with pytest.raises(SdkError) as caught:
        await client.agents.create(name="An", stringee_user_id="u1")
    return caught.value


@pytest.mark.usefixtures("way")
async def test_a_refused_connection_and_an_unknown_host_are_told_apart() -> None:
    """Nothing listens, and no such name: two sentences, the address in both, and nothing was sent."""
    async with RawServer() as server:
        url = server.url
    async with client(url) as one:
        text = str(await failed(one))
    assert f"no connection to {url.removeprefix('http://')}: the connection was refused" in text
    assert "nothing was sent; is the URL right?" in text
    async with client("https://no-such-host.invalid", timeouts=Timeouts(connect=30, attempt=30)) as one:
        error = await failed(one)
    assert isinstance(error, NotSentError)
    assert "no-such-host.invalid:443: " in str(error)
    assert "there is no host of this name" in str(error) or "the name could not be looked up" in str(error)


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "the network or the host is out of reach"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "the network or the host is out of reach"),
        (
            socket.gaierror(socket.EAI_AGAIN, "try again"),
            "the name could not be looked up; is there a network?",
        ),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "there is no host of this name"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "no"), "the connection was refused"),
        (TimeoutError(), "no connection in time"),
        (OSError("odd"), "it was not established"),
    ],
)
def test_each_cause_of_no_connection_has_its_words(cause: OSError, words: str) -> None:
    error = no_connection(cause, make_request(CREATE))
    assert type(error) is NotSentError
    assert str(error).startswith(
        f"no connection to icc.example:443: {words} ({type(cause).__name__}); nothing"
    )


BROKEN: dict[str, tuple[Play, str]] = {
    "nothing": (then(b""), "the server closed the connection without a response (Server"),
    "a reset": (reset, "the server "),
    "a reset in the status line": (then(b"HTTP/1.", "reset"), "the "),
    "a reset in the headers": (then(OK, "reset"), "the "),
    "a short body": (then(OK + b"Content-Length: 99\r\n\r\n{"), "the response broke off"),
    "a short chunk": (then(OK + b"Transfer-Encoding: chunked\r\n\r\n7\r\n{"), "the response broke off"),
    "no HTTP": (then(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "the response broke off, or was not HTTP"),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.usefixtures("way")
async def test_each_way_of_a_broken_exchange_has_its_words(case: str) -> None:
    play, words = BROKEN[case]
    async with RawServer(play) as server, client(server.url) as one:
        error = await failed(one)
        assert len(server.requests) == 1
    assert type(error) is OutcomeUnknownError
    assert error.outcome == "unknown"
    assert isinstance(error.__cause__, (aiohttp.ClientError, OSError))
    assert f"after POST left, {words}" in str(error)
    assert "; the vendor may have acted; use agents.ensure, which looks first" in str(error)


@pytest.mark.parametrize("play", [hang, OK + b"Content-Length: 99\r\n\r\n{"], ids=["nothing", "a part"])
@pytest.mark.usefixtures("way")
async def test_no_response_in_time_says_what_to_do(play: Play) -> None:
    """The attempt's time covers the body, too."""
    async with RawServer(play, play) as server, client(server.url, timeouts=Timeouts(attempt=0.03)) as one:
        error = await failed(one)
        with pytest.raises(SdkError) as caught:
            await one.agents.list().collect()
    assert type(error) is OutcomeUnknownError
    assert isinstance(error.__cause__, TimeoutError)
    assert "no whole response in the attempt's time; the vendor may have acted; use agents.ensure" in str(
        error
    )
    assert str(caught.value) == (
        "agents.list: no whole response in the attempt's time; nothing was changed, so send it again"
    )


@virtual
async def test_no_slot_in_time_says_what_to_do() -> None:
    """The queue's own time limit: nothing was sent, and how to avoid it."""
    transport = ScriptedTransport(default=answer({"r": 0, "agentID": "AG_1"}))
    limit = RateLimit(1, 100.0)
    async with client_over(transport, retry=ONCE, rate_limit=limit, timeouts=Timeouts(queue=2.0)) as one:
        await one.agents.create(name="An", stringee_user_id="u0")
        text = str(await failed(one))
    assert (
        "no connection slot or permit within 2 s; nothing was sent; make fewer calls at once, or give more"
        in text
    )
    assert len(transport.requests) == 1


@virtual
async def test_a_pause_that_is_too_long_says_how_long() -> None:
    transport = ScriptedTransport(answer({"r": 1}, 429, Retry_After="200"))
    async with client_over(transport, retry=ONCE, timeouts=Timeouts(total=None)) as one:
        await failed(one)
        text = str(await failed(one))
    assert "is longer than max_server_wait (60 s); nothing was sent; wait 200 s, then send it again" in text
    await asyncio.sleep(0)
