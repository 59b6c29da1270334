"""The outcomes of a bulk run: the state of an item and the error on it say the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from stringee_async import NotSentError, OutcomeUnknownError, RetryPolicy, bulk
from stringee_async.core.messages import Request, Response
from tests.kit import ScriptedTransport, agents, answer, client_over, virtual

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
            return agents()
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


@pytest.mark.parametrize("lost", ["response", "request"])
@virtual
async def test_a_delete_that_was_lost_in_an_outage_is_done_once_the_object_is_gone(lost: str) -> None:
    started = asyncio.get_running_loop().time()
    rows = {f"AG_{number}" for number in range(8)}

    async def vendor(request: Request) -> Response:
        away = asyncio.get_running_loop().time() - started
        await asyncio.sleep(0.1)
        agent = request.url.rsplit("/", 1)[1]
        if away < 5.0:
            if lost == "response":
                rows.discard(agent)
            raise OutcomeUnknownError("the connection broke")
        if agent not in rows:
            return answer({"r": -1, "message": "Agent not found"})
        rows.discard(agent)
        return answer({"r": 0})

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:

        async def delete(item: int) -> None:
            await client.agents.delete(f"AG_{item}")

        outcomes = [one async for one in bulk(delete, range(8), concurrency=8)]
        assert client.stats().unknown == 0
    assert rows == set()
    assert {one.state for one in outcomes} == {"done"}


@virtual
async def test_another_delete_of_the_same_item_is_not_taken_for_the_one_that_was_lost() -> None:
    """Only the very same request counts: another object that is not there is still an error, and the item unknown."""
    started = asyncio.get_running_loop().time()

    async def vendor(_: Request) -> Response:
        away = asyncio.get_running_loop().time() - started
        await asyncio.sleep(0.1)
        if away < 5.0:
            raise OutcomeUnknownError("the connection broke")
        return answer({"r": -1, "message": "Agent not found"})

    runs: dict[int, int] = {}
    transport = ScriptedTransport(default=vendor)
    async with client_over(transport, retry=RetryPolicy(max_attempts=1)) as client:

        async def delete(item: int) -> None:
            runs[item] = runs.get(item, 0) + 1
            await client.agents.delete(f"AG_{item}_{runs[item]}")

        outcomes = [one async for one in bulk(delete, range(8), concurrency=8)]
    assert {one.state for one in outcomes} == {"unknown"}
    assert all("Agent not found" in str(one.error) for one in outcomes)


@virtual
async def test_one_class_of_errors_is_taken_for_a_tuple_of_it() -> None:
    """`stop_on=ValueError` stops at a ValueError, and a source that only has `__getitem__` is one."""

    class Rows:
        def __getitem__(self, index: int) -> int:
            return range(3)[index]

    async def work(item: int) -> None:
        raise ValueError(item)

    rows: Any = Rows()
    run = bulk(work, rows, concurrency=1, stop_on=ValueError)  # type: ignore[arg-type]
    assert [one.state async for one in run] == ["failed", "not_started", "not_started"]
