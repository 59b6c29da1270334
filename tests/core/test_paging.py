"""Listings: nothing missed, nothing twice, nothing left running, and an honest word where that cannot be.

The listings here are read from a table in memory that counts requests and can change between two pages.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import itertools
import random
import threading
from collections.abc import Callable, Collection, Coroutine
from contextlib import suppress
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stringee_async import StringeeClient
from stringee_async.core.errors import ConfigError, NotSentError, OutcomeUnknownError, PagingError
from stringee_async.core.json_codec import encode
from stringee_async.core.model import Malformed
from stringee_async.core.paging import Page, Paged
from stringee_async.core.tasks import cancel
from tests.kit import (
    ICC,
    KEY_SECRET,
    KEY_SID,
    ScriptedTransport,
    VirtualLoop,
    answer,
    client_over,
    virtual,
)


@attrs.frozen
class Source:
    """A source of pages that a function fetches.

    Args:
        fetch_page: Fetches the page of this number and size.
        scope: What tells the listing from others.
    """

    fetch_page: Callable[[int, int], Coroutine[Any, Any, Page[Any]]]
    scope: str = "t"
    name: str = ""

    def fetch(self, number: int, *, size: int, run: object) -> Coroutine[Any, Any, Page[Any]]:
        return self.fetch_page(number, size)


class Table:
    """A vendor's table, read by page number like every listing of this vendor.

    Args:
        rows: The rows.
        size: Rows per page.
        latency: Seconds of loop time for each page.
        change: Called with the request's count before each page but the first.
        totals: What is stated: `both`, `pages` only, or `none`.
        slow_from: Number of the first page that takes a hundred times as long.
    """

    def __init__(
        self,
        rows: list[int],
        *,
        size: int = 50,
        latency: float = 0.0,
        change: Callable[[int], None] | None = None,
        totals: str = "both",
        slow_from: int = 10**9,
    ) -> None:
        self.slow_from = slow_from
        self.rows, self.size, self.latency, self.change, self.totals = rows, size, latency, change, totals
        self.asked: list[int] = []
        self.cancelled = 0
        self.in_flight = self.peak = 0

    async def fetch(self, number: int, size: int) -> Page[int]:
        self.asked.append(number)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            if self.latency:
                await asyncio.sleep(self.latency * (100 if number >= self.slow_from else 1))
            if self.change is not None and len(self.asked) > 1:
                self.change(len(self.asked))
            return self.page(number, size)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.in_flight -= 1

    def page(self, number: int, size: int) -> Page[int]:
        return Page(
            items=tuple(self.rows[(number - 1) * size : number * size]),
            number=number,
            total_pages=None if self.totals == "none" else -(-len(self.rows) // size),
            total=len(self.rows) if self.totals == "both" else None,
            page_size=size,
        )

    def listing(self, read_ahead: int = 0, scope: str = "t") -> Paged[int]:
        return Paged(
            Source(self.fetch, scope), key=lambda row: row, page_size=self.size, read_ahead=read_ahead
        )


def scripted(*pages: Page[int], read_ahead: int = 0) -> tuple[Paged[int], list[int]]:
    """Make a listing whose requests get these pages in turn, the last one for ever; and what was asked."""
    asked: list[int] = []

    async def fetch(number: int, size: int) -> Page[int]:
        asked.append(number)
        assert len(asked) < 200, "endless paging"
        return pages[min(len(asked), len(pages)) - 1]

    return Paged(Source(fetch), key=lambda row: row, page_size=2, read_ahead=read_ahead), asked


def page(
    items: tuple[int, ...], number: int = 1, total_pages: int | None = 1, total: int | None = None
) -> Page[int]:
    return Page(items=items, number=number, total_pages=total_pages, total=total, page_size=2)


def sdk_tasks() -> int:
    return len(asyncio.all_tasks()) - 1


# rows that move


@pytest.mark.parametrize("read_ahead", [0, 8])
@pytest.mark.parametrize("every", [1, 3])
@virtual
async def test_deleting_while_iterating_yields_each_row_once(every: int, read_ahead: int) -> None:
    """With the loop body deleting every row, or every third one, each row is yielded exactly once."""
    table = Table(list(range(5000)), latency=0.01 if read_ahead else 0.0)
    listing = table.listing(read_ahead)
    seen = []
    async for row in listing:
        seen.append(row)
        if len(seen) % every == 0:
            table.rows.remove(row)
    assert sorted(seen) == list(range(5000))
    assert listing.drift is not None
    assert listing.drift.certain
    assert (listing.drift.first_total, listing.drift.last_total) == (5000, len(table.rows))
    assert len(table.asked) < 1500


@pytest.mark.parametrize("every", [1, 3])
@virtual
async def test_deleting_agents_through_the_client(every: int) -> None:
    """The same rule holds through the client: 5,000 agents, deleted while they are listed."""
    ids = [f"A{n}" for n in range(5000)]

    def vendor(request: Any) -> Any:
        if request.method == "DELETE":
            ids.remove(request.url.rsplit("/", 1)[1])
            return answer()
        query = dict(part.split("=") for part in request.url.split("?")[1].split("&"))
        number, limit = int(query["page"]), int(query["limit"])
        rows = [{"id": name} for name in ids[(number - 1) * limit : number * limit]]
        block = {
            "totalAgents": str(len(ids)),
            "totalPages": -(-len(ids) // limit),
            "currentPage": number,
            "agents": rows,
        }
        return answer({"r": 0, "data": block})

    transport = ScriptedTransport(default=vendor)
    async with client_over(transport) as client:
        seen = []
        async for agent in client.agents.list(page_size=50):
            seen.append(agent.id)
            if len(seen) % every == 0:
                await client.agents.delete(agent.id)
    assert len(seen) == 5000
    assert set(seen) == {f"A{n}" for n in range(5000)}
    assert transport.count("agents.delete") == 5000 // every


CHANGES = st.lists(st.tuples(st.booleans(), st.integers(0, 10**6), st.integers(1, 3)), max_size=40)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    count=st.integers(0, 60),
    changes=CHANGES,
    read_ahead=st.sampled_from([0, 4]),
    totals=st.sampled_from(["both", "pages"]),
)
def test_changes_by_others_lose_and_repeat_nothing_in_silence(
    count: int, changes: list[tuple[bool, int, int]], read_ahead: int, totals: str
) -> None:
    """Rows that existed throughout come exactly once, or the listing raises or says that it is not sure."""
    # Where only pages are stated, a change counts as seen when it moves their number: one whole page of rows.
    step = 5 if totals == "pages" else 1
    table = Table(list(range(count)), size=5, totals=totals)
    fresh = iter(range(1000, 10**6))
    script = iter(changes)
    kept = set(table.rows)

    def change(_: int) -> None:
        insert, where, times = next(script, (False, 0, 0))
        for _ in range(times * step):
            if insert:
                table.rows.insert(where % (len(table.rows) + 1), next(fresh))
            elif table.rows:
                kept.discard(table.rows.pop(where % len(table.rows)))

    table.change = change
    listing = table.listing(read_ahead)
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        try:
            seen = runner.run(listing.collect())
        except PagingError:
            return
    assert len(seen) == len(set(seen))
    if listing.drift is None or listing.drift.certain:
        assert kept <= set(seen)


@virtual
async def test_a_removal_and_an_addition_between_two_pages_cannot_be_seen() -> None:
    """Known limit: a removal and an addition that cancel out between two pages leave no trace."""
    table = Table([1, 2, 3, 4], size=2)

    def swap(count: int) -> None:
        if count == 2:
            table.rows.remove(1)
            table.rows.append(5)

    table.change = swap
    listing = table.listing()
    assert await listing.collect() == [1, 2, 4, 5]  # 3 slipped to page 1, which had been read
    assert listing.drift is None


@virtual
async def test_a_listing_that_keeps_changing_is_read_a_bounded_number_of_times() -> None:
    """If rows move during every pass, the reading ends after three passes and says that it is not certain."""
    table = Table([1, 2, 3, 4], size=2)
    table.change = lambda count: table.rows.append(count + 100)
    listing = table.listing()
    seen = []
    async for row in listing:
        seen.append(row)
        if len(table.rows) > 5:
            del table.rows[5:]
    assert seen[:4] == [1, 2, 3, 4]
    assert listing.drift is not None
    assert not listing.drift.certain
    assert listing.drift.passes == 3


@virtual
async def test_rows_moved_to_a_later_page_come_once_and_are_counted() -> None:
    """A row that an insert in front pushes to the next page is not repeated, costs no second pass, and is counted."""
    table = Table(list(range(9)), size=3)
    table.change = lambda count: table.rows.insert(0, 100) if count == 2 else None
    listing = table.listing()
    assert await listing.collect() == list(range(9))
    assert table.asked == [1, 2, 3, 4]
    assert listing.drift is not None
    assert (listing.drift.repeated, listing.drift.passes, listing.drift.certain) == (1, 1, True)


@virtual
async def test_a_repeated_row_alone_is_drift() -> None:
    """Where the totals say nothing, a row that comes again out of its order is enough to sweep once more."""
    listing, asked = scripted(page((1, 2), 1, 2), page((1, 3), 2, 2), page((0, 1), 1, 2), page((2, 3), 2, 2))
    assert await listing.collect() == [1, 2, 3, 0]
    assert asked == [1, 2, 1, 2]
    assert listing.drift is not None
    assert listing.drift.certain


@pytest.mark.parametrize("read_ahead", [0, 1, 3])
@virtual
async def test_rows_pushed_back_cost_no_second_pass_where_nothing_is_stated(read_ahead: int) -> None:
    """A page that begins with the last rows of the page before proves that none lies between, however many rows there are."""
    rows, asked = list(range(30)), list[int]()

    async def fetch(number: int, size: int) -> Page[int]:
        asked.append(number)
        if number > 1:
            rows.insert(0, 100 + number)
        part = tuple(rows[(number - 1) * size : number * size])
        return Page(items=part, number=number, total_pages=None, total=None, page_size=size)

    listing = Paged(Source(fetch), key=int, page_size=4, read_ahead=read_ahead)
    assert await listing.collect() == list(range(30))
    assert asked == list(range(1, 11))
    assert listing.drift is not None
    assert (listing.drift.repeated, listing.drift.passes, listing.drift.certain) == (9, 1, True)


@pytest.mark.parametrize("inserted", [60, 55])
@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_a_listing_that_grows_faster_than_it_is_read_comes_to_an_end(
    inserted: int, read_ahead: int
) -> None:
    """More than a page of rows in front of each page: the run ends, and says that it is not certain."""
    fresh = itertools.count(1_000)
    table = Table(list(range(300)))
    table.change = lambda _: table.rows.__setitem__(slice(0, 0), [next(fresh) for _ in range(inserted)])
    listing = Paged(Source(table.fetch), key=int, page_size=50, read_ahead=read_ahead)
    rows = await listing.collect()
    assert len(set(rows)) == len(rows)
    assert len(table.asked) <= 40 + read_ahead
    assert listing.drift is not None
    assert not listing.drift.certain
    assert not listing.certain


@virtual
async def test_pages_read_at_once_prove_nothing_by_rows_that_come_again() -> None:
    """Pages that are under way together may be older than the one before them: a row that comes again means another pass."""
    pages = {1: page((1, 2), 1, 4), 2: page((2, 3), 2, 4), 3: page((5, 6), 3, 4), 4: page((7, 8), 4, 4)}
    asked: list[int] = []

    async def fetch(number: int, size: int) -> Page[int]:
        asked.append(number)
        if asked.count(1) == 2:
            pages.update({2: page((3, 4), 2, 4)})
        return pages[number]

    listing = Paged(Source(fetch), key=int, page_size=2, read_ahead=3)
    assert [row async for row in listing] == [1, 2, 3, 5, 6, 7, 8, 4]
    assert asked.count(1) == 2


@virtual
async def test_a_listing_that_shrinks_while_rows_are_added_is_read_three_times() -> None:
    """More passes are for a loop that deletes what it reads; rows that come beyond those of the start are added ones."""
    rows, fresh, asked = list(range(60)), iter(range(100, 1000)), list[int]()

    async def fetch(number: int, size: int) -> Page[int]:
        asked.append(number)
        if len(asked) > 1 and len(rows) > 20:
            del rows[:2]
            rows.append(next(fresh))
        part = tuple(rows[(number - 1) * size : number * size])
        return Page(
            items=part, number=number, total_pages=-(-len(rows) // size), total=len(rows), page_size=size
        )

    listing = Paged(Source(fetch), key=int, page_size=10)
    await listing.collect()
    assert asked.count(1) == 3
    assert listing.drift is not None
    assert (listing.drift.passes, listing.drift.certain, listing.certain) == (3, False, False)


@virtual
async def test_a_number_of_pages_that_changes_is_drift() -> None:
    """Where the vendor states pages and no total, a change of their number means another sweep."""
    listing, asked = scripted(page((1, 2), 1, 3), page((4, 5), 2, 2), page((1, 3), 1, 2), page((4, 5), 2, 2))
    assert [row async for row in listing] == [1, 2, 4, 5, 3]
    assert asked == [1, 2, 1, 2]


@virtual
async def test_a_quiet_listing_has_no_drift_and_is_read_once() -> None:
    """Nothing moved: no drift, one request for each page, and the next loop reads afresh."""
    table = Table(list(range(7)), size=3)
    listing = table.listing()
    assert await listing.collect() == await listing.collect() == list(range(7))
    assert table.asked == [1, 2, 3, 1, 2, 3]
    assert listing.drift is None


@virtual
async def test_a_large_listing_under_change_is_whole() -> None:
    """20,000 rows while rows are added and removed between pages: each that stayed comes once."""
    dice = random.Random(7)
    table = Table(list(range(20_000)), size=100)
    kept = set(table.rows)
    fresh = iter(range(100_000, 200_000))

    def change(count: int) -> None:
        if count > 300:
            return
        if dice.random() < 0.3:
            kept.discard(table.rows.pop(dice.randrange(len(table.rows))))
        elif dice.random() < 0.3:
            table.rows.insert(dice.randrange(len(table.rows)), next(fresh))

    table.change = change
    listing = table.listing(8)
    seen = await listing.collect()
    assert len(seen) == len(set(seen))
    assert kept <= set(seen)
    assert listing.drift is not None
    assert listing.drift.certain


@virtual
async def test_a_removal_behind_which_rows_are_added_costs_another_pass() -> None:
    """If the total grows by more than rows come again, a row may have been skipped, so the listing is read again."""
    table = Table(list(range(12)), size=4)

    def change(count: int) -> None:
        if count == 2:
            table.rows.remove(0)
            table.rows += [100, 101]

    table.change = change
    listing = table.listing()
    assert set(range(1, 12)) <= set(await listing.collect())
    assert listing.drift is not None
    assert (listing.drift.passes, listing.drift.certain) == (2, True)


# where the end is


@virtual
async def test_empty_and_short_pages_do_not_end_a_listing() -> None:
    """The end is decided by the number of pages, never by an empty or short page."""
    listing, asked = scripted(page((), 1, 4), page((1,), 2, 4), page((), 3, 4), page((2, 3), 4, 4))
    assert await listing.collect() == [1, 2, 3]
    assert asked == [1, 2, 3, 4]


@virtual
async def test_first_looks_behind_an_empty_page() -> None:
    """`first` costs one page, and more only where that page is empty though others follow."""
    listing, asked = scripted(page((7, 8), 1, 2))
    assert await listing.first() == 7
    assert asked == [1]
    listing, asked = scripted(page((), 1, 2), page((9,), 2, 2))
    assert await listing.first() == 9
    listing, asked = scripted(page((), 1, 0))
    assert await listing.first() is None
    assert asked == [1]


@virtual
async def test_total_costs_one_page() -> None:
    """`total` is what the vendor states."""
    listing, asked = scripted(page((1, 2), 1, 2, total=3))
    assert await listing.total() == 3
    assert asked == [1]


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_without_any_total_a_short_page_is_the_end(read_ahead: int) -> None:
    """Where the vendor states neither pages nor rows, only a short page can be the end."""
    table = Table([1, 2, 3, 4, 5], size=2, totals="none")
    assert await table.listing(read_ahead).collect() == [1, 2, 3, 4, 5]
    assert table.asked == [1, 2, 3]
    assert [len(found.items) async for found in table.listing(read_ahead).pages()] == [2, 2, 1]


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_a_total_of_rows_alone_ends_a_listing_of_short_pages(read_ahead: int) -> None:
    """Where rows are stated and pages are not, the listing goes on over short pages and costs no request more."""
    found = [page((1, 2), 1, None, 4), page((3,), 2, None, 4), page((4,), 3, None, 4)]
    sized = [attrs.evolve(one, page_size=1) for one in found]
    listing, asked = scripted(*sized, read_ahead=read_ahead)
    assert await listing.collect() == [1, 2, 3, 4]
    assert (asked, listing.drift) == ([1, 2, 3], None)
    listing, asked = scripted(*sized)
    assert [one.items async for one in listing.pages()] == [(1, 2), (3,), (4,)]
    assert asked == [1, 2, 3]


@virtual
async def test_pages_from_the_middle_end_at_an_empty_or_repeated_page() -> None:
    """Who begins behind page 1 does not know how many rows came before, so the total cannot be the end."""
    last = page((5, 6), 3, None, 6)
    for ending in (page((), 4, None, 6), attrs.evolve(last, number=4)):
        listing, asked = scripted(page((3, 4), 2, None, 6), last, ending)
        assert [one.items async for one in listing.pages(2)] == [(3, 4), (5, 6)]
        assert asked == [2, 3, 4]


@virtual
async def test_fewer_rows_than_stated_are_not_called_certain() -> None:
    """A listing that ends early brings what there is, and says that rows may be missing; a resumed one says nothing new."""
    found = page((1, 2), 1, None, 9), page((), 2, None, 9)
    listing, _ = scripted(*found)
    reader = aiter(listing)
    assert [await anext(reader), await anext(reader)] == [1, 2]
    token = reader.token()
    with pytest.raises(StopAsyncIteration):
        await anext(reader)
    assert listing.drift is not None
    assert (listing.drift.passes, listing.drift.certain) == (1, False)
    resumed = scripted(*found)[0].resume(token)
    assert (await resumed.collect(), resumed.drift) == ([], None)


# paging that does not advance


@virtual
async def test_malformed_rows_that_come_again_end_a_listing_without_totals() -> None:
    """A server that ignores the page number and serves nothing but rows of which no model can be made is not read for ever."""
    odd = (Malformed(path="$[0]", reason="odd", value={"id": None}),)
    served = [
        Page[int](items=(), number=n, total_pages=None, total=None, page_size=1, malformed=odd)
        for n in (1, 2)
    ]
    listing, asked = scripted(*served)
    assert (await listing.collect(), asked) == ([], [1, 2])
    listing, asked = scripted(*served)
    assert len([one async for one in listing.pages()]) == 1
    assert asked == [1, 2]


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_the_same_page_again_is_an_error(read_ahead: int) -> None:
    """A server that ignores the page number is asked once more, then it is a PagingError."""
    asked = []

    async def fetch(number: int, size: int) -> Page[int]:
        asked.append(number)
        return page((1, 2), number, 5, total=9)

    listing = Paged(Source(fetch), key=lambda row: row, page_size=2, read_ahead=read_ahead)
    seen = []
    with pytest.raises(PagingError, match="no new row, twice"):
        async for row in listing:
            seen.append(row)
    assert seen == [1, 2]
    assert asked[:3] == [1, 2, 2]
    assert len(asked) == (4 if read_ahead else 3)


@virtual
async def test_a_page_repeated_once_is_forgiven() -> None:
    """A page that was stale at first and right when asked again goes on without loss."""
    listing, asked = scripted(page((1, 2), 1, 2, 4), page((1, 2), 2, 2, 4), page((3, 4), 2, 2, 4))
    assert await listing.collect() == [1, 2, 3, 4]
    assert asked == [1, 2, 2]


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_growing_totals_with_the_same_rows_are_an_error(read_ahead: int) -> None:
    """A listing whose end recedes while the same rows come again stops after one repeated page."""
    asked = []

    async def fetch(number: int, size: int) -> Page[int]:
        asked.append(number)
        return page((1, 2), number, number + 1, total=2 * number + 2)

    with pytest.raises(PagingError):
        await Paged(Source(fetch), key=lambda row: row, page_size=2, read_ahead=read_ahead).collect()
    assert len(asked) <= 4


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_growing_totals_with_empty_pages_are_an_error(read_ahead: int) -> None:
    """A listing whose end recedes while its pages are empty stops, too."""
    asked = []

    async def fetch(number: int, size: int) -> Page[int]:
        asked.append(number)
        assert len(asked) < 50, "endless paging"
        return page((), number, number + 1)

    with pytest.raises(PagingError, match="keeps growing"):
        await Paged(Source(fetch), key=lambda row: row, page_size=2, read_ahead=read_ahead).collect()
    assert len(asked) <= 5


@virtual
async def test_an_end_that_recedes_once_is_believed() -> None:
    """One empty page while rows are added elsewhere is no error."""
    listing, _ = scripted(
        page((1, 2), 1, 2), page((), 2, 3), page((3, 4), 3, 3), page((1, 2), 1, 3), page((), 2, 3),
        page((3, 4), 3, 3),
    )  # fmt: skip
    assert await listing.collect() == [1, 2, 3, 4]


@pytest.mark.parametrize("total_pages", [5, None])
@virtual
async def test_a_wrong_echo_of_the_page_number_is_an_error(total_pages: int | None) -> None:
    """A page that says it is another one is asked for once more, then it is a PagingError."""
    listing, asked = scripted(page((1, 2), 1, total_pages), page((3, 4), 7, total_pages))
    seen = []
    with pytest.raises(PagingError):
        async for row in listing:
            seen.append(row)
    assert seen == [1, 2]
    assert asked == [1, 2, 2]


@pytest.mark.parametrize("totals", [{"total_pages": None}, {"total_pages": 5, "total": 2}])
@virtual
async def test_a_repeated_last_page_is_the_end(totals: dict[str, int | None]) -> None:
    """A server that repeats its last page where nothing is left ends the listing, with the right rows."""
    listing, asked = scripted(page((1, 2), 1, **totals), page((1, 2), 2, **totals))
    assert await listing.collect() == [1, 2]
    assert len(asked) <= 10


@virtual
async def test_a_page_beyond_the_end_is_the_end() -> None:
    """Rows went away, and the server responds to a page that no more exists with its last one."""
    listing, _ = scripted(
        page((1, 2), 1, 3, 5), page((3, 4), 2, 3, 5), page((3, 4), 2, 2, 4), page((1, 2), 1, 2, 4),
        page((3, 4), 2, 2, 4),
    )  # fmt: skip
    assert await listing.collect() == [1, 2, 3, 4]
    assert listing.drift is not None
    assert listing.drift.certain


@virtual
async def test_the_same_page_again_in_a_later_pass_is_an_error() -> None:
    """The guard against repeated pages holds in the passes that mend drift, too."""
    listing, asked = scripted(
        page((1, 2), 1, 2, 4), page((3, 4), 2, 2, 5), page((1, 2), 1, 2, 5), page((1, 2), 2, 2, 5)
    )
    with pytest.raises(PagingError):
        await listing.collect()
    assert asked == [1, 2, 1, 2, 2]


@virtual
async def test_pages_stop_at_a_repeated_page() -> None:
    """`pages` raises at the first page that holds the same rows as the one before it."""
    listing, asked = scripted(page((1, 2), 1, 5))
    whole = listing.pages()
    assert (await anext(whole)).items == (1, 2)
    with pytest.raises(PagingError, match="same rows"):
        await anext(whole)
    with pytest.raises(StopAsyncIteration):
        await anext(whole)
    assert asked == [1, 2]
    listing, asked = scripted(page((1, 2), 1, None))
    assert [found.items async for found in listing.pages()] == [(1, 2)]


# speed


@virtual
async def test_reading_ahead_is_fast_ordered_and_bounded() -> None:
    """200 pages at 100 ms with a window of 8 take below 3.2 s, in order, with at most 8 under way."""
    table = Table(list(range(10_000)), latency=0.1)
    began = asyncio.get_running_loop().time()
    assert await table.listing(8).collect() == list(range(10_000))
    assert asyncio.get_running_loop().time() - began < 3.2
    assert table.peak == 8
    assert table.asked == list(range(1, 201))


@pytest.mark.parametrize(("last", "beyond"), [(1, 0), (2, 0), (3, 1)])
@virtual
async def test_an_early_break_costs_at_most_one_page(last: int, beyond: int) -> None:
    """Leaving the loop on one of the first pages has asked for at most one page more than was read."""
    table = Table(list(range(10_000)), latency=0.1)
    async for row in table.listing(8):
        if row == last * 50 - 1:
            break
    await asyncio.sleep(0)
    assert len(table.asked) == last + beyond


@virtual
async def test_memory_is_bounded_by_the_window() -> None:
    """However slow the reader is, no more than the window's pages wait for it."""
    table = Table(list(range(5000)), latency=0.01)
    number = 0
    async for row in table.listing(8):
        if row % 50 == 0:
            number += 1
            await asyncio.sleep(1)
            assert len(table.asked) <= number + 8


@virtual
async def test_without_reading_ahead_one_page_is_fetched_at_a_time() -> None:
    """Reading ahead is off by default: a page is asked for when its rows are."""
    table = Table(list(range(100)), latency=0.1)
    listing = table.listing()
    async for row in listing:
        assert len(table.asked) == row // 50 + 1
    assert table.peak == 1


# leaving


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
            assert task is not None
            task.cancel()


async def _leave_by_cancel_in_the_body(listing: Paged[int]) -> None:
    async for row in listing:
        if row == 220:
            task = asyncio.current_task()
            assert task is not None
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
    """One loop turn after the loop was left, in whatever way, no task of the SDK is alive."""
    table = Table(list(range(5000)), latency=0.1, slow_from=6)
    gc.disable()  # the rule must not need the collector
    try:
        task = asyncio.ensure_future(leave(table.listing(8)))
        # `asyncio.wait` keeps the task and with it the error and its traceback, as a caller may.
        await asyncio.wait([task])
        await asyncio.sleep(0)
        assert sdk_tasks() == 0
        assert table.cancelled >= 6
        assert task.cancelled() or task.exception() is None or isinstance(task.exception(), LookupError)
        del task
    finally:
        gc.enable()
    gc.collect()
    table.slow_from = 10**9
    assert (await table.listing(8).collect())[-1] == 4999


@virtual
async def test_the_client_stays_usable_after_a_break() -> None:
    """After a break with pages under way the client works, and no call is left in it."""

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
    """A listing that ends in a PagingError has cancelled its pages under way, even while the error is held."""

    async def fetch(number: int, size: int) -> Page[int]:
        await asyncio.sleep(0.1 if number < 4 else 5)
        items = (7, 8) if number in {2, 3} else (number * 2, number * 2 + 1)
        return page(items, number, 100, total=200)

    listing = Paged(Source(fetch), key=lambda row: row, page_size=2, read_ahead=8)
    with pytest.raises(PagingError) as caught:
        async for _ in listing.pages() if whole else listing:
            pass
    await asyncio.sleep(0)
    assert caught.value is not None
    assert sdk_tasks() == 0


@virtual
async def test_an_iterator_that_is_kept_leaves_no_task_at_its_end() -> None:
    """A finished run has no page under way, even if its iterator is kept and the listing shrank."""

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


def _token(listing: Paged[int], page: int, key: int, **other: Any) -> str:
    """Make a resume token by hand."""
    place = {"page": page, "index": 1, "key": str(key), "total": None, "drifted": False, **other}
    return base64.urlsafe_b64encode(encode({"s": listing._fingerprint(), "r": place})).decode()


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_a_failed_or_cancelled_page_is_asked_for_again(read_ahead: int) -> None:
    """After an error or a time-out inside the loop the same iterator goes on with the same page."""
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
                async with asyncio.timeout(0.05 if len(seen) == 20 and not errors % 3 else None):
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
    """Dropping the last reference in another thread cancels the pages under way on their own loop."""
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
    """Dropping an iterator whose loop is closed touches no task that is still waiting there."""
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
    """A cancelled wait gives up no page: the next call returns the one that had come."""
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
    """A listing of one page, as most are, is read in the reader's own task, whatever the read-ahead."""
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
    """Somebody cancels all tasks but the reader's: the reader hears of it, and does not hang."""
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
    """Pages of one row that take a second each.

    Args:
        pages: How many.
        failing: Pages that fail the first time.
        stubborn: What a request that is cancelled makes of it: a page, an error, or what it should.
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


# resume


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_a_token_goes_on_behind_its_row_in_another_process(read_ahead: int) -> None:
    """A token taken after any row, as text, goes on with the next row in a client that knows nothing else."""
    rows = list(range(23))
    for stop in rows:
        run = aiter(Table(list(rows), size=5).listing(read_ahead))
        while await anext(run) != stop:
            pass
        token = run.token()
        assert isinstance(token, str)
        other = Table(list(rows), size=5)
        resumed = other.listing(read_ahead).resume(token)
        assert await resumed.collect() == rows[stop + 1 :]
        assert resumed.drift is None
        assert await resumed.collect() == rows[stop + 1 :]
        assert other.asked[0] == stop // 5 + 1


@virtual
async def test_a_token_of_a_finished_run_yields_nothing_more() -> None:
    """A token taken at the end, even behind empty pages, resumes to nothing and no drift."""
    script = (page((1, 2), 1, 3), page((), 2, 3), page((), 3, 3))
    listing, _ = scripted(*script)
    run = aiter(listing)
    assert [row async for row in run] == [1, 2]
    again, _ = scripted(*script)
    resumed = again.resume(run.token())
    assert await resumed.collect() == []
    assert resumed.drift is None


@virtual
async def test_a_client_refuses_a_token_of_another_listing() -> None:
    """A token from another query, account, host or page size is refused; the same of a new client is taken."""

    def vendor(request: Any) -> Any:
        number = int(request.url.split("page=")[1].split("&")[0])
        block = {"totalPages": 2, "totalAgents": "4", "currentPage": number}
        return answer({"r": 0, "data": {**block, "agents": [{"id": f"A{number}{n}"} for n in range(2)]}})

    first = client_over(ScriptedTransport(default=vendor))
    run = aiter(first.agents.list(page_size=2))
    await anext(run)
    token = run.token()
    await first.aclose()
    async with client_over(ScriptedTransport(default=vendor)) as client:
        resumed = client.agents.list(page_size=2).resume(token)
        assert [agent.id async for agent in resumed] == ["A11", "A20", "A21"]
        for listing in (
            client.agents.list(page_size=3),
            client.agents.list(page_size=2, stringee_user_id="u"),
            client.groups.list(page_size=2),
        ):
            with pytest.raises(ConfigError, match="another listing"):
                listing.resume(token)
    for tenant in (
        StringeeClient("SKother", KEY_SECRET, icc_url=ICC),
        StringeeClient(KEY_SID, KEY_SECRET, icc_url="https://other.example"),
    ):
        with pytest.raises(ConfigError, match="another listing"):
            tenant.agents.list(page_size=2).resume(token)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "!",
        "e30=",
        base64.urlsafe_b64encode(b"[1]").decode(),
        base64.urlsafe_b64encode(b'{"s":1,"r":null}').decode(),
        "\ud800",
        7,
    ],
)
def test_garbage_is_no_token(token: Any) -> None:
    """What is not a token is a ConfigError, before anything is sent."""
    with pytest.raises(ConfigError, match="not a resume token"):
        Table([1]).listing().resume(token)


@pytest.mark.parametrize("wrong", [{"page": 0}, {"page": "1"}, {"index": -1}, {"index": 1.5}, {"x": 1}])
def test_a_forged_token_is_refused(wrong: dict[str, Any]) -> None:
    """A token that points nowhere is refused, so that page 0 is never asked for."""
    listing = Table([1]).listing()
    token = _token(listing, **{"page": 1, "key": 1, **wrong})
    with pytest.raises(ConfigError):
        listing.resume(token)


@virtual
async def test_there_is_no_token_before_the_first_row() -> None:
    """Before the first row there is nowhere to resume."""
    with pytest.raises(PagingError, match="no row"):
        aiter(Table([1]).listing()).token()


@pytest.mark.parametrize(
    ("gone", "expected"),
    [([0, 1], [5, 6, 7, 8, 9]), ([4], [5, 6, 7, 8, 9]), (list(range(5)), [])],
)
@virtual
async def test_a_resume_after_changes_says_that_it_is_not_sure(gone: list[int], expected: list[int]) -> None:
    """If rows went away since the token was taken, the resumed listing says so and repeats no earlier row."""
    run = aiter(Table(list(range(10)), size=5).listing())
    while await anext(run) != 4:
        pass
    table = Table([row for row in range(10) if row not in gone], size=5)
    resumed = table.listing().resume(run.token())
    seen = await resumed.collect()
    assert not set(seen) & set(range(5))
    assert set(seen) <= set(expected) or not expected
    assert resumed.drift is not None
    assert not resumed.drift.certain
    assert (resumed.drift.first_total, resumed.drift.last_total) == (10, 10 - len(gone))
    assert resumed.drift.passes == 1


@virtual
async def test_a_token_taken_amid_drift_keeps_the_doubt() -> None:
    """A token taken after rows had moved resumes to a listing that says it is not certain."""
    table = Table(list(range(10)), size=5)
    table.change = lambda count: table.rows.remove(0) if count == 2 else None
    run = aiter(table.listing())
    while await anext(run) != 6:
        pass
    resumed = table.listing().resume(run.token())
    assert await resumed.collect() == [7, 8, 9]
    assert resumed.drift is not None
    assert not resumed.drift.certain


# Odds and ends


@pytest.mark.parametrize("start", [0, -1, True, "1", 1.0])
def test_pages_refuse_a_start_that_is_no_page_number(start: Any) -> None:
    """`pages` begins at a whole number from 1."""
    with pytest.raises(ConfigError, match="start"):
        Table([1]).listing().pages(start)


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_pages_begin_where_they_are_told(read_ahead: int) -> None:
    """`pages` yields whole pages as served, from the given number on."""
    table = Table(list(range(7)), size=3)
    assert [found.items async for found in table.listing(read_ahead).pages(2)] == [(3, 4, 5), (6,)]
    assert table.asked == [2, 3]


@virtual
async def test_rows_that_cannot_be_read_are_kept_apart(caplog: pytest.LogCaptureFixture) -> None:
    """Malformed rows stand in `malformed`, once, and do not make a page look short or stuck."""
    odd = Malformed(path="$.data.x[1]", reason="odd", value={"id": None})
    found = [
        Page(items=(1,), number=1, total_pages=None, total=None, page_size=2, malformed=(odd,)),
        Page(items=(), number=2, total_pages=None, total=None, page_size=2, malformed=(odd, odd)),
        Page(items=(2,), number=3, total_pages=None, total=None, page_size=2),
    ]
    listing, asked = scripted(*found)
    assert await listing.collect() == [1, 2]
    assert len(listing.malformed) == 3
    assert asked == [1, 2, 3]
    assert "2 rows could not be read" in caplog.text


@virtual
async def test_the_rest_of_a_page_can_be_had_at_once() -> None:
    """`rest` hands out what is left of a page, once; the token then stands behind it, and reading goes on."""
    source = Table(list(range(25)), size=10)
    listing = source.listing()
    reader = aiter(listing)
    assert list(reader.drain_page()) == []
    first = await anext(reader)
    assert [first, *reader.drain_page()] == source.rows[:10]
    assert list(reader.drain_page()) == []
    assert await listing.resume(reader.token()).collect() == source.rows[10:]
    assert [row async for row in reader] == source.rows[10:]


@virtual
async def test_a_token_taken_while_a_sweep_begins_again_stands_at_the_last_row() -> None:
    """Rows moved, so the listing is swept again: until a row of the new sweep comes, the token is that of the old."""
    source = Table(list(range(20)), size=10)
    listing = source.listing()
    reader = aiter(listing)
    seen = [await anext(reader) for _ in range(10)]
    source.rows.append(99)
    seen += [await anext(reader) for _ in range(11)]
    before = reader.token()
    with pytest.raises(StopAsyncIteration):
        await anext(reader)
    assert reader.token() == before
    assert seen == source.rows
