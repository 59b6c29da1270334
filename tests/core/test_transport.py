"""The way out over real sockets: what goes wrong on the wire becomes an error of ours, and nothing is repeated."""

import asyncio
import gc
import gzip
import socket
import warnings

import aiohttp
import pytest

from stringee_async import (
    ClosedError,
    ConfigError,
    DecodeError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    Request,
    RetryClass,
    RetryPolicy,
    SdkError,
    StringeeClient,
    Timeouts,
)
from stringee_async.core import aiohttp_transport, http1, response_body
from stringee_async.core.aiohttp_errors import clean_aiohttp
from stringee_async.core.aiohttp_transport import AiohttpTransport
from stringee_async.core.messages import Headers
from stringee_async.core.transport_choice import transport_for

from ..kit import KEY_SECRET, KEY_SID, Play, RawServer, canned, hang, jump, reset, then, until

pytestmark = pytest.mark.usefixtures("way")

ONCE = RetryPolicy(max_attempts=1)
TIMEOUTS = Timeouts(connect=2.0, attempt=2.0)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def request(url: str, method: str = "GET", body: bytes | None = None) -> Request:
    return Request(
        operation="probe.call",
        method=method,
        path="/v1/probe",
        url=f"{url}/v1/probe",
        retry_class=RetryClass.READ,
        headers=Headers({"X-STRINGEE-AUTH": "canary-token"}),
        body=body,
    )


async def failure(url: str, timeouts: Timeouts = TIMEOUTS) -> SdkError:
    transport = transport_for(4, None)
    try:
        with pytest.raises(SdkError) as caught:
            await transport.send(request(url), timeouts)
    finally:
        await transport.aclose()
    return caught.value


BROKEN: dict[str, Play] = {
    "reset inside the status line": then(b"HTTP/1.", "reset"),
    "reset in headers": then(HEAD, "reset"),
    "short chunked body": then(HEAD + b'Transfer-Encoding: chunked\r\n\r\n7\r\n{"r":0}'),
    "not HTTP": then(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
}


@pytest.mark.parametrize("fault", BROKEN)
async def test_faults_after_sending_leave_the_outcome_unknown(fault: str) -> None:
    async with RawServer(BROKEN[fault]) as server:
        error = await failure(server.url)
        assert len(server.requests) == 1
    assert type(error) is OutcomeUnknownError
    assert error.outcome == "unknown"
    assert isinstance(error.__cause__, (aiohttp.ClientError, OSError))


async def test_connect_timeout_is_not_sent() -> None:
    """No connection in `connect` seconds is NotSentError; a stalled handshake of TLS counts."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = await failure(f"https://127.0.0.1:{silent.getsockname()[1]}", Timeouts(connect=0.03))
    assert type(error) is NotSentError
    assert "no connection in time" in str(error)
    assert isinstance(error.__cause__, TimeoutError)


async def stall(writer: asyncio.StreamWriter) -> None:
    """Stop inside the body; as a play."""
    writer.write(HEAD + b"Content-Length: 99\r\n\r\n{")
    await asyncio.Event().wait()


@pytest.mark.parametrize("play", [hang, stall])
async def test_no_response_in_time_leaves_the_outcome_unknown(play: Play) -> None:
    """The attempt's time covers the body, too."""
    async with RawServer(play) as server:
        called = asyncio.create_task(failure(server.url, Timeouts(connect=60.0, attempt=60.0)))
        await until(lambda: server.requests, "the request arrives")
        jump(60.0)
        error = await called
    assert type(error) is OutcomeUnknownError
    assert isinstance(error.__cause__, TimeoutError)


async def test_a_redirect_is_not_followed() -> None:
    """A redirect is an error of the call, and neither request nor credentials go where it points."""
    async with RawServer() as elsewhere:
        moved = canned(b"", "307 Temporary Redirect", f"Location: {elsewhere.url}/steal")
        async with RawServer(moved) as server, StringeeClient(**server.client, retry=ONCE) as client:
            with pytest.raises(InvalidRequestError, match="redirect"):
                await client.agents.delete("A1")
            assert len(server.requests) == 1
        assert elsewhere.requests == []


# -- size of responses ----------------------------------------------------------------------------------------


def small_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a response have 1000 bytes."""
    for module in (http1, aiohttp_transport, response_body):
        monkeypatch.setattr(module, "MAX_BODY", 1000)


def chunked(body: bytes) -> bytes:
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(canned(b"x" * 1001), id="announced"),
        pytest.param(chunked(b"x" * 1001), id="chunked"),
        pytest.param(then(HEAD + b"\r\n" + b"x" * 1001), id="until close"),
        pytest.param(
            canned(gzip.compress(b"x" * 100_000), "200 OK", "Content-Encoding: gzip"), id="gzip bomb"
        ),
    ],
)
async def test_too_large_an_answer_is_refused(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    small_cap(monkeypatch)
    async with RawServer(play) as server:
        error = await failure(server.url)
    assert type(error) is DecodeError
    assert error.status == 200
    assert "1000 bytes" in str(error)


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(canned(b"x" * 1000), id="announced"),
        pytest.param(chunked(b"x" * 1000), id="chunked"),
        pytest.param(canned(gzip.compress(b"x" * 1000), "200 OK", "Content-Encoding: gzip"), id="gzip"),
    ],
)
async def test_an_answer_of_exactly_the_cap_is_read(monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    small_cap(monkeypatch)
    transport = transport_for(1, None)
    async with RawServer(play) as server:
        response = await transport.send(request(server.url), TIMEOUTS)
        await transport.aclose()
    assert response.body == b"x" * 1000


async def test_a_refused_body_frees_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a response that is too large the only connection slot is free again at once."""
    small_cap(monkeypatch)
    transport = transport_for(1, None)
    async with RawServer(canned(b"x" * 5_000_000), canned()) as server:
        with pytest.raises(DecodeError):
            await transport.send(request(server.url), TIMEOUTS)
        assert (await transport.send(request(server.url), TIMEOUTS)).body == b'{"r":0}'
        await transport.aclose()


# -- hidden repeats -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [False, True], ids=["own session", "user's session"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
@pytest.mark.parametrize("ending", ["close", "reset"])
async def test_no_hidden_retry_on_a_dead_kept_alive_connection(method: str, given: bool, ending: str) -> None:
    """A kept-alive connection that dies on the next request is one request and one error, for every method.

    This notices if aiohttp drops or renames its private switch.
    """
    play = reset if ending == "reset" else then(b"")
    async with RawServer(canned(), play) as server:
        http = aiohttp.ClientSession() if given else None
        transport = transport_for(4, http)
        await transport.send(request(server.url), TIMEOUTS)
        with pytest.raises(OutcomeUnknownError):
            await transport.send(request(server.url, method, b"{}" if method != "GET" else None), TIMEOUTS)
        assert len(server.requests) == 2
        assert server.connections == 1
        await transport.aclose()
        if http is not None:
            await http.close()


async def test_the_switch_against_hidden_repeats_still_exists() -> None:
    """aiohttp still has the private attribute that switches its own repeat off, with the meaning we rely on."""
    async with aiohttp.ClientSession() as session:
        assert session._retry_connection is True
        AiohttpTransport(1, session)._open()
        assert session._retry_connection is False


# -- sessions -----------------------------------------------------------------------------------------------


async def test_a_users_session_is_never_closed() -> None:
    async with RawServer() as server, aiohttp.ClientSession() as http:
        async with StringeeClient(**server.client, http=http) as client:
            await client.agents.delete("A1")
        assert not http.closed
        async with StringeeClient(**server.client, http=http) as client:
            await client.agents.delete("A1")
        assert len(server.requests) == 2
        assert server.connections == 1


@pytest.mark.parametrize("size", [1 << 20, (1 << 20) + 1, 3 << 20])
@pytest.mark.parametrize("given", [False, True], ids=["own", "http="])
async def test_a_large_body_arrives_whole_and_without_a_warning(size: int, given: bool) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    async with RawServer() as server, aiohttp.ClientSession() as session:
        transport = transport_for(4, session if given else None)
        try:
            answer = await transport.send(request(server.url, "POST", body), TIMEOUTS)
            again = await transport.send(request(server.url, "POST", b"{}"), TIMEOUTS)
        finally:
            await transport.aclose()
    assert (answer.status, again.status) == (200, 200)
    first, second = server.requests
    head, _, arrived = first.partition(b"\r\n\r\n")
    assert f"content-length: {size}".encode() in head.lower()
    assert b"transfer-encoding" not in head.lower()
    assert b"content-disposition" not in head.lower()
    assert arrived == body
    assert second.endswith(b"\r\n\r\n{}")
    assert server.connections == 1


async def test_a_users_session_closed_between_calls() -> None:
    async with RawServer() as server:
        http = aiohttp.ClientSession()
        async with StringeeClient(**server.client, http=http, retry=ONCE) as client:
            await client.agents.delete("A1")
            await http.close()
            with pytest.raises(ClosedError, match="http"):
                await client.agents.delete("A1")


async def test_closing_twice_and_unused() -> None:
    transport = transport_for(1, None)
    await transport.aclose()
    async with RawServer() as server:
        await transport.send(request(server.url), TIMEOUTS)
        await transport.aclose()
        await transport.aclose()


async def test_cookies_are_not_kept() -> None:
    """A cookie that the server sets is not sent back: nothing but our own headers carries identity."""
    async with RawServer(canned(b'{"r":0}', "200 OK", "Set-Cookie: sid=1; Path=/")) as server:
        transport = transport_for(1, None)
        url = server.url.replace("127.0.0.1", "localhost")  # no jar keeps cookies of bare addresses
        await transport.send(request(url), TIMEOUTS)
        await transport.send(request(url), TIMEOUTS)
        await transport.aclose()
    assert b"cookie" not in server.requests[1].lower()


async def test_a_forgotten_client_gives_one_warning_with_its_creation_site() -> None:
    async with RawServer() as server:

        async def forget() -> None:
            client = StringeeClient(**server.client)
            await client.agents.delete("A1")

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            await forget()
            gc.collect()
            await asyncio.sleep(0)
            gc.collect()
    assert [warning.category for warning in caught] == [ResourceWarning], [str(w.message) for w in caught]
    line = forget.__code__.co_firstlineno + 1
    assert f"{__file__}:{line}" in str(caught[0].message)


async def test_a_client_with_a_session_of_the_callers_needs_no_close() -> None:
    async with RawServer() as server, aiohttp.ClientSession() as http:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            client = StringeeClient(**server.client, http=http)
            await client.agents.delete("A1")
            del client
            gc.collect()
    assert caught == []


def test_the_creation_site_of_a_client_made_by_a_view_or_classmethod(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRINGEE_KEY_SID", KEY_SID)
    monkeypatch.setenv("STRINGEE_KEY_SECRET", KEY_SECRET)
    client = StringeeClient.from_env()
    assert __file__ in client._session.state.transport._site  # type: ignore[attr-defined]


def test_chained_errors_are_cleaned_once_each() -> None:
    """Cleaning follows causes and contexts, takes headers off each link, and survives a circle."""
    info = aiohttp.RequestInfo("u", "GET", {"X-STRINGEE-AUTH": "canary-token"}, "u")  # type: ignore[arg-type]
    inner = aiohttp.ClientResponseError(info, (), message="inner", headers={"A": "canary-token"})  # type: ignore[arg-type]
    outer = aiohttp.ClientPayloadError("outer")
    outer.__cause__, inner.__context__ = inner, outer
    assert clean_aiohttp(outer) is outer
    assert "canary" not in f"{inner} {inner!r} {inner.args} {vars(inner)}"
    assert "inner" in str(inner)
    assert (dict(inner.request_info.headers), inner.history, inner.headers) == ({}, (), None)


@pytest.mark.parametrize("url", ["https://x.example:port", "https://x.example:99999", "https://:443"])
async def test_an_invalid_url_is_a_config_error(url: str) -> None:
    """A base URL that only aiohttp finds out to be none is a ConfigError: nothing was sent, nothing is repeated."""
    error = await failure(url)
    assert type(error) is ConfigError
    assert error.outcome == "not_sent"
