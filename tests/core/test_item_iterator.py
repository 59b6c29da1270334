"""Leaving a listing at any point: no task stays, no page is lost, and the client stays usable."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import pytest

from stringee_async.core.errors import NotSentError, OutcomeUnknownError, PagingError
from stringee_async.core.loops import cancel
from stringee_async.core.paging import Page, Paged
from tests.kit import ScriptedTransport, VirtualLoop, answer, client_over, virtual

from ..kit.listings import Source, Table, _token, page
from .rig import sdk_tasks, without_collector


async def _leave_by_break(listing: Paged[int]) -> None:
    async for row in listing:
        if row == 220:
            break


async def _leave_by_return(listing: Paged[int]) -> None:
    async for row in listing:
        if row == 220:
            return


async def _leave_by_exception(listing: Paged[int]) -> None:
    async for row in listing:
        if row == 220:
            raise LookupError


async def _leave_by_cancel(listing: Paged[int]) -> None:
    async for row in listing:
        if row == 220:
            task = asyncio.current_task()
            task.cancel()


async def _leave_by_cancel_in_the_body(listing: Paged[int]) -> None:
    async for row in listing:
        if row == 220:
            task = asyncio.current_task()
            task.cancel()
            await asyncio.sleep(1)


async def _leave_pages_by_break(listing: Paged[int]) -> None:
    async for found in listing.pages():
        if found.number == 5:
            break


@pytest.mark.parametrize(
    "leave",
    [
        _leave_by_break,
        _leave_by_return,
        _leave_by_exception,
        _leave_by_cancel,
        _leave_by_cancel_in_the_body,
        _leave_pages_by_break,
    ],
)
@virtual
async def test_leaving_the_loop_leaves_no_task(leave: Callable[[Paged[int]], Any]) -> None:
    table = Table(list(range(5000)), latency=0.1, slow_from=6)
    with without_collector():
        task = asyncio.ensure_future(leave(table.listing(8)))
        # `asyncio.wait` keeps the task and with it the error and its traceback, as a caller may.
        await asyncio.wait([task])
        await asyncio.sleep(0)
        assert sdk_tasks() == 0
        assert table.cancelled >= 4
        assert task.cancelled() or task.exception() is None or isinstance(task.exception(), LookupError)
        del task
    gc.collect()
    table.slow_from = 10**9
    assert (await table.listing(8).collect())[-1] == 4999


@virtual
async def test_the_client_stays_usable_after_a_break() -> None:
    async def vendor(request: Any) -> Any:
        number = int(request.url.split("page=")[1].split("&")[0])
        block = {"totalPages": 100, "totalAgents": "5000", "currentPage": number}
        return answer({"r": 0, "data": {**block, "agents": [{"id": f"A{number}-{n}"} for n in range(50)]}})

    transport = ScriptedTransport(default=vendor, latency=0.1)
    async with client_over(transport, max_connections=8) as client:
        rows = client.agents.list(read_ahead=8)
        async for agent in rows:
            if agent.id.startswith("A9-"):
                break
        await asyncio.sleep(0)
        assert sdk_tasks() == 0
        assert transport.in_flight == 0
        assert (client.stats().in_flight, client.stats().queued) == (0, 0)
        assert (await client.agents.list().first()).id == "A1-0"  # type: ignore[union-attr]


@pytest.mark.parametrize("whole", [False, True])
@virtual
async def test_a_paging_error_leaves_no_task(whole: bool) -> None:
    async def fetch(number: int, size: int) -> Page[int]:
        await asyncio.sleep(0.1 if number < 4 else 5)
        items = (7, 8) if number in {2, 3} else (number * 2, number * 2 + 1)
        return page(items, number, 100, total=200)

    listing = Paged(Source(fetch), key=lambda row: row, page_size=2, read_ahead=8)
    with pytest.raises(PagingError) as caught:
        async for _ in listing.pages() if whole else listing:
            pass
    await asyncio.sleep(0)
    assert caught.value.status is None  # and is held until here
    assert sdk_tasks() == 0


@virtual
async def test_an_iterator_that_is_kept_leaves_no_task_at_its_end() -> None:
    async def fetch(number: int, size: int) -> Page[int]:
        await asyncio.sleep(0.1 if number < 5 else 50)
        return page((number,), number, 4 if number == 4 else 20)

    listing = Paged(Source(fetch), key=lambda row: row, page_size=2, read_ahead=8)
    rows = listing.pages()
    assert [found.number async for found in rows] == [1, 2, 3, 4]
    items = aiter(
        Paged(Source(fetch), key=lambda row: row, page_size=2, read_ahead=8).resume(_token(listing, 1, 1))
    )
    assert [row async for row in items] == [2, 3, 4]
    await asyncio.sleep(0)
    del rows
    await asyncio.sleep(0)
    assert sdk_tasks() == 0
    with pytest.raises(StopAsyncIteration):
        await anext(items)


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_a_failed_or_cancelled_page_is_asked_for_again(read_ahead: int) -> None:
    table = Table(list(range(40)), size=5, latency=0.1)
    faults = {4, 9}

    def fail(count: int) -> None:
        if count in faults:
            raise NotSentError("no connection")

    table.change = fail
    for rows in (aiter(table.listing(read_ahead)), table.listing(read_ahead).pages()):
        table.asked.clear()
        seen: list[int] = []
        errors = 0
        while True:
            try:
                async with asyncio.timeout(0.05 if len(seen) == 5 and not errors % 3 else None):
                    found: Any = await anext(rows)
            except (NotSentError, TimeoutError):
                errors += 1
            except StopAsyncIteration:
                break
            else:
                seen.extend(found.items if isinstance(found, Page) else [found])
        assert seen == list(range(40))
        assert errors


@virtual
async def test_an_iterator_dropped_in_another_thread_is_stopped() -> None:
    table = Table(list(range(5000)), latency=0.1, slow_from=9)
    rows = [aiter(table.listing(8))]
    for _ in range(400):
        await anext(rows[0])
    assert sdk_tasks() > 0
    thread = threading.Thread(target=rows.clear)
    thread.start()
    thread.join()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sdk_tasks() == 0


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("failed", [False, True])
def test_a_failed_page_ahead_that_is_not_read_logs_nothing(closed: bool, failed: bool) -> None:
    """A page ahead that failed, before or after its iterator was dropped, in a loop that runs or not: no complaint."""
    loop = VirtualLoop()
    complaints: list[Any] = []
    loop.set_exception_handler(lambda _, context: complaints.append(context))

    async def fetch(number: int, size: int) -> Page[int]:
        if number > 1:
            with suppress(asyncio.CancelledError):  # a call whose client is closed ends in an error, too
                await asyncio.sleep(0.001 if failed else 5)
            raise OutcomeUnknownError
        return Page(items=(1,), number=1, total_pages=9, total=9, page_size=size)

    async def leave() -> None:
        run = aiter(Paged(Source(fetch), key=lambda row: row, page_size=1, read_ahead=4))
        run.read_to_end()
        assert await anext(run) == 1
        with suppress(TimeoutError, OutcomeUnknownError):
            await asyncio.wait_for(anext(run), 1)  # the pages behind the one that failed or did not come
        if closed:
            left.append(run)
        del run
        await asyncio.sleep(10)

    left: list[Any] = []
    loop.run_until_complete(leave())
    loop.close()
    left.clear()
    gc.collect()
    assert complaints == []


def test_an_iterator_dropped_after_its_loop_is_harmless() -> None:
    loop = VirtualLoop()
    failing = loop.create_task(_fail())
    waiting = loop.create_task(asyncio.sleep(1))
    loop.run_until_complete(asyncio.wait([failing]))
    complaints: list[Any] = []
    loop.set_exception_handler(lambda _, context: complaints.append(context["message"]))
    loop.close()
    cancel([failing, waiting], loop)
    assert not waiting.cancelling()
    del failing
    gc.collect()
    assert complaints == []


async def _fail() -> None:
    raise OutcomeUnknownError


@virtual
async def test_collect_asks_for_the_next_page_before_it_reads_one() -> None:
    """One page is under way at any time, and never two; the last page is the last that is asked for."""
    events: list[str] = []
    under_way = 0

    async def fetch(number: int, size: int) -> Page[int]:
        nonlocal under_way
        events.append(f"ask {number}")
        under_way += 1
        assert under_way == 1
        await asyncio.sleep(1)
        under_way -= 1
        return Page(items=(number,), number=number, total_pages=4, total=4, page_size=size)

    def key(row: int) -> int:
        events.append(f"read {row}")
        return row

    assert await Paged(Source(fetch), key=key, page_size=1).collect() == [1, 2, 3, 4]
    assert events == ["ask 1", "read 1", "ask 2", "ask 3", "read 2", "ask 4", "read 3", "read 4"]


@virtual
async def test_a_page_is_not_lost_if_its_reader_is_cancelled_while_the_next_one_leaves() -> None:
    reader: asyncio.Task[int] | None = None

    async def fetch(number: int, size: int) -> Page[int]:
        if number == 3 and reader is not None:
            reader.cancel()
        await asyncio.sleep(1)
        return Page(items=(number,), number=number, total_pages=4, total=4, page_size=size)

    run = aiter(Paged(Source(fetch), key=lambda row: row, page_size=1))
    run.read_to_end()
    assert await anext(run) == 1
    reader = asyncio.create_task(run.__anext__())
    with pytest.raises(asyncio.CancelledError):
        await reader
    reader = None
    assert [row async for row in run] == [2, 3, 4]


@pytest.mark.parametrize("read_ahead", [0, 1, 8])
@virtual
async def test_the_first_page_needs_no_task(read_ahead: int) -> None:
    tasks: list[int] = []

    async def fetch(number: int, size: int) -> Page[int]:
        tasks.append(len(asyncio.all_tasks()))
        return Page(items=(1,), number=number, total_pages=1, total=1, page_size=size)

    assert await Paged(Source(fetch), key=lambda row: row, page_size=1, read_ahead=read_ahead).collect() == [
        1
    ]
    assert tasks == [1]


@virtual
async def test_a_page_that_fails_while_the_one_before_is_read_fails_in_its_turn() -> None:
    """What was read stays read, the error comes where its page would have come, and the page is asked for again."""
    table = Flaky(4, failing={3})
    run = aiter(Paged(Source(table.fetch), key=lambda row: row, page_size=1))
    run.read_to_end()
    assert [await anext(run), await anext(run)] == [1, 2]
    await asyncio.sleep(3)  # page 3 has failed meanwhile
    with pytest.raises(OutcomeUnknownError):
        await anext(run)
    assert [row async for row in run] == [3, 4]
    assert table.asked == [1, 2, 3, 3, 4]


@pytest.mark.parametrize("stubborn", [None, "page", "error"])
@virtual
async def test_a_reader_to_the_end_can_be_cancelled_and_go_on(stubborn: str | None) -> None:
    """A cancelled wait ends the request under way, whatever that makes of it, and the page is asked for again."""
    table = Flaky(4, stubborn=stubborn)
    run = aiter(Paged(Source(table.fetch), key=lambda row: row, page_size=1))
    run.read_to_end()
    assert await anext(run) == 1
    reader = asyncio.create_task(run.__anext__())
    await asyncio.sleep(0.5)
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert [row async for row in run] == [2, 3, 4]
    assert table.asked == [1, 2, 2, 3, 4]


@virtual
async def test_a_reader_does_not_wait_for_a_request_that_was_cancelled_by_others() -> None:
    run = aiter(Paged(Source(Flaky(4).fetch), key=lambda row: row, page_size=1))
    run.read_to_end()
    assert await anext(run) == 1
    reader = asyncio.create_task(run.__anext__())
    await asyncio.sleep(0.5)
    for task in asyncio.all_tasks() - {reader, asyncio.current_task()}:
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(reader, 10)


class Flaky:
    """Pages of one row that take a second each; those in `failing` fail the first time.

    `stubborn` is what a request that is cancelled makes of it: a page, an error, or (None) what it should.
    """

    def __init__(self, pages: int, *, failing: Collection[int] = (), stubborn: str | None = None) -> None:
        self.pages = pages
        self.failing = set(failing)
        self.stubborn = stubborn
        self.asked: list[int] = []

    async def fetch(self, number: int, size: int) -> Page[int]:
        self.asked.append(number)
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            if self.stubborn is None:
                raise
            if self.stubborn == "error":
                raise OutcomeUnknownError from None
        if number in self.failing:
            self.failing.remove(number)
            raise OutcomeUnknownError
        return Page(items=(number,), number=number, total_pages=self.pages, total=self.pages, page_size=size)
