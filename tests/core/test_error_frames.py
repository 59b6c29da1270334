"""Errors that are kept hold nothing of what was read."""

from __future__ import annotations

import asyncio
import gc

import pytest

from stringee_async.core.errors import (
    BODY_CAP,
    ClosedError,
    DeadlineError,
    DecodeError,
    InvalidRequestError,
    NotSentError,
    SdkError,
    ServerError,
)
from stringee_async.core.messages import Response
from stringee_async.core.options import Timeouts
from stringee_async.core.retry import RetryPolicy
from tests.kit import ScriptedTransport, answer, client_over, virtual

from .rig import without_collector

LARGE = b"y" * 2_000_000


KEPT: dict[str, tuple[bytes, int, type[SdkError]]] = {
    "a refusal": (b'{"r": 7, "message": "no", "x": "%s"}' % LARGE, 200, InvalidRequestError),
    "a wrong shape": (b'{"r": 0, "data": 7, "x": "%s"}' % LARGE, 200, DecodeError),
    "no JSON": (b"<html>" + LARGE, 200, DecodeError),
    "a failure": (LARGE, 500, ServerError),
}


@virtual
@pytest.mark.parametrize("attempts", [1, 3])
@pytest.mark.parametrize("case", KEPT)
async def test_an_error_that_is_kept_does_not_keep_the_response(case: str, attempts: int) -> None:
    """Of a response of 2 MB no more than 64 KiB lives as long as its error."""
    body, status, kind = KEPT[case]
    kept: list[SdkError] = []
    transport = ScriptedTransport(default=lambda _: answer(bytes(bytearray(body)), status))
    with without_collector():
        async with client_over(transport, retry=RetryPolicy(max_attempts=attempts)) as client:
            try:
                [_ async for _ in client.agents.list()]
            except SdkError as error:
                kept.append(error)
        large = [
            found for found in gc.get_objects() if isinstance(found, Response) and len(found.body) > 10**6
        ]
    assert type(kept[0]) is kind
    assert large == []
    assert kept[0].body == body[:BODY_CAP]
    assert kept[0].__context__ is None


@virtual
@pytest.mark.parametrize("ending", ["total", "closed"])
async def test_an_error_of_a_call_that_was_ended_keeps_nothing_of_what_it_was_reading(ending: str) -> None:
    async def slow(_: object) -> Response:
        response = answer(bytes(bytearray(LARGE)))
        await asyncio.sleep(100)
        return response

    with without_collector():
        client = client_over(ScriptedTransport(default=slow), timeouts=Timeouts(total=5.0))
        task = asyncio.create_task(client.agents.delete("A1"))
        await asyncio.sleep(1)
        if ending == "closed":
            await client.aclose()
        with pytest.raises(DeadlineError if ending == "total" else ClosedError) as caught:
            await task
        await client.aclose()
        large = [
            found for found in gc.get_objects() if isinstance(found, Response) and len(found.body) > 10**6
        ]
    assert large == []
    assert caught.value.operation == "agents.delete"


@virtual
async def test_what_the_caller_was_handling_stays_with_its_frames() -> None:
    async with client_over(ScriptedTransport(default=lambda _: answer(b"", 500))) as client:
        with pytest.raises(ServerError) as caught:
            try:
                await client.agents.delete("A0")
            except ServerError:
                await client.agents.delete("A1")
    before = caught.value.__context__
    assert isinstance(before, ServerError)
    assert before.__traceback__ is not None
    assert caught.value.__traceback__ is not None


def test_releasing_frames_keeps_the_causes() -> None:
    error, cause = NotSentError("no token"), DecodeError("not JSON")
    cause.__cause__ = OSError("down")
    cause.__cause__.__cause__ = cause
    error.__cause__ = cause
    error.release_frames()
    assert error.__cause__ is cause
    assert cause.__traceback__ is None
