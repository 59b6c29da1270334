"""Secrets show themselves to no one: not in logs, errors, their chains, the locals of their frames, or pickles."""

from __future__ import annotations

import asyncio
import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from stringee_async import ConfigError, RetryPolicy, SdkError, Timeouts

from ..kit import RawServer, canned, hang, reset, then, until
from ..kit.leaks import Canaries, all_logs, asyncio_debug, inspect_error
from .rig import Rig

QUICK = RetryPolicy(base=0.0, throttle_base=0.0)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SCENES: dict[str, Any] = {
    "reset before status": reset,
    "closed before status": then(b""),
    "short body": then(HEAD + b"Content-Length: 99\r\n\r\n{"),
    "bad chunk": then(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "not HTTP": then(b"SSH-2.0\r\n\r\n"),
    "401": canned(b'{"r": 5, "status": "-1", "message": "no"}', "401 Unauthorized"),
    "refused": canned(b'{"r": -7, "status": "-22", "message": "no"}', "400 Bad Request"),
    "429": canned(b"{}", "429 Too Many Requests", "Retry-After: 3600"),
    "500": canned(b"oops", "500 Internal Server Error"),
    "not JSON": canned(b"<html>"),
    "cancelled": hang,
}


@pytest.mark.parametrize("scene", SCENES)
async def test_nothing_is_seen_over_real_sockets(rig: Rig, scene: str) -> None:
    """In every kind of failure neither the secret nor what was made of it is in logs, errors, reprs or tracebacks."""
    canaries = Canaries()
    canaries.words = [rig.credentials[1]]
    expected = asyncio.CancelledError if scene == "cancelled" else SdkError
    with all_logs() as logs, asyncio_debug():
        async with (
            RawServer(*rig.opening, default=SCENES[scene]) as server,
            rig.at(server.url, retry=QUICK, timeouts=Timeouts(attempt=60.0)) as client,
        ):
            called = asyncio.ensure_future(rig.create(client))
            if scene == "cancelled":
                await until(lambda: len(server.requests) > len(rig.opening), "the request arrives")
                called.cancel()
            with pytest.raises(expected) as caught:
                await called
            canaries.words += rig.derived_secrets(server.requests)
            assert len(canaries.words) > 1
            for part in (client, client.auth, client._session):
                canaries.check(f"{part!r} {part}", f"repr of {type(part).__name__}")
            for part in (client, client.auth):
                with pytest.raises(Exception, match="pickle") as refused:
                    pickle.dumps(part)
                canaries.check(str(refused.value), "the refusal to pickle")
    if isinstance(caught.value, SdkError):
        inspect_error(caught.value, canaries)
    assert logs
    for text in logs:
        canaries.check(text, "a log")


async def test_nothing_is_seen_of_a_call_that_succeeds(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    canaries = Canaries()
    canaries.words = [rig.credentials[1]]
    with caplog.at_level(logging.DEBUG):
        async with (
            RawServer(*rig.opening, default=canned(rig.ok.body)) as server,
            rig.at(server.url) as client,
        ):
            await rig.read(client)
            canaries.words += rig.derived_secrets(server.requests)
            shown = f"{client!r} {client.auth!r} {vars(client.auth)!r} {client._session!r}"
    canaries.check(f"{shown} {caplog.text}", "a repr or a log")
    assert repr(rig.auth_class.__new__(rig.auth_class)) == f"<{rig.auth_class.__name__}, not set up>"


BAD_CONSTRUCTIONS: dict[str, Callable[[Any, str, str, Any], Any]] = {
    "url": lambda kind, public, secret, auth: kind(public, secret, **dict.fromkeys(auth, "nonsense")),
    "connections": lambda kind, public, secret, auth: kind(public, secret, max_connections=0, **auth),
    "limit": lambda kind, public, secret, auth: kind(public, secret, rate_limit=5, **auth),
    "no account": lambda kind, public, secret, auth: kind("", secret, **auth),
    "line break": lambda kind, public, secret, auth: kind(public, secret + "\n", **auth),
    "bytes": lambda kind, public, secret, auth: kind(public, secret.encode(), **auth),
    "rotate": lambda kind, public, secret, auth: kind(public, secret, **auth).auth.rotate("", secret),
}


@pytest.mark.parametrize("case", BAD_CONSTRUCTIONS)
def test_nothing_is_seen_of_a_wrong_construction(rig: Rig, case: str) -> None:
    canaries = Canaries()
    canaries.words = [rig.credentials[1]]
    with pytest.raises(ConfigError) as caught:
        BAD_CONSTRUCTIONS[case](
            rig.client_class, *rig.credentials, {next(iter(rig.urls)): "https://x.example"}
        )
    inspect_error(caught.value, canaries)
    assert rig.credentials[1] not in "".join(traceback.format_exception(caught.value))
