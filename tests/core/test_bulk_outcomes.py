"""The outcomes of a bulk run: the state of an item and the error on it say the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from stringee_async import NotSentError, OutcomeUnknownError, RetryPolicy, bulk
from stringee_async.core.wire import Request, Response
from tests.kit import ScriptedTransport, answer, client_over, virtual

_REFUSED = answer({"r": 3, "message": "no"}, 400)
_GATEWAY = answer(b"<html>", 503, Content_Type="text/html")


def _raise() -> Response:
    raise NotSentError("no connection; nothing was sent")


@pytest.mark.parametrize("later", [_raise, lambda: _REFUSED, lambda: _GATEWAY])
@pytest.mark.parametrize("patience", [5.0, 300.0])
@virtual
async def test_the_error_of_an_unknown_item_says_that_its_write_may_have_been_carried_out(
    later: Callable[[], Response], patience: float
) -> None:
    """An `ensure` whose create was lost and whose next run ends otherwise is unknown, by its state and its error."""
    started = asyncio.get_running_loop().time()

    async def vendor(request: Request) -> Response:
        away = asyncio.get_running_loop().time() - started
        await asyncio.sleep(0.1)
        if away < 0.05:
            return answer(
                {"r": 0, "data": {"agents": [], "totalPages": 1, "currentPage": 1, "totalAgents": 0}}
            )
        if request.method == "POST":
            raise OutcomeUnknownError("the connection broke; the vendor may have acted")
        if away < 2.0:
            raise NotSentError("no connection; nothing was sent")
        return later()

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:

        async def ensure(item: int) -> Any:
            return await client.agents.ensure(name="An", stringee_user_id=f"u{item}")

        outcomes = [one async for one in bulk(ensure, range(8), concurrency=8, patience=patience)]
        assert client.stats().unknown == 8
    assert {one.state for one in outcomes} == {"unknown"}
    for one in outcomes:
        assert isinstance(one.error, OutcomeUnknownError)
        assert one.error.outcome == "unknown"
        assert "may have" in str(one.error)
    assert transport.count("agents.create") == 8
