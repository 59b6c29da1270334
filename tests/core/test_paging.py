"""Listings: nothing missed, nothing twice, nothing left running, and an honest word where that cannot be.

The listings here are read from a table in memory that counts requests and can change between two pages.
"""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from stringee_async.core.errors import ConfigError, PagingError
from stringee_async.core.model import Malformed
from stringee_async.core.paging import Page
from tests.kit import virtual

from ..kit.listings import Table, page, scripted, served


@virtual
async def test_empty_and_short_pages_do_not_end_a_listing() -> None:
    listing, asked = scripted(page((), 1, 4), page((1,), 2, 4), page((), 3, 4), page((2, 3), 4, 4))
    assert await listing.collect() == [1, 2, 3]
    assert asked == [1, 2, 3, 4]


@virtual
async def test_first_looks_behind_an_empty_page() -> None:
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
    listing, asked = scripted(page((1, 2), 1, 2, total=3))
    assert await listing.total() == 3
    assert asked == [1]


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_without_any_total_a_short_page_is_the_end(read_ahead: int) -> None:
    table = Table([1, 2, 3, 4, 5], size=2, totals="none")
    assert await table.listing(read_ahead).collect() == [1, 2, 3, 4, 5]
    assert table.asked == [1, 2, 3]
    assert [len(found.items) async for found in table.listing(read_ahead).pages()] == [2, 2, 1]


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_a_total_of_rows_alone_ends_a_listing_of_short_pages(read_ahead: int) -> None:
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
    assert (listing.drift.passes, listing.drift.certain) == (1, False)
    resumed = scripted(*found)[0].resume(token)
    assert (await resumed.collect(), resumed.drift) == ([], None)


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
    listing, asked = served(lambda number: page((1, 2), number, 5, total=9), read_ahead)
    seen = []
    with pytest.raises(PagingError, match="no new row, twice"):
        async for row in listing:
            seen.append(row)
    assert seen == [1, 2]
    assert asked == ([1, 2, 3, 4, 5, 2, 3, 4, 5] if read_ahead else [1, 2, 2])


@virtual
async def test_a_page_repeated_once_is_forgiven() -> None:
    """A page that was stale at first and right when asked again goes on without loss."""
    listing, asked = scripted(page((1, 2), 1, 2, 4), page((1, 2), 2, 2, 4), page((3, 4), 2, 2, 4))
    assert await listing.collect() == [1, 2, 3, 4]
    assert asked == [1, 2, 2]


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_growing_totals_with_the_same_rows_are_an_error(read_ahead: int) -> None:
    listing, asked = served(lambda number: page((1, 2), number, number + 1, total=2 * number + 2), read_ahead)
    with pytest.raises(PagingError):
        await listing.collect()
    assert len(asked) <= 4


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_growing_totals_with_empty_pages_are_an_error(read_ahead: int) -> None:
    listing, asked = served(lambda number: page((), number, number + 1), read_ahead)
    with pytest.raises(PagingError, match="keeps growing"):
        await listing.collect()
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


@pytest.mark.parametrize("start", [0, -1, True, "1", 1.0])
def test_pages_refuse_a_start_that_is_no_page_number(start: Any) -> None:
    with pytest.raises(ConfigError, match="start"):
        Table([1]).listing().pages(start)


@pytest.mark.parametrize("read_ahead", [0, 4])
@virtual
async def test_pages_begin_where_they_are_told(read_ahead: int) -> None:
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


@virtual
async def test_rows_that_stand_twice_on_one_page_are_named_and_yielded_once() -> None:
    listing, _ = scripted(page((1, 2, 2), 1, 2, total=6), page((3, 3, 3), 2, 2, total=6))
    assert await listing.collect() == [1, 2, 3]
    assert (listing.doubled, listing.certain, listing.drift) == ([2, 3], True, None)
    moved, _ = scripted(page((1, 2), 1, 2, total=4), page((2, 3), 2, 2, total=4))
    await moved.collect()
    assert moved.doubled == []
