"""Calls of RingMe in an outage that begins before there is a token."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

import pytest

from stringee_async import NotSentError, OutcomeUnknownError, RetryPolicy, RingMeClient, bulk
from stringee_async.core.messages import Request, Response

from ..kit import RawServer, answer, reset, virtual
from .rig import CLIENT_ID, CLIENT_SECRET, GRANT, ApiTransport, ringme_over


@virtual
async def test_a_run_of_ensures_survives_an_outage_before_the_first_token() -> None:
    """Calls that end because the token endpoint cannot be reached hold the run, and all of them run again."""
    started = asyncio.get_running_loop().time()
    rows: list[dict[str, object]] = []

    def grant(_: Request) -> Response:
        if asyncio.get_running_loop().time() - started < 20.0:
            raise OutcomeUnknownError("the connection broke")
        return answer(GRANT)

    def vendor(request: Request) -> Response:
        if request.method == "GET":
            return answer(rows)
        fields = json.loads(request.body or b"")
        rows.append({"id": len(rows) + 1, "number": fields["number"], "name": fields["name"]})
        return answer(rows[-1])

    transport = ApiTransport(default=vendor, grant=grant, latency=0.1)
    async with ringme_over(transport, retry=RetryPolicy(max_attempts=1)) as client:

        async def ensure(item: int) -> str:
            return (await client.agents.remote.ensure(number=f"8490{item:07d}", name="An")).id

        states = Counter([one.state async for one in bulk(ensure, range(30), concurrency=8)])
    assert states == {"done": 30}
    assert len({row["number"] for row in rows}) == len(rows) == 30
    assert len(transport.requests) == 60
    assert len(transport.tokens.requests) <= 8 + 8  # one attempt of each caller, and one of each probe


@virtual
async def test_a_mistyped_url_ends_a_run_after_five_pages() -> None:
    transport = ApiTransport(grant=answer(b"<html>", 404, Content_Type="text/html"), latency=0.1)
    started = asyncio.get_running_loop().time()
    async with ringme_over(transport, retry=RetryPolicy(max_attempts=1)) as client:

        async def find(item: int) -> object:
            return await client.agents.remote.find(number=f"8490{item:07d}")

        outcomes = [one async for one in bulk(find, range(50), concurrency=4)]
    assert Counter(one.state for one in outcomes)["not_started"] >= 40
    assert all(
        isinstance(one.error, NotSentError) and "root of the API server" in str(one.error) for one in outcomes
    )
    assert asyncio.get_running_loop().time() - started < 5.0
    assert transport.requests == []


async def test_a_lost_token_response_does_not_say_that_the_vendor_may_have_acted() -> None:
    async with RawServer(default=reset) as server:
        client = RingMeClient(CLIENT_ID, CLIENT_SECRET, url=server.url, retry=RetryPolicy(max_attempts=1))
        async with client:
            with pytest.raises(NotSentError) as caught:
                await client.agents.local.list().collect()
        assert len(server.requests) == 1
    assert caught.value.outcome == "not_sent"
    assert (
        "no token was issued (OutcomeUnknownError: after POST left, the server reset the connection"
        in str(caught.value)
    )
    assert "may have acted" not in str(caught.value)
