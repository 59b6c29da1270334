"""Rows that were set aside and listings that changed are told of, once each."""

from __future__ import annotations

from typing import Any

import pytest

from stringee_async import DecodeError
from stringee_async.core.events import ListingDrifted, RowSetAside
from stringee_async.core.messages import Response

from ..kit import ScriptedTransport, answer, client_over, virtual
from ..kit.told import Told

ROW: dict[str, Any] = {"name": "An", "stringee_user_id": "u"}
ODD = {**ROW, "id": None, "name": "Nguyen Thi Canary"}


def page(number: int, *rows: Any, pages: int = 2, total: int = 4) -> Response:
    counts = {"totalPages": pages, "currentPage": number, "totalAgents": total, "limit": 2}
    return answer({"r": 0, "data": {**counts, "agents": list(rows)}})


def good(number: int) -> dict[str, Any]:
    return {**ROW, "id": f"AG_{number}"}


@pytest.mark.parametrize("way", ["rows", "pages"])
@virtual
async def test_a_malformed_row_is_told_of_with_its_index(way: str) -> None:
    told = Told()
    transport = ScriptedTransport(page(1, good(0), good(1)), page(2, good(2), ODD))
    async with client_over(transport, observers=[told]) as client:
        listing = client.agents.list(page_size=2)
        found = [one async for one in (listing if way == "rows" else listing.pages())]
    assert len(found) == (3 if way == "rows" else 2)
    (event,) = told.of(RowSetAside)
    assert (event.vendor, event.operation, event.call_id, event.index) == (
        "stringee", "agents.list", None, 3,
    )  # fmt: skip
    assert isinstance(event.error, DecodeError)
    assert "$.data.agents[1].id" in str(event.error)
    assert "Canary" not in repr(event)


@virtual
async def test_a_listing_that_starts_late_counts_its_rows_by_pages() -> None:
    told = Told()
    async with client_over(ScriptedTransport(page(2, ODD, good(3))), observers=[told]) as client:
        async for _ in client.agents.list(page_size=2).pages(start=2):
            pass
    assert [event.index for event in told.of(RowSetAside)] == [2]


@virtual
async def test_a_listing_that_changed_is_told_of() -> None:
    told = Told()
    transport = ScriptedTransport(
        page(1, good(0), good(1)), page(2, good(3), total=3), page(1, good(1), good(2), total=3), page(2, good(3), total=3)
    )  # fmt: skip
    async with client_over(transport, observers=[told]) as client:
        listing = client.agents.list(page_size=2)
        assert len(await listing.collect()) == 4
    (event,) = told.of(ListingDrifted)
    assert event.what is listing.drift
    assert event.what.passes == 2
