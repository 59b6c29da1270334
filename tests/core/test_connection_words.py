"""Why a request got no connection or no whole response, in words: a name of a class alone tells no one what to do."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from stringee_async import (
    DeadlineError,
    NotSentError,
    OutcomeUnknownError,
    RateLimit,
    RetryPolicy,
    SdkError,
    StringeeClient,
    Timeouts,
)
from stringee_async.core.aiohttp_errors import translate
from stringee_async.core.messages import Request
from stringee_async.core.retry_class import RetryClass

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

ONCE = RetryPolicy(max_attempts=1)
REQUEST = Request(
    operation="agents.create",
    method="POST",
    path="/v1/agent",
    url="https://icc.example/v1/agent",
    retry_class=RetryClass.CREATE,
)
KEY: Any = SimpleNamespace(host="icc.example", port=443, is_ssl=True, ssl=True)


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
    ],
)
def test_each_cause_of_no_connection_has_its_words(cause: OSError, words: str) -> None:
    text = str(translate(aiohttp.ClientConnectorError(KEY, cause), REQUEST))
    assert text.startswith(
        f"no connection to icc.example:443: {words} (ClientConnectorError); nothing was sent"
    )


def test_a_certificate_that_is_not_accepted_says_why() -> None:
    """OpenSSL's own words, such as "certificate has expired", are in the message; without them the class is."""
    problem = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED]")
    problem.verify_message = "certificate has expired"
    text = str(translate(aiohttp.ClientConnectorCertificateError(KEY, problem), REQUEST))
    assert (
        "was not accepted (certificate has expired); nothing was sent; is the URL of icc.example:443 right?"
        in text
    )
    odd = aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError("no"))
    odd._certificate_error = Exception("odd")
    assert "(ClientConnectorCertificateError)" in str(translate(odd, REQUEST))


@pytest.mark.parametrize(
    ("play", "words"),
    [
        (then(b""), "after POST left, the server closed the connection without a response (Server"),
        (reset, "after POST left, the server "),
        (then(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), "after POST left, the response broke off"),
        (then(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "after POST left, the response broke off, or was not HTTP"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("way")
async def test_each_way_of_a_broken_exchange_has_its_words(play: Play, words: str) -> None:
    async with RawServer(play) as server, client(server.url) as one:
        error = await failed(one)
        assert len(server.requests) == 1
    assert isinstance(error, OutcomeUnknownError)
    assert words in str(error)
    assert "; the vendor may have acted; use agents.ensure, which looks first" in str(error)


def test_a_reset_and_an_unknown_end_have_words() -> None:
    """The system's reset is named; what is not known is a broken connection."""
    for cause, words in (
        (ConnectionResetError(), "the server reset the connection"),
        (
            aiohttp.ClientOSError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)),
            "the server reset the connection",
        ),
        (OSError("odd"), "the connection broke"),
    ):
        assert f"after POST left, {words} (" in str(translate(cause, REQUEST))


@pytest.mark.usefixtures("way")
async def test_no_response_in_time_says_what_to_do() -> None:
    async with RawServer(hang, hang) as server, client(server.url, timeouts=Timeouts(attempt=0.03)) as one:
        assert "no whole response in the attempt's time; the vendor may have acted; use agents.ensure" in str(
            await failed(one)
        )
        with pytest.raises(SdkError) as caught:
            await one.agents.list().collect()
    assert str(caught.value) == (
        "agents.list: no whole response in the attempt's time; nothing was changed, so send it again"
    )


@virtual
async def test_a_time_that_ran_out_says_at_what_and_what_to_do() -> None:
    """The stage is named and put into words, for one call and for an `ensure`; the object too."""
    transport = ScriptedTransport(default=answer({"r": 0, "agentID": "AG_1"}), latency=100.0)
    async with client_over(transport, retry=ONCE, timeouts=Timeouts(total=3.0, attempt=None)) as one:
        with pytest.raises(DeadlineError) as caught:
            await one.agents.list().collect()
        assert str(caught.value) == (
            "agents.list: the total time of 3 s is used up in stage 'exchange' (waiting for the response); most of it "
            "went into 'exchange'; send it again with more time (Timeouts.total), or with fewer calls at once"
        )
        with pytest.raises(DeadlineError) as caught:
            await one.agents.ensure(name="An", stringee_user_id="an.nguyenvan")
        text = str(caught.value)
        assert (
            "is used up in stage 'look' (looking for the object); call agents.ensure again, with more time"
            in text
        )
        assert "about an...an]" in text


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
