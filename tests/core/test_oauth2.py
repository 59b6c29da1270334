"""Tokens that an endpoint issues, and calls for which there is none."""

from __future__ import annotations

import asyncio

import pytest

from stringee_async.core.client_options import open_session
from stringee_async.core.clock import RealClock
from stringee_async.core.errors import (
    AuthError,
    CertificateError,
    DecodeError,
    InvalidRequestError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    SdkError,
    ServerError,
)
from stringee_async.core.oauth2 import ClientCredentials
from stringee_async.core.retry import RetryPolicy
from stringee_async.stringee.responses import read_object

from ..kit import ScriptedTransport, answer, no_send, virtual
from .rig import CREATE, TokenSource, make_request


@pytest.mark.parametrize(
    "failure",
    [OutcomeUnknownError("reset"), DecodeError("no token", status=200), ServerError("down", status=500)],
    ids=lambda failure: type(failure).__name__,
)
@virtual
async def test_a_lost_token_response_means_that_the_call_was_not_sent(failure: SdkError) -> None:
    """Whatever happens to the request for a token, the caller's own request did not leave, and may be repeated."""
    source = TokenSource(failure)
    transport = ScriptedTransport(default=answer())
    session = open_session(
        "x", transport=transport, auth=ClientCredentials(source, RealClock()), retry=RetryPolicy()
    )
    assert await session.send(make_request(CREATE), read_object) == {"r": 0}
    assert (source.fetches, len(transport.requests)) == (2, 1)
    source.errors = [failure] * 9
    lone = ClientCredentials(source, RealClock())
    with pytest.raises(NotSentError) as caught:
        await lone.prepare(no_send)
    assert (caught.value.outcome, caught.value.retryable, caught.value.status) == (
        "not_sent",
        True,
        failure.status,
    )
    assert caught.value.__cause__ is failure
    assert type(failure).__name__ in str(caught.value)


@pytest.mark.parametrize(
    "refusal",
    [
        AuthError("wrong secret"),
        InvalidRequestError("wrong path"),
        RateLimitedError("slow", retry_after=3600),
    ],
    ids=lambda refusal: type(refusal).__name__,
)
@virtual
async def test_a_refused_token_keeps_its_class_and_was_not_sent(refusal: SdkError) -> None:
    """A refusal by the token endpoint is final for the call, says that the call was not sent, and pauses no one."""
    source = TokenSource(refusal)
    transport = ScriptedTransport(default=answer())
    session = open_session(
        "x", transport=transport, auth=ClientCredentials(source, RealClock()), retry=RetryPolicy()
    )
    with pytest.raises(type(refusal)) as caught:
        await session.send(make_request(), read_object)
    assert (caught.value.outcome, source.fetches, transport.requests) == ("not_sent", 1, [])
    await asyncio.sleep(refusal.retry_after or 0.0)
    assert await session.send(make_request(), read_object) == {"r": 0}
    assert session.state.stats().paused == 0


@pytest.mark.parametrize("failure", [NotSentError("no connection"), CertificateError("bad certificate")])
@virtual
async def test_a_token_request_that_was_not_sent_keeps_its_error(failure: SdkError) -> None:
    """An error that says so already is not wrapped, so that a wrong certificate stays final."""
    with pytest.raises(NotSentError) as caught:
        await ClientCredentials(TokenSource(failure), RealClock()).prepare(no_send)
    assert caught.value is failure


@virtual
async def test_forgotten_client_credentials_are_fetched_anew() -> None:
    source = TokenSource()
    bearer = ClientCredentials(source, RealClock())
    for _ in range(2):
        await bearer.prepare(no_send)
    bearer.forget()
    for _ in range(2):
        await bearer.prepare(no_send)
    assert (source.fetches, bearer.issued) == (2, 2)
