"""Rows that move while a listing is read: each row once, and no change without a word."""

from __future__ import annotations

import asyncio
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stringee_async.core.errors import PagingError
from stringee_async.core.paging import Page, Paged
from tests.kit import VirtualLoop, virtual

from ..kit.listings import Source, Table, page, scripted


@pytest.mark.parametrize("read_ahead", [0, 8])
@pytest.mark.parametrize("every", [1, 3])
@virtual
async def test_deleting_while_iterating_yields_each_row_once(every: int, read_ahead: int) -> None:
    table = Table(list(range(5000)), latency=0.01 if read_ahead else 0.0)
    listing = table.listing(read_ahead)
    seen = []
    async for row in listing:
        seen.append(row)
        if len(seen) % every == 0:
            table.rows.remove(row)
    assert sorted(seen) == list(range(5000))
    assert listing.drift.certain
    assert (listing.drift.first_total, listing.drift.last_total) == (5000, len(table.rows))
    assert len(table.asked) < 1500


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
    table = Table([1, 2, 3, 4], size=2)
    table.change = lambda count: table.rows.append(count + 100)
    listing = table.listing()
    seen = []
    async for row in listing:
        seen.append(row)
        if len(table.rows) > 5:
            del table.rows[5:]
    assert seen[:4] == [1, 2, 3, 4]
    assert not listing.drift.certain
    assert listing.drift.passes == 3


@virtual
async def test_rows_moved_to_a_later_page_come_once_and_are_counted() -> None:
    table = Table(list(range(9)), size=3)
    table.change = lambda count: table.rows.insert(0, 100) if count == 2 else None
    listing = table.listing()
    assert await listing.collect() == list(range(9))
    assert table.asked == [1, 2, 3, 4]
    assert (listing.drift.repeated, listing.drift.passes, listing.drift.certain) == (1, 1, True)


@virtual
async def test_a_repeated_row_alone_is_drift() -> None:
    """Where the totals say nothing, a row that comes again out of its order is enough for one more pass."""
    listing, asked = scripted(page((1, 2), 1, 2), page((1, 3), 2, 2), page((0, 1), 1, 2), page((2, 3), 2, 2))
    assert await listing.collect() == [1, 2, 3, 0]
    assert asked == [1, 2, 1, 2]
    assert listing.drift.certain


@pytest.mark.parametrize("read_ahead", [0, 1, 3])
@virtual
async def test_rows_pushed_back_cost_no_second_pass_where_nothing_is_stated(read_ahead: int) -> None:
    """A page that begins with the last rows of the page before proves that none lies between, however many rows there are."""
    table = Table(list(range(30)), size=4, totals="none")
    table.change = lambda count: table.rows.insert(0, 100 + count)
    listing = table.listing(read_ahead)
    assert await listing.collect() == list(range(30))
    assert table.asked == list(range(1, 11))
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
    table, fresh = Table(list(range(60)), size=10), itertools.count(100)

    def change(_: int) -> None:
        if len(table.rows) > 20:
            del table.rows[:2]
            table.rows.append(next(fresh))

    table.change = change
    listing = table.listing()
    await listing.collect()
    assert table.asked.count(1) == 3
    assert (listing.drift.passes, listing.drift.certain, listing.certain) == (3, False, False)


@virtual
async def test_a_number_of_pages_that_changes_is_drift() -> None:
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
    assert (listing.drift.passes, listing.drift.certain) == (2, True)


@pytest.mark.parametrize("read_ahead", [0, 2])
@virtual
async def test_rows_that_are_added_at_the_end_all_the_time_cost_one_more_pass(read_ahead: int) -> None:
    """A second pass that brings all rows of the first in their old places is proof enough, whatever was added behind."""
    table = Table(list(range(35)), size=10)
    table.change = lambda count: table.rows.append(1000 + count)
    listing = table.listing(read_ahead)
    seen = await listing.collect()
    assert set(range(35)) <= set(seen)
    assert len(seen) == len(set(seen))
    assert (listing.drift.passes, listing.drift.certain, listing.certain) == (2, True, True)
    assert table.asked.count(1) == 2


@virtual
async def test_a_pass_that_lacks_a_row_of_the_first_proves_nothing() -> None:
    """A row that was taken away in front, while rows were added behind, is missed in the second pass: a third is made."""
    table = Table(list(range(20)), size=5)

    def change(count: int) -> None:
        table.rows.append(1000 + count)
        if count == 3:
            table.rows.remove(0)  # 10 slips to a page that has been read

    table.change = change
    listing = table.listing()
    assert set(range(1, 20)) <= set(await listing.collect())
    assert (listing.drift.passes, listing.drift.certain) == (3, False)


@pytest.mark.parametrize("seed", range(200))
@virtual
async def test_no_row_is_missing_where_a_listing_says_that_it_is_certain(seed: int) -> None:
    """Rows are added and taken away by chance, mostly at the end: what stayed was yielded if `certain` says so."""
    dice = random.Random(seed)
    table = Table(list(range(dice.randrange(5, 40))), size=5)
    kept, fresh = set(table.rows), iter(range(1000, 2000))

    def change(_: int) -> None:
        if dice.random() < 0.7:
            table.rows += [next(fresh) for _ in range(dice.randrange(1, 4))]
        elif table.rows and dice.random() < 0.5:
            kept.discard(table.rows.pop(dice.randrange(len(table.rows))))

    table.change = change
    listing = table.listing(dice.choice([0, 2]))
    seen = await listing.collect()
    assert len(seen) == len(set(seen))
    assert kept <= set(seen) or not listing.certain
