"""Pages ahead of the reader: fast, in order, bounded."""

from __future__ import annotations

import asyncio

import pytest

from tests.kit import virtual

from ..kit.listings import Table


@virtual
async def test_reading_ahead_is_fast_ordered_and_bounded() -> None:
    table = Table(list(range(10_000)), latency=0.1)
    began = asyncio.get_running_loop().time()
    assert await table.listing(8).collect() == list(range(10_000))
    assert asyncio.get_running_loop().time() - began < 3.2
    assert table.peak == 8
    assert table.asked == list(range(1, 201))


@virtual
async def test_a_whole_window_is_asked_for_as_soon_as_page_1_has_come() -> None:
    """25 pages, 8 ahead: page 1, and then three times eight at once."""
    table = Table(list(range(1250)), latency=0.1)
    began = asyncio.get_running_loop().time()
    assert [row async for row in table.listing(8)] == list(range(1250))
    assert asyncio.get_running_loop().time() - began == pytest.approx(0.4)
    assert table.peak == 8


@pytest.mark.parametrize(("last", "beyond"), [(1, 0), (2, 7), (3, 6)])
@virtual
async def test_an_early_break_costs_no_more_than_the_window(last: int, beyond: int) -> None:
    table = Table(list(range(10_000)), latency=0.1)
    async for row in table.listing(8):
        if row == last * 50 - 1:
            break
    await asyncio.sleep(0)
    assert len(table.asked) == last + beyond


@virtual
async def test_memory_is_bounded_by_the_window() -> None:
    table = Table(list(range(5000)), latency=0.01)
    number = 0
    async for row in table.listing(8):
        if row % 50 == 0:
            number += 1
            await asyncio.sleep(1)
            assert len(table.asked) <= number + 8


@virtual
async def test_without_reading_ahead_one_page_is_fetched_at_a_time() -> None:
    table = Table(list(range(100)), latency=0.1)
    listing = table.listing()
    async for row in listing:
        assert len(table.asked) == row // 50 + 1
    assert table.peak == 1
